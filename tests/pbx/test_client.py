"""One session with a PBX, however many ask at once and whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
import gc
import logging

import aiohttp
import pytest

from custom_components.yeastar.pbx import http as http_module
from custom_components.yeastar.pbx.errors import (
    PbxBusyError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxProtocolError,
    PbxTokenError,
    PbxUnsupportedError,
)
from custom_components.yeastar.pbx.models import Device
from custom_components.yeastar.pbx.s_series import client as client_module
from custom_components.yeastar.pbx.s_series.client import ReportTarget, SSeriesClient
from tests.simulator import Fault, Simulator

from .conftest import (
    SECRET_PATH,
    TARGET,
    Box,
    Clients,
    Gate,
    answer,
    endpoints,
    md5_of,
    until,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

TOKEN_REFUSALS = [20004, 20005, 20006]


async def all_at_once(
    client: SSeriesClient, count: int
) -> list[Device | BaseException]:
    """Ask for the same many times at once."""
    return await asyncio.gather(
        *(client.device_info() for _ in range(count)), return_exceptions=True
    )


# Logging in


async def test_nothing_is_sent_before_something_is_asked(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """To make a client costs nothing."""
    await asyncio.sleep(0)

    assert not client.logged_in
    assert not pbx.requests


async def test_a_login_carries_the_user_and_the_md5_of_the_password(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The port is required even without reports, and 0 is none."""
    await client.login()

    (request,) = pbx.requests
    assert (request.version, request.endpoint) == ("v1.0.0", "login")
    assert request.query == {}
    assert request.body == {
        "username": "api",
        "password": md5_of("simulator-secret-1"),
        "port": "9",
    }
    assert client.logged_in


async def test_the_first_request_logs_in_by_itself(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Nobody needs to log in first."""
    await client.device_info()

    assert endpoints(pbx) == ["login", "deviceinfo/query"]
    assert client.logged_in


async def test_a_token_is_used_again(pbx: Simulator, client: SSeriesClient) -> None:
    """One login serves many requests."""
    await client.device_info()
    await client.device_info()

    first, second = (request.token for request in pbx.requests[1:])
    assert first == second == pbx.requests[0].answer["token"]
    assert pbx.logins_ok == 1


async def test_a_password_may_have_any_letters(
    pbx: Simulator, make_client: Clients
) -> None:
    """Its UTF-8 is hashed."""
    pbx.password = "Pässwort 密码"

    await make_client(password="Pässwort 密码").login()

    assert pbx.logins_ok == 1


async def test_login_logs_in_anew(pbx: Simulator, client: SSeriesClient) -> None:
    """As after a restart of the PBX, to have the reports come again."""
    await client.login()
    await client.login()

    assert endpoints(pbx) == ["login", "login"]


@pytest.mark.parametrize(
    "body",
    [
        '{"status":"Success"}',
        '{"status":"Success","token":""}',
        '{"status":"Success","token":{}}',
    ],
)
async def test_a_login_without_a_token_is_refused(
    body: str, box: Box, box_client: SSeriesClient
) -> None:
    """It is no login."""
    box.login = answer(body)

    with pytest.raises(PbxProtocolError):
        await box_client.login()

    assert not box_client.logged_in


async def test_a_token_of_odd_characters_arrives_unchanged(
    box: Box, box_client: SSeriesClient
) -> None:
    """It is encoded as a query wants it."""
    box.login = answer('{"status":"Success","token":"a+b &c=\\u00fc\\ud800"}')
    box.answers["heartbeat"] = answer('{"status":"Success"}')

    await box_client.heartbeat()

    assert box.requests[1].token == "a+b &c=ü?"


# One login for all who wait


async def test_twenty_requests_at_once_log_in_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """All share the login."""
    results = await all_at_once(client, 20)

    assert all(isinstance(result, Device) for result in results)
    assert endpoints(pbx) == ["login"] + ["deviceinfo/query"] * 20


async def test_twenty_requests_with_a_dead_token_log_in_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Whoever finds it dead later uses the new one."""
    await client.login()
    pbx.expire_tokens()

    results = await all_at_once(client, 20)

    assert all(isinstance(result, Device) for result in results)
    assert pbx.logins_ok == 2


async def test_a_login_and_requests_at_once_log_in_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Also when it is asked for by name."""
    await asyncio.gather(client.login(), client.device_info(), client.login())

    assert endpoints(pbx) == ["login", "deviceinfo/query"]


async def test_twenty_requests_share_a_failed_login(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """All are told the same."""
    pbx.refuse_next(30001)

    results = await all_at_once(client, 20)

    assert {type(result) for result in results} == {PbxBusyError}
    assert endpoints(pbx) == ["login"]


async def test_who_gives_up_does_not_take_the_login_from_others(
    pbx: Simulator, gate: Gate, client: SSeriesClient
) -> None:
    """Although the one who gave up began it."""
    gate.endpoint = "login"
    first = asyncio.create_task(client.device_info())
    second = asyncio.create_task(client.device_info())
    await until(lambda: pbx.server.in_flight)

    first.cancel()
    gate.open()

    assert (await second).serial_number == pbx.state.device.sn
    assert first.cancelled()
    assert endpoints(pbx) == ["login", "deviceinfo/query"]


async def test_a_login_nobody_waits_for_any_more_is_not_lost(
    pbx: Simulator, gate: Gate, client: SSeriesClient
) -> None:
    """The next request uses its token."""
    gate.endpoint = "login"
    first = asyncio.create_task(client.device_info())
    await until(lambda: pbx.server.in_flight)
    first.cancel()
    gate.open()

    await client.device_info()

    assert endpoints(pbx) == ["login", "deviceinfo/query"]


async def test_a_failed_login_nobody_waits_for_bothers_nobody(
    pbx: Simulator, gate: Gate, client: SSeriesClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The loop does not complain of an error that was never fetched."""
    gate.endpoint = "login"
    pbx.refuse_next(30001)
    first = asyncio.create_task(client.device_info())
    await until(lambda: pbx.server.in_flight)
    first.cancel()
    await asyncio.sleep(0)
    gate.open()

    await until(lambda: client._login is None)
    await client.device_info()
    gc.collect()

    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == []


async def test_a_login_that_ends_with_the_loop_ends_who_waits_for_it(
    client: SSeriesClient, caplog: pytest.LogCaptureFixture
) -> None:
    """As everything else is cancelled then."""
    waiting = asyncio.create_task(client.device_info())
    await asyncio.sleep(0)
    assert client._login

    client._login.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == []


# Tokens die


@pytest.mark.parametrize("errno", TOKEN_REFUSALS)
async def test_a_dead_token_costs_one_login_and_one_repetition(
    errno: int, pbx: Simulator, client: SSeriesClient
) -> None:
    """The PBX refused before it did anything, so repeating is safe."""
    await client.login()
    pbx.refuse_next(errno, endpoint="extension/dial_extension")

    call_id = await client.dial_extension("1000", "1002", auto_answer=True)

    assert list(pbx.calls) == [call_id]
    assert endpoints(pbx) == [
        "login",
        "extension/dial_extension",
        "login",
        "extension/dial_extension",
    ]
    dead, fresh = (request.token for request in pbx.requests[1::2])
    assert dead != fresh


@pytest.mark.parametrize("errno", TOKEN_REFUSALS)
async def test_a_new_token_that_is_refused_as_well_is_an_error(
    errno: int, pbx: Simulator, client: SSeriesClient
) -> None:
    """There is no third attempt."""
    pbx.refuse_next(errno, endpoint="deviceinfo/query", count=2)

    with pytest.raises(PbxTokenError) as caught:
        await client.device_info()

    assert caught.value.number == errno
    assert endpoints(pbx) == ["login", "deviceinfo/query"] * 2
    assert not client.logged_in


async def test_a_refused_token_at_a_repetition_can_be_the_one_of_another(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A box that keeps one token only is served by turns."""
    pbx.quirks.one_token = True
    await client.login()
    pbx.sessions.forget_all()

    results = await all_at_once(client, 5)

    assert all(isinstance(result, Device) for result in results)
    assert pbx.logins_ok == 2


async def test_a_late_refusal_of_an_old_token_does_not_spoil_the_new_one(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A slow answer about the old token comes after another one logged in."""
    await client.login()
    pbx.expire_tokens()
    pbx.fail_next(Fault.SLOW, endpoint="trunklist/query")
    slow = asyncio.create_task(client.trunks())
    await until(lambda: pbx.requests[-1].endpoint == "trunklist/query")

    await client.device_info()
    await slow

    assert pbx.logins_ok == 2


async def test_a_restart_of_the_pbx_costs_one_login(
    pbx: Simulator, make_client: Clients
) -> None:
    """It forgot the token, and where the reports go."""
    client = make_client(report_target=TARGET)
    await client.device_info()
    pbx.reboot()

    await client.device_info()

    assert pbx.logins_ok == 2
    assert pbx.report_target
    assert pbx.report_target.path == f"/{SECRET_PATH}"


@pytest.mark.parametrize("errno", [10006, 10007, 20003, 30001])
async def test_other_refusals_are_not_repeated(
    errno: int, pbx: Simulator, client: SSeriesClient
) -> None:
    """Only a dead token is worth it."""
    pbx.refuse_next(errno, endpoint="deviceinfo/query")

    with pytest.raises(PbxError):
        await client.device_info()

    assert endpoints(pbx) == ["login", "deviceinfo/query"]
    assert client.logged_in


# Passwords that are refused


async def test_a_refused_password_is_sent_once_however_many_ask(
    pbx: Simulator, make_client: Clients
) -> None:
    """Five bad logins would lock our address."""
    client = make_client(password="wrong")

    results = await all_at_once(client, 20)
    results += await all_at_once(client, 20)
    with pytest.raises(PbxCredentialsError) as caught:
        await client.login()

    assert {type(result) for result in results} == {PbxCredentialsError}
    assert caught.value.number == 20003
    assert pbx.logins_failed == 1


async def test_a_password_changed_at_the_pbx_is_sent_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """After it was good for a while."""
    await client.login()
    pbx.password = "another"
    pbx.expire_tokens()

    for _ in range(3):
        with pytest.raises(PbxCredentialsError):
            await client.device_info()

    assert pbx.logins_failed == 1


async def test_another_client_may_send_its_password(
    pbx: Simulator, make_client: Clients
) -> None:
    """A person corrected it."""
    with pytest.raises(PbxCredentialsError):
        await make_client(password="wrong").login()

    await make_client().login()

    assert pbx.logins_ok == 1


async def test_a_refused_operation_does_not_count_as_a_refused_password(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Only a login sends it."""
    pbx.refuse_next(20003, endpoint="deviceinfo/query")
    with pytest.raises(PbxCredentialsError):
        await client.device_info()

    await client.login()

    assert pbx.logins_ok == 2


async def test_who_is_locked_out_does_not_try_again(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It would not help, and may prolong it."""
    pbx.lock_out()

    for _ in range(3):
        with pytest.raises(PbxLockedOutError) as caught:
            await client.device_info()

    assert caught.value.number == 20002
    assert endpoints(pbx) == ["login"]
    assert 590 < client.locked_seconds <= 600


async def test_after_the_lock_out_a_login_is_tried_again(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself, since nothing is wrong with the password."""
    monkeypatch.setattr(client_module, "LOCK_OUT", 0.05)
    pbx.lock_out()
    with pytest.raises(PbxLockedOutError):
        await client.device_info()
    pbx.clear_lockout()

    await until(lambda: not client.locked_seconds)
    await client.device_info()

    assert pbx.logins_ok == 1


async def test_nobody_is_locked_out_at_first(client: SSeriesClient) -> None:
    """As long as the PBX did not say so."""
    assert client.locked_seconds == 0


@pytest.mark.parametrize(
    ("errno", "error", "logins"),
    [(30001, PbxBusyError, 1), (10003, PbxUnsupportedError, 4)],
)
async def test_after_another_failure_a_login_is_tried_again(
    errno: int,
    error: type[PbxError],
    logins: int,
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """By the next request, not before; a refused version is tried by the others."""
    pbx.refuse_next(errno, endpoint="login", count=logins)
    with pytest.raises(error):
        await client.device_info()

    await client.device_info()

    assert endpoints(pbx) == [*["login"] * (logins + 1), "deviceinfo/query"]


@pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.RESET, Fault.CLOSE_AFTER])
async def test_after_a_lost_answer_a_login_is_tried_again(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """A login does no harm twice."""
    pbx.fail_next(fault, endpoint="login")
    with pytest.raises(PbxConnectionError):
        await client.device_info()

    await client.device_info()

    assert endpoints(pbx) == ["login", "login", "deviceinfo/query"]


# Requests at the same time


async def test_at_most_two_requests_are_in_flight(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A box is slow and has one processor."""
    pbx.server.latency = 0.01

    await all_at_once(client, 10)

    assert pbx.server.most_in_flight == 2


async def test_a_hanging_poll_does_not_hold_up_an_action(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """One of the two is for those who are in a hurry."""
    await client.login()
    pbx.fail_next(Fault.HANG, endpoint="extensionlist/query")
    poll = asyncio.create_task(client.extensions())
    await until(lambda: pbx.requests[-1].endpoint == "extensionlist/query")

    async with asyncio.timeout(2):
        await client.dial_extension("1000", "1002", auto_answer=True)

    assert not poll.done()
    poll.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await poll


async def test_who_gives_up_makes_room_for_others(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A request that is cancelled does not stay in flight."""
    await client.login()
    pbx.fail_next(Fault.HANG, count=2)
    hanging = [asyncio.create_task(client.trunks()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)
    for task in hanging:
        task.cancel()

    async with asyncio.timeout(2):
        await client.device_info()

    assert all(task.cancelled() for task in hanging)


async def test_traffic_is_noted(pbx: Simulator, client: SSeriesClient) -> None:
    """So that a heartbeat is sent only when there was none."""
    await client.device_info()
    assert client.idle_seconds < 2
    before = client.idle_seconds

    await asyncio.sleep(0.02)

    assert client.idle_seconds >= before + 0.02


async def test_a_failure_is_no_traffic(pbx: Simulator, client: SSeriesClient) -> None:
    """Nothing was heard of the PBX."""
    await client.device_info()
    await asyncio.sleep(0.02)
    pbx.fail_next(Fault.CLOSE)

    with pytest.raises(PbxConnectionError):
        await client.device_info()

    assert client.idle_seconds >= 0.02


# Where reports go


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        (
            ReportTarget(port=8123, path="api/webhook/x"),
            {"port": "8123", "url": "api/webhook/x"},
        ),
        (
            ReportTarget(port=8260, path="x", address="192.168.5.9"),
            {"port": "8260", "url": "192.168.5.9:8260/x", "urltag": "1"},
        ),
    ],
    ids=["relative", "absolute"],
)
async def test_a_login_says_where_reports_go(
    target: ReportTarget,
    fields: dict[str, str],
    pbx: Simulator,
    make_client: Clients,
) -> None:
    """Relative to the address that logs in, or, on newer firmware, anywhere."""
    await make_client(report_target=target).login()

    body = pbx.requests[0].body
    assert {key: body[key] for key in body if key not in ("username", "password")} == (
        fields
    )


@pytest.mark.parametrize(
    ("target", "url"),
    [
        (
            ReportTarget(port=8123, path="api/webhook/x"),
            "http://127.0.0.1:8123/api/webhook/x",
        ),
        (
            ReportTarget(port=8260, path="a/b", address="192.168.5.9"),
            "http://192.168.5.9:8260/a/b",
        ),
        (None, "http://127.0.0.1:9/"),
    ],
    ids=["relative", "absolute", "none"],
)
async def test_the_pbx_posts_where_it_was_told(
    target: ReportTarget | None, url: str, pbx: Simulator, make_client: Clients
) -> None:
    """After a login, and still after a heartbeat."""
    client = make_client(report_target=target)

    await client.login()
    assert pbx.report_target
    assert pbx.report_target.url == url

    await client.heartbeat()
    assert pbx.report_target.url == url


async def test_a_heartbeat_names_our_address_and_where_reports_go(
    pbx: Simulator, make_client: Clients
) -> None:
    """It replaces what the login said, so it says the same."""
    await make_client(report_target=TARGET).heartbeat()

    request = pbx.requests[-1]
    assert (request.version, request.endpoint) == ("v1.0.0", "heartbeat")
    assert request.body == {"ipaddr": "127.0.0.1", "port": "8123", "url": SECRET_PATH}


async def test_a_heartbeat_to_another_address_names_that_one_as_well(
    pbx: Simulator, make_client: Clients
) -> None:
    """With the mark of an absolute address."""
    target = ReportTarget(port=8260, path="x", address="192.168.5.9")

    await make_client(report_target=target).heartbeat()

    assert pbx.requests[-1].body == {
        "ipaddr": "127.0.0.1",
        "port": "8260",
        "url": "192.168.5.9:8260/x",
        "urltag": "1",
    }


async def test_a_heartbeat_of_one_who_wants_no_reports_is_empty(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It only keeps the token."""
    await client.heartbeat()

    assert pbx.requests[-1].raw == b"{}"


@pytest.mark.parametrize("error", [OSError("no route"), UnicodeError("bad name")])
async def test_a_heartbeat_is_sent_even_if_our_address_is_unknown(
    error: Exception,
    pbx: Simulator,
    make_client: Clients,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An empty one keeps the token and leaves the reports as they are."""

    async def fail(*args: object, **kwargs: object) -> None:
        raise error

    client = make_client(report_target=TARGET)
    await client.login()
    monkeypatch.setattr(asyncio.get_running_loop(), "create_datagram_endpoint", fail)

    await client.heartbeat()

    assert pbx.requests[-1].raw == b"{}"
    assert pbx.report_target
    assert pbx.report_target.path == f"/{SECRET_PATH}"


async def test_a_name_that_resolves_slowly_does_not_hold_up_a_heartbeat(
    pbx: Simulator, make_client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is bounded in time as all else."""

    async def hang(*args: object, **kwargs: object) -> None:
        await asyncio.sleep(60)

    client = make_client(report_target=TARGET)
    await client.login()
    monkeypatch.setattr(http_module, "CONNECT_TIMEOUT", 0.02)
    monkeypatch.setattr(asyncio.get_running_loop(), "create_datagram_endpoint", hang)

    async with asyncio.timeout(2):
        await client.heartbeat()

    assert pbx.requests[-1].raw == b"{}"


async def test_a_heartbeat_keeps_a_token_alive_and_replaces_a_dead_one(
    pbx: Simulator, make_client: Clients
) -> None:
    """As every other request does."""
    client = make_client(report_target=TARGET)
    await client.login()
    pbx.expire_tokens()

    await client.heartbeat()

    assert endpoints(pbx) == ["login", "heartbeat", "login", "heartbeat"]


# Logging out


async def test_logging_out_ends_the_session_and_its_reports(
    pbx: Simulator, make_client: Clients
) -> None:
    """Nothing of us is left at the PBX."""
    client = make_client(report_target=TARGET)
    await client.login()

    await client.logout()

    assert endpoints(pbx) == ["login", "logout"]
    assert pbx.requests[-1].version == "v1.0.0"
    assert not pbx.sessions.tokens
    assert not client.logged_in


async def test_who_never_logged_in_need_not_log_out(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Nothing is sent."""
    await client.logout()

    assert not pbx.requests


async def test_logging_out_twice_is_sent_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The token is gone."""
    await client.login()

    await asyncio.gather(client.logout(), client.logout())

    assert endpoints(pbx) == ["login", "logout"]


@pytest.mark.parametrize(
    "fault", sorted(set(Fault) - {Fault.HANG, Fault.MISSING_LIST, Fault.BROKEN_LIST})
)
async def test_logging_out_never_raises(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """Whatever the PBX answers."""
    await client.login()
    pbx.fail_next(fault)

    await client.logout()

    assert endpoints(pbx) == ["login", "logout"]
    assert not client.logged_in


@pytest.mark.parametrize("errno", [*TOKEN_REFUSALS, 20002, 20003, 30001])
async def test_a_refused_logout_does_not_matter(
    errno: int, pbx: Simulator, client: SSeriesClient
) -> None:
    """And is not tried again, not even with a new token."""
    await client.login()
    pbx.refuse_next(errno)

    await client.logout()

    assert endpoints(pbx) == ["login", "logout"]


async def test_logging_out_of_a_pbx_that_is_gone_does_not_raise(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It has no session of us either."""
    await client.login()
    await pbx.stop()

    await client.logout()

    assert not client.logged_in


async def test_logging_out_is_bounded_in_time(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unloading must not hang on a PBX that hangs."""
    monkeypatch.setattr(client_module, "LOGOUT_TIMEOUT", 0.05)
    await client.login()
    pbx.fail_next(Fault.HANG)

    async with asyncio.timeout(2):
        await client.logout()

    assert not client.logged_in


async def test_logging_out_waits_for_a_login_that_is_under_way(
    pbx: Simulator, gate: Gate, client: SSeriesClient
) -> None:
    """Or its session would stay behind."""
    gate.endpoint = "login"
    login = asyncio.create_task(client.login())
    await until(lambda: pbx.server.in_flight)

    logout = asyncio.create_task(client.logout())
    await asyncio.sleep(0)
    gate.open()

    await asyncio.gather(login, logout)
    assert endpoints(pbx) == ["login", "logout"]
    assert not pbx.sessions.tokens


async def test_logging_out_after_a_login_that_fails_does_not_raise(
    pbx: Simulator, gate: Gate, client: SSeriesClient
) -> None:
    """There is nothing to end then."""
    gate.endpoint = "login"
    pbx.refuse_next(30001)
    login = asyncio.create_task(client.login())
    await until(lambda: pbx.server.in_flight)

    logout = asyncio.create_task(client.logout())
    await asyncio.sleep(0)
    gate.open()
    await logout

    with pytest.raises(PbxBusyError):
        await login
    assert endpoints(pbx) == ["login"]


async def test_a_login_that_outlasts_the_logout_is_given_up(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who wait for it are told; they were not cancelled."""
    monkeypatch.setattr(client_module, "LOGOUT_TIMEOUT", 0.02)
    pbx.fail_next(Fault.HANG)
    waiting = asyncio.gather(
        client.device_info(), client.trunks(), return_exceptions=True
    )
    await until(lambda: pbx.server.in_flight)

    await client.logout()

    async with asyncio.timeout(2):
        results = await waiting
    assert [type(result) for result in results] == [PbxConnectionError] * 2
    assert endpoints(pbx) == ["login"]


async def test_a_logout_that_is_cancelled_gives_the_login_up_as_well(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """And is cancelled itself."""
    pbx.fail_next(Fault.HANG)
    login = asyncio.create_task(client.login())
    await until(lambda: pbx.server.in_flight)
    logout = asyncio.create_task(client.logout())
    await asyncio.sleep(0.01)

    logout.cancel()

    with pytest.raises(asyncio.CancelledError):
        await logout
    with pytest.raises(PbxConnectionError):
        await login


async def test_requests_after_the_logout_do_not_log_in_again(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A poll that comes late must not leave a session behind."""
    await client.login()
    await client.logout()

    with pytest.raises(PbxConnectionError):
        await client.device_info()

    assert endpoints(pbx) == ["login", "logout"]


async def test_a_request_under_way_at_the_logout_does_not_log_in_again(
    pbx: Simulator, gate: Gate, client: SSeriesClient
) -> None:
    """The PBX refuses its token, for the session is over."""
    await client.login()
    gate.endpoint = "deviceinfo/query"
    poll = asyncio.create_task(client.device_info())
    await until(lambda: pbx.server.in_flight)

    await client.logout()
    gate.open()

    with pytest.raises(PbxConnectionError):
        await poll
    assert not pbx.sessions.tokens
    assert pbx.logins_ok == 1


async def test_who_logs_in_again_after_the_logout_can_go_on(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """If it is asked for by name."""
    await client.login()
    await client.logout()

    await client.login()
    await client.device_info()

    assert endpoints(pbx) == ["login", "logout", "login", "deviceinfo/query"]


# When nothing answers


REQUESTS: list[Callable[[SSeriesClient], Awaitable[object]]] = [
    lambda client: client.login(),
    lambda client: client.device_info(),
    lambda client: client.heartbeat(),
    lambda client: client.dial_extension("1000", "1002", auto_answer=False),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=["login", "poll", "beat", "dial"])
async def test_a_pbx_that_is_switched_off_is_not_reached(
    request_: Callable[[SSeriesClient], Awaitable[object]],
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """Nothing was sent, so nothing can have been done."""
    await pbx.stop()

    with pytest.raises(PbxConnectionError) as caught:
        await request_(client)

    assert type(caught.value) is PbxConnectionError


@pytest.mark.parametrize("request_", REQUESTS, ids=["login", "poll", "beat", "dial"])
async def test_a_pbx_that_was_switched_off_is_there_again(
    request_: Callable[[SSeriesClient], Awaitable[object]],
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """Without anybody doing anything."""
    await client.login()
    await pbx.stop()
    pbx.sessions.forget_all()
    with pytest.raises(PbxConnectionError):
        await client.device_info()
    await pbx.start()

    await request_(client)

    assert pbx.logins_ok == 2


async def test_two_clients_do_not_disturb_each_other(
    pbx: Simulator, make_client: Clients, session: aiohttp.ClientSession
) -> None:
    """Each has a session of its own, though they share that of aiohttp."""
    first, second = make_client(), make_client()

    await asyncio.gather(first.device_info(), second.device_info())
    await first.logout()
    await second.device_info()

    assert pbx.logins_ok == 2
    assert not session.closed
