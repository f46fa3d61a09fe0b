"""One session with a P-Series, however many tasks use it and whatever happens."""

import asyncio
from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest

from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.errors import (
    PbxAddressError,
    PbxBusyError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxProtocolError,
    PbxRefusedError,
    PbxTokenError,
    PbxTooManySessionsError,
    PbxUnconfirmedError,
    PbxUnsupportedError,
)
from custom_components.yeastar.pbx.p_series import session as session_module
from custom_components.yeastar.pbx.p_series.session import PSeriesSession
from tests.simulator.p_series import Fault, PSeriesSimulator

from .house import Clock, requests_of, session_of

INFORMATION = "system/information"
MINUTE = 60.0


@pytest.fixture
def clock() -> Clock:
    """Return the clock of both sides."""
    return Clock()


@pytest.fixture
async def box(clock: Clock, socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a P-Series PBX that goes by the clock of the test."""
    async with PSeriesSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def session(web: ClientSession, box: PSeriesSimulator, clock: Clock) -> PSeriesSession:
    """Return a session that did nothing yet."""
    return session_of(web, box, clock=clock.moment)


@pytest.fixture
def told(session: PSeriesSession) -> list[PbxRefusedError | None]:
    """Return what is told of logins."""
    answers: list[PbxRefusedError | None] = []
    session.on_login = answers.append
    return answers


@pytest.fixture
def kept(session: PSeriesSession) -> list[str]:
    """Return what a later run is given to go on."""
    texts: list[str] = []
    session.on_tokens = texts.append
    return texts


def endpoints(box: PSeriesSimulator) -> list[str | None]:
    """Return what was asked of the PBX, in order."""
    return [request.endpoint for request in box.requests]


async def ask(session: PSeriesSession) -> None:
    """Send a request that changes nothing."""
    await session.get(INFORMATION)


async def all_at_once(session: PSeriesSession, count: int = 20) -> set[type]:
    """Send many requests at once; return the types of their errors."""
    results = await asyncio.gather(
        *(session.get(INFORMATION) for _ in range(count)), return_exceptions=True
    )
    return {type(result) for result in results if isinstance(result, BaseException)}


@pytest.mark.parametrize(
    ("lost", "may_be_done"),
    [("get_token", False), (INFORMATION, False), ("queue/agent_pause", True)],
)
async def test_a_lost_answer(
    box: PSeriesSimulator, session: PSeriesSession, lost: str, may_be_done: bool
) -> None:
    """Only an operation may have been done, whatever its method."""
    # A GET is sent once more by aiohttp itself.
    box.fail_next(Fault.CLOSE, count=2, endpoint=lost)
    change = session.change("queue/agent_pause", {"queue_id": 1})
    with pytest.raises(PbxConnectionError) as caught:
        await (change if may_be_done else ask(session))
    change.close()
    assert isinstance(caught.value, PbxUnconfirmedError) is may_be_done


# What is sent


async def test_nothing_is_sent_before_the_first_request(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """A session that is made costs nothing."""
    await asyncio.sleep(0)
    assert not box.requests
    assert not session.logged_in


async def test_the_first_request_logs_in(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """By POST with id and secret in the body, and the request with the token."""
    await ask(session)
    login, request = box.requests
    assert (login.method, login.path) == ("POST", "/openapi/v1.0/get_token")
    assert login.body == {"username": box.client_id, "password": box.client_secret}
    assert login.raw_query == ""
    assert (request.method, request.endpoint) == ("GET", INFORMATION)
    assert request.token == login.answer["access_token"]
    assert session.logged_in


async def test_every_request_has_its_headers(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Without a `User-Agent` the PBX refuses; it wants a new connection each time."""
    await ask(session)
    await session.post("call/dial", {"caller": "1000", "callee": "1002"})
    await session.log_out()
    assert {request.headers["user-agent"] for request in box.requests} == {"OpenAPI"}
    assert {request.headers["connection"] for request in box.requests} == {"close"}


async def test_blanks_are_sent_as_percent_twenty(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Some firmware takes no `+`; a real plus is encoded, too."""
    await session.get("extension/search", {"search_value": "a b+c&ü"})
    request = box.requests[-1]
    assert "search_value=a%20b%2Bc%26%C3%BC&" in request.raw_query
    assert request.query["search_value"] == "a b+c&ü"


async def test_at_most_two_requests_are_under_way(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """However many tasks ask."""
    await ask(session)
    box.latency = 0.01
    assert not await all_at_once(session)
    assert box.most_in_flight == 2


# One login for all tasks


async def test_twenty_tasks_share_a_login(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """It takes one of the eight slots."""
    assert not await all_at_once(session)
    assert box.logins_ok == box.tokens_alive == 1


async def test_twenty_tasks_share_a_renewal(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """After the token died."""
    await ask(session)
    box.expire_tokens()
    assert not await all_at_once(session)
    assert len(requests_of(box, "refresh_token")) == 1
    assert box.logins_ok == 1


async def test_twenty_tasks_share_a_refused_login(
    box: PSeriesSimulator,
    session: PSeriesSession,
    told: list[PbxRefusedError | None],
) -> None:
    """The secret is sent once, and the refusal told once."""
    box.client_secret = "another"
    assert await all_at_once(session) == {PbxCredentialsError}
    assert await all_at_once(session) == {PbxCredentialsError}
    assert box.logins_failed == 1
    assert [type(refusal) for refusal in told] == [PbxCredentialsError]


async def test_a_task_that_gives_up_leaves_the_login_to_the_others(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Although it began it."""
    box.latency = 0.05
    first = asyncio.create_task(ask(session))
    second = asyncio.create_task(ask(session))
    await asyncio.sleep(0.02)
    first.cancel()
    await second
    assert first.cancelled()
    assert box.logins_ok == 1


# Renewal


async def test_a_token_is_refreshed_after_25_minutes(
    box: PSeriesSimulator, session: PSeriesSession, clock: Clock
) -> None:
    """Not before, and without a new login: a refresh takes no new slot."""
    await ask(session)
    clock.now += 24.9 * MINUTE
    await ask(session)
    assert "refresh_token" not in endpoints(box)
    old = box.requests[0].answer["refresh_token"]

    clock.now += 0.2 * MINUTE
    await ask(session)
    (refresh,) = requests_of(box, "refresh_token")
    assert (refresh.method, refresh.body) == ("POST", {"refresh_token": old})
    assert box.requests[-1].token == refresh.answer["access_token"]
    assert (box.logins_ok, box.tokens_alive) == (1, 1)


async def test_days_pass_with_one_login(
    box: PSeriesSimulator, session: PSeriesSession, clock: Clock
) -> None:
    """Each refresh brings a new refresh token, too."""
    for _ in range(3 * 24 * 2):
        await ask(session)
        clock.now += 30 * MINUTE
    assert (box.logins_ok, box.logins_failed) == (1, 0)


async def test_a_dead_token_costs_one_refresh_and_one_repetition(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """The PBX refused before it did anything, so that repeating is safe."""
    await ask(session)
    box.expire_tokens()
    await session.post("call/dial", {"caller": "1000", "callee": "1002"})
    assert endpoints(box)[2:] == ["call/dial", "refresh_token", "call/dial"]
    assert len(box.calls) == 1


async def test_a_new_token_that_is_refused_as_well_is_an_error(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """There is no third attempt."""
    await ask(session)
    box.refuse_next(10004, INFORMATION, count=5)
    with pytest.raises(PbxTokenError):
        await ask(session)
    assert len(requests_of(box, INFORMATION)) == 3


async def test_a_refused_refresh_leads_to_a_login(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """As after a restart of the PBX, which forgot all tokens."""
    await ask(session)
    box.revoke_tokens()
    await ask(session)
    assert endpoints(box)[2:] == [
        INFORMATION,
        "refresh_token",
        "get_token",
        INFORMATION,
    ]


async def test_a_refresh_token_that_died_is_not_sent(
    box: PSeriesSimulator, session: PSeriesSession, clock: Clock
) -> None:
    """Home Assistant was suspended for two days."""
    await ask(session)
    clock.now += 48 * 60 * MINUTE
    await ask(session)
    assert endpoints(box)[2:] == ["get_token", INFORMATION]


@pytest.mark.parametrize("trouble", [-2, 70082, Fault.CLOSE, Fault.HTML])
async def test_a_refresh_that_fails_for_a_while_takes_no_new_slot(
    box: PSeriesSimulator, session: PSeriesSession, trouble: int | Fault
) -> None:
    """The refresh token is still good, and is sent again later."""
    await ask(session)
    box.expire_tokens()
    if isinstance(trouble, Fault):
        box.fail_next(trouble, endpoint="refresh_token")
    else:
        box.refuse_next(trouble, "refresh_token")
    with pytest.raises(PbxError):
        await ask(session)
    await ask(session)
    assert len(requests_of(box, "refresh_token")) == 2
    assert box.logins_ok == 1


async def test_a_refresh_whose_answer_is_lost_leads_to_a_login(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """The PBX gave a new pair that nothing can be done with."""
    await ask(session)
    box.expire_tokens()
    box.fail_next(Fault.GARBAGE, endpoint="refresh_token")
    with pytest.raises(PbxProtocolError):
        await ask(session)
    await ask(session)
    assert box.logins_ok == box.tokens_alive == 2


@pytest.mark.parametrize("errcode", [10001, 10004, 60001])
async def test_where_nothing_can_be_refreshed_it_logs_in(
    box: PSeriesSimulator, session: PSeriesSession, errcode: int
) -> None:
    """Whichever code this firmware has for it."""
    await ask(session)
    box.expire_tokens()
    box.refuse_next(errcode, "refresh_token")
    await ask(session)
    assert box.logins_ok == 2


async def test_a_late_refusal_of_an_old_token_does_not_expire_the_new_one(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """A slow answer about the old token comes after another task refreshed it."""
    await ask(session)
    old = await session.access_token()
    box.expire_tokens()
    await ask(session)
    session.expire(old)
    await ask(session)
    assert len(requests_of(box, "refresh_token")) == 1


@pytest.mark.parametrize("errcode", [10001, 10005, 40002, 60001, -1])
async def test_other_refusals_are_not_repeated(
    box: PSeriesSimulator, session: PSeriesSession, errcode: int
) -> None:
    """Only a dead token is worth it."""
    await ask(session)
    box.refuse_next(errcode, INFORMATION)
    with pytest.raises(PbxRefusedError) as caught:
        await ask(session)
    assert caught.value.number == errcode
    assert len(requests_of(box, INFORMATION)) == 2
    assert box.logins_ok == 1


async def test_partial_success_is_success(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """The body tells what was done."""
    box.refuse_next(1, INFORMATION)
    answer = await session.get(INFORMATION)
    assert answer["errcode"] == 1


async def test_an_answer_without_a_code_is_no_answer(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Every answer of this API has one."""
    await ask(session)
    box.fail_next(Fault.NOT_OBJECT, endpoint=INFORMATION)
    with pytest.raises(PbxProtocolError):
        await ask(session)


async def test_a_login_without_tokens_is_no_login(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Errcode 0 alone proves nothing."""
    box.refuse_next(0, "get_token")
    with pytest.raises(PbxProtocolError):
        await ask(session)
    assert not session.logged_in


# Logins that are refused


@pytest.mark.parametrize("errcode", [1, 10003, 10005, 40002, -1])
async def test_a_refused_secret_is_sent_once(
    box: PSeriesSimulator, session: PSeriesSession, errcode: int
) -> None:
    """Whichever code this firmware has for it; five bad logins lock the address."""
    box.quirks.bad_credentials = errcode
    box.client_secret = "another"
    for _ in range(3):
        with pytest.raises(PbxCredentialsError) as caught:
            await ask(session)
    assert session.password_refused
    assert caught.value.reason == "bad_credentials"
    assert len(requests_of(box, "get_token")) == 1


async def test_a_secret_changed_at_the_pbx_is_sent_once(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Its tokens died with it, the refresh token too."""
    await ask(session)
    box.client_secret = "another"
    for _ in range(3):
        with pytest.raises(PbxCredentialsError):
            await ask(session)
    assert box.logins_failed == 1


@pytest.mark.parametrize("step", ["get_token", "refresh_token"])
async def test_without_a_free_session_it_waits_five_minutes(
    box: PSeriesSimulator,
    session: PSeriesSession,
    monkeypatch: pytest.MonkeyPatch,
    told: list[PbxRefusedError | None],
    step: str,
) -> None:
    """No request is sent meanwhile, and then one."""
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    if step == "refresh_token":
        await ask(session)
        box.expire_tokens()
    told.clear()
    box.refuse_next(60002, step, count=2)
    with pytest.raises(PbxTooManySessionsError):
        await ask(session)
    assert [type(refusal) for refusal in told] == [PbxTooManySessionsError]

    asked = len(box.requests)
    now += 299
    with pytest.raises(PbxTooManySessionsError):
        await ask(session)
    assert len(box.requests) == asked
    now += 2
    with pytest.raises(PbxTooManySessionsError):
        await ask(session)
    now += 301
    await ask(session)
    assert len(requests_of(box, step)) == 3
    assert told[-1] is None


async def test_the_ninth_login_is_the_one_that_waits(
    web: ClientSession, box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """Eight other programs use the same Client ID."""
    for _ in range(8):
        await ask(session_of(web, box))
    with pytest.raises(PbxTooManySessionsError):
        await ask(session)
    assert box.logins_failed == 1


@pytest.mark.parametrize("step", ["get_token", "refresh_token", INFORMATION])
async def test_a_lock_out_is_waited_out(
    box: PSeriesSimulator,
    session: PSeriesSession,
    told: list[PbxRefusedError | None],
    step: str,
) -> None:
    """Whichever request meets it, at most one more is sent."""
    await ask(session)
    told.clear()
    box.expire_tokens()
    if step == "get_token":
        box.revoke_tokens()
        box.refuse_next(10004, "refresh_token")
    box.refuse_next(70004, step)
    box.lock_out()
    with pytest.raises(PbxLockedOutError):
        await ask(session)
    with pytest.raises(PbxLockedOutError):
        await ask(session)
    assert [type(refusal) for refusal in told] == [PbxLockedOutError]
    assert 590 < session.locked_seconds <= 600
    asked = len(box.requests)
    with pytest.raises(PbxLockedOutError):
        await ask(session)
    assert len(box.requests) == asked

    box.clear_lockout()
    session.wait_out(0)
    await ask(session)
    assert told[-1] is None


async def test_an_address_that_is_not_allowed_is_told(
    box: PSeriesSimulator,
    session: PSeriesSession,
    told: list[PbxRefusedError | None],
) -> None:
    """It is tried again, since an administrator may have allowed it meanwhile."""
    box.allowed_ips = set()
    for _ in range(2):
        with pytest.raises(PbxAddressError):
            await ask(session)
    assert [type(refusal) for refusal in told] == [PbxAddressError] * 2
    assert session.own_address == "127.0.0.1"
    box.allowed_ips = None
    await ask(session)
    assert told[-1] is None


async def test_an_address_that_is_no_longer_allowed_is_told(
    box: PSeriesSimulator,
    session: PSeriesSession,
    told: list[PbxRefusedError | None],
) -> None:
    """The next renewal meets the same refusal."""
    await ask(session)
    told.clear()
    box.allowed_ips = set()
    for _ in range(2):
        with pytest.raises(PbxAddressError):
            await ask(session)
    assert [type(refusal) for refusal in told] == [PbxAddressError]
    box.allowed_ips = None
    await ask(session)
    assert box.logins_ok == 1


@pytest.mark.parametrize(
    ("errcode", "error"),
    [(10001, PbxUnsupportedError), (10002, PbxUnsupportedError), (-2, PbxBusyError)],
)
async def test_what_is_no_refusal_of_the_secret_is_no_refusal_of_it(
    box: PSeriesSimulator, session: PSeriesSession, errcode: int, error: type[PbxError]
) -> None:
    """The same secret may be sent again."""
    box.refuse_next(errcode, "get_token")
    with pytest.raises(error):
        await ask(session)
    assert not session.password_refused
    await ask(session)


# Tokens that outlive a run


async def test_each_new_pair_is_kept(
    box: PSeriesSimulator, session: PSeriesSession, kept: list[str]
) -> None:
    """That of the login and that of each refresh; the last word is that it ended."""
    await ask(session)
    box.expire_tokens()
    await ask(session)
    assert len(kept) == 2
    (refresh,) = requests_of(box, "refresh_token")
    assert str(refresh.answer["access_token"]) in kept[-1]
    assert str(refresh.answer["refresh_token"]) in kept[-1]
    await session.log_out()
    assert kept[-1] == ""


async def test_ten_kills_take_one_slot(
    web: ClientSession, box: PSeriesSimulator, clock: Clock
) -> None:
    """Each run goes on with the tokens of the one before, whenever it was killed."""
    kept: list[str] = [""]
    for minutes in (0, 1, 1, 1, 1, 26, 1, 31, 1, 1):
        clock.now += minutes * MINUTE
        session = session_of(web, box, clock=clock.moment)
        session.on_tokens = kept.append
        session.resume(kept[-1])
        await ask(session)
    assert box.logins_ok == 1
    assert box.tokens_alive == 1


async def test_a_kill_before_the_tokens_are_stored_costs_a_second_slot(
    web: ClientSession, box: PSeriesSimulator, clock: Clock
) -> None:
    """The pair before is dead then, and so is its refresh token."""
    kept: list[str] = [""]
    for run in range(10):
        clock.now += MINUTE
        session = session_of(web, box, clock=clock.moment)
        session.on_tokens = kept.append
        session.resume(kept[0] if run == 5 else kept[-1])
        await ask(session)
    assert box.tokens_alive == 2


@pytest.mark.parametrize(
    "text", ["", "x", "{}", "[]", "[1,2,3]", '["a","b",null,1]', '"text"', "[1,2,3,4]"]
)
async def test_kept_text_that_makes_no_sense_leads_to_a_login(
    box: PSeriesSimulator, session: PSeriesSession, text: str
) -> None:
    """A damaged file is no reason to stay away."""
    session.resume(text)
    await ask(session)
    assert endpoints(box) == ["get_token", INFORMATION]


async def test_tokens_that_another_firmware_forgot_cost_a_login(
    web: ClientSession, box: PSeriesSimulator, session: PSeriesSession, kept: list[str]
) -> None:
    """The PBX restarted while Home Assistant was down."""
    await ask(session)
    box.reboot()
    later = session_of(web, box)
    later.resume(kept[-1])
    await ask(later)
    assert box.logins_ok == 2


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.CLOSE, Fault.GARBAGE])
async def test_a_login_that_cannot_be_looked_at_takes_no_slot(
    web: ClientSession, box: PSeriesSimulator, clock: Clock, fault: Fault
) -> None:
    """Each poll would take another one, until all eight are gone."""
    session = session_of(
        web, box, clock=clock.moment, serial_number=box.state.device.sn
    )
    await ask(session)
    box.sessions.forget_all()
    for _ in range(10):
        # aiohttp repeats a GET once that was closed before the answer.
        box.fail_next(fault, count=2, endpoint=INFORMATION)
        with pytest.raises(PbxError):
            await session.get("extension/list")
        assert box.tokens_alive == 0
        box.faults.clear()
    await session.get("extension/list")
    assert box.tokens_alive == 1


# The end


async def test_the_token_is_revoked_at_the_end(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """So that it takes no slot."""
    await ask(session)
    token = box.requests[-1].token
    await session.log_out()
    (revoked,) = requests_of(box, "del_token")
    assert revoked.token == token
    assert box.tokens_alive == 0
    assert not session.logged_in


async def test_without_a_token_nothing_is_revoked(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """A second end sends nothing either."""
    await session.log_out()
    assert not box.requests


async def test_after_the_end_nothing_is_sent(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """A task that is late does not log in again."""
    await ask(session)
    await session.log_out()
    asked = len(box.requests)
    with pytest.raises(PbxConnectionError):
        await ask(session)
    assert len(box.requests) == asked


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.CLOSE, Fault.HTML, Fault.HALF])
async def test_an_end_that_fails_is_short_and_silent(
    box: PSeriesSimulator,
    session: PSeriesSession,
    kept: list[str],
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:
    """The tokens are kept then, so that a later run uses or revokes them."""
    monkeypatch.setattr(session_module, "LOGOUT_TIMEOUT", 0.1)
    await ask(session)
    # aiohttp repeats a GET once that was closed before the answer.
    box.fail_next(fault, count=2, endpoint="del_token")
    async with asyncio.timeout(3):
        await session.log_out()
    assert kept[-1] != ""
    assert not session.logged_in


async def test_a_login_under_way_is_revoked_at_the_end(
    box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """The slot that it takes would be lost for half an hour."""
    box.latency = 0.05
    waiting = asyncio.create_task(ask(session))
    await asyncio.sleep(0.02)
    box.latency = 0
    await session.log_out()
    await asyncio.wait([waiting])
    assert box.logins_ok == 1
    assert box.tokens_alive == 0


async def test_the_wall_clock_may_jump(
    box: PSeriesSimulator, web: ClientSession
) -> None:
    """A clock that is set back makes an old token look young; the PBX knows better."""
    now = 1_790_000_000.0
    session = session_of(web, box, clock=lambda: Moment(0.0, now))
    await ask(session)
    now -= 365 * 86400
    box.expire_tokens()
    await ask(session)
    assert box.logins_ok == 1
