"""Nothing that opens the PBX leaves the client, whatever goes wrong."""

from collections.abc import Awaitable, Callable
import logging
import traceback

import pytest

from custom_components.yeastar.pbx.errors import PbxError
from custom_components.yeastar.pbx.s_series import client as client_module
from custom_components.yeastar.pbx.s_series.client import ReportTarget, SSeriesClient
from tests.simulator import Fault, Simulator

from .conftest import SECRET_PATH, TARGET, Box, Clients, answer, hurry, md5_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

PASSWORD = "simulator-secret-1"
PHASES: dict[str, tuple[str, Callable[[SSeriesClient], Awaitable[object]]]] = {
    "login": ("login", lambda client: client.login()),
    "poll": ("extensionlist/query", lambda client: client.extensions()),
    "settings": ("extension/query", lambda client: client.extension_settings("1000")),
    "queues": ("queue/query", lambda client: client.queues()),
    "action": (
        "extension/dial_extension",
        lambda client: client.dial_extension("1000", "1002", auto_answer=True),
    ),
    "message": ("sms/send", lambda client: client.send_sms("GSM-trunk", "1", "hi")),
    "heartbeat": ("heartbeat", lambda client: client.heartbeat()),
    "logout": ("logout", lambda client: client.logout()),
}
FAILING = sorted(
    set(Fault)
    - {Fault.BOM, Fault.NUL, Fault.WRONG_TYPE, Fault.MISSING_LIST, Fault.BROKEN_LIST}
)
ERRNOS = [10003, 10007, 20002, 20003, 20004, 20015, 30001]


@pytest.fixture
async def spied(
    make_client: Clients, caplog: pytest.LogCaptureFixture
) -> SSeriesClient:
    """Return a client that is logged in and whose log has every detail."""
    caplog.set_level(logging.DEBUG)
    client = make_client(report_target=TARGET)
    await client.device_info()
    return client


@pytest.fixture
def impatient(spied: SSeriesClient, monkeypatch: pytest.MonkeyPatch) -> SSeriesClient:
    """Return that client, waiting for nothing long from now on."""
    hurry(monkeypatch, 0.2)
    monkeypatch.setattr(client_module, "LOGOUT_TIMEOUT", 0.2)
    return spied


async def error_of(request: Awaitable[object]) -> PbxError | None:
    """Return how a request fails, if it does."""
    try:
        await request
    except PbxError as err:
        return err
    return None


def told(error: BaseException | None, caplog: pytest.LogCaptureFixture) -> str:
    """Return all that a person could read of an error and in the log.

    The simulator's own log is not the client's.
    """
    lines = []
    while error:
        lines += [repr(error), str(error), str(vars(error))]
        lines += traceback.format_exception(error)
        # Some tools that collect errors read what is not shown of them, too.
        error = error.__cause__ or error.__context__
    lines += [
        caplog.handler.format(record)
        for record in caplog.records
        if record.name != "pbx_simulator"
    ]
    return "\n".join(lines)


def secrets(pbx: Simulator) -> set[str]:
    """Return what nobody may read."""
    tokens = {request.token for request in pbx.requests}
    tokens |= {str(request.answer.get("token")) for request in pbx.requests}
    found = {token for token in tokens if token and token != "None"}
    phone = pbx.state.extensions["1000"]
    # The voicemail PIN has four digits, which a port or a line number may have too.
    return {
        PASSWORD,
        md5_of(PASSWORD),
        SECRET_PATH,
        phone.register_password,
        phone.login_password_md5,
        pbx.state.queues["6700"].password,
        *found,
    }


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", FAILING)
async def test_a_failure_tells_no_secret(
    fault: Fault,
    phase: str,
    pbx: Simulator,
    impatient: SSeriesClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither in its words, nor in what caused it, nor in the log."""
    endpoint, request = PHASES[phase]
    pbx.fail_next(fault, endpoint=endpoint)

    error = await error_of(request(impatient))

    text = told(error, caplog)
    assert not {secret for secret in secrets(pbx) if secret in text}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("errno", ERRNOS)
async def test_a_refusal_tells_no_secret(
    errno: int,
    phase: str,
    pbx: Simulator,
    spied: SSeriesClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Even where it is repeated with another token."""
    endpoint, request = PHASES[phase]
    pbx.refuse_next(errno, endpoint=endpoint, count=2)

    error = await error_of(request(spied))

    text = told(error, caplog)
    assert not {secret for secret in secrets(pbx) if secret in text}


async def test_a_pbx_that_is_gone_tells_no_secret(
    pbx: Simulator, spied: SSeriesClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors of aiohttp carry the whole address."""
    await pbx.stop()

    error = await error_of(spied.device_info())

    text = told(error, caplog)
    assert error
    assert not {secret for secret in secrets(pbx) if secret in text}


async def test_a_normal_day_tells_no_secret(
    pbx: Simulator, spied: SSeriesClient, caplog: pytest.LogCaptureFixture
) -> None:
    """All is logged, nothing told."""
    for _, request in PHASES.values():
        await request(spied)

    assert "extensionlist/query: success" in (text := told(None, caplog))
    assert not {secret for secret in secrets(pbx) if secret in text}


ECHOES = [
    "HTTP/1.1 500 {}",
    "HTTP/1.1 {} OK",
    "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/?token={}",
    "HTTP/1.1 302 Found\r\nLocation: {}://127.0.0.1/",
    "HTTP/1.1 200 OK\r\nContent-Length: 900\r\nX: {}",
    "HTTP/1.1 200 OK\r\nContent-Length: {}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: {}",
]
BODIES = ["{}", '{{"status":"{}"}}', '{{"status":"Failed","errno":"{}"}}', '["{}"']


@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK", *ECHOES])
@pytest.mark.parametrize("body", BODIES)
async def test_a_box_that_repeats_the_token_does_not_make_us_tell_it(
    head: str,
    body: str,
    box: Box,
    box_client: SSeriesClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Wherever it repeats it."""
    caplog.set_level(logging.DEBUG)
    token = "48a7d7481a5355aa4fb5dc285edeb40e"
    box.answers["heartbeat"] = answer(body.format(token), head=head.format(token))

    error = await error_of(box_client.heartbeat())

    assert error
    assert token[:20] not in told(error, caplog)


async def test_a_client_says_nothing_of_itself(spied: SSeriesClient) -> None:
    """Its repr may end in a log line."""
    await spied.login()

    assert repr(spied).startswith(
        "<custom_components.yeastar.pbx.s_series.client.SSeriesClient"
    )


def test_a_report_target_does_not_say_its_path() -> None:
    """The path is the only secret of a report."""
    target = ReportTarget(port=8123, path=SECRET_PATH)

    assert SECRET_PATH not in repr(target)
