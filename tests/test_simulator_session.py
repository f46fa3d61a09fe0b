"""The simulator's sessions: login, lock-out, tokens, heartbeat, logout."""

import asyncio

import pytest

from .simulator import Shape, Simulator
from .simulator.peer import Client, desk, md5_of

pytestmark = pytest.mark.usefixtures("socket_enabled")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Start at some time."""
        self.now = 1_495_700_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


async def test_login_answers_with_a_token_of_32_hex_digits() -> None:
    """A good login."""
    async with Simulator() as pbx:
        answer = await Client(pbx).login()
    assert answer["status"] == "Success"
    assert len(answer["token"]) == 32
    assert int(answer["token"], 16) >= 0
    assert (pbx.logins_ok, pbx.logins_failed) == (1, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"username": "admin"},
        {"username": ""},
        {"password": ""},
        {"password": "simulator-secret-1"},
        {"password": md5_of("simulator-secret-1").upper()},
        {"password": None},
    ],
)
async def test_login_refuses_bad_credentials(fields: dict[str, str]) -> None:
    """User name and md5 must both be exact."""
    async with Simulator() as pbx:
        answer = await Client(pbx).login(**fields)
    assert answer == {"status": "Failed", "errno": "20003"}
    assert pbx.logins_failed == 1


async def test_login_follows_a_changed_password() -> None:
    """The password is changed at the PBX."""
    async with Simulator() as pbx:
        pbx.password = "another"
        assert (await Client(pbx).login(password=md5_of("simulator-secret-1")))[
            "errno"
        ] == "20003"
        assert (await Client(pbx).login())["status"] == "Success"


@pytest.mark.parametrize(
    "port", ["65536", "-1", "x", "8 260", "\uff18", 65536, -1], ids=repr
)
async def test_login_refuses_a_bad_port(port: object) -> None:
    """20008 for anything that is no port."""
    async with Simulator() as pbx:
        answer = await Client(pbx).login(port=port)
    assert answer == {"status": "Failed", "errno": "20008"}


@pytest.mark.parametrize("port", ["8260", 8260, "1", "65535"], ids=repr)
async def test_login_takes_a_port_as_text_or_number(port: object) -> None:
    """Five public programs send a number."""
    async with Simulator() as pbx:
        for strict in (False, True):
            pbx.quirks.strict_ports = strict
            answer = await Client(pbx).login(port=port)
            assert answer["status"] == "Success"


@pytest.mark.parametrize("port", ["", " ", "0", 0, None], ids=repr)
async def test_login_needs_no_port(port: object) -> None:
    """Six public programs send none, or one that is no port: they get no reports."""
    async with Simulator() as pbx:
        answer = await Client(pbx).login(port=port)
        assert answer["status"] == "Success"
        assert pbx.report_target
        assert pbx.report_target.port == 0


@pytest.mark.parametrize("port", ["", " ", "0", 0, None, "65536", "x"], ids=repr)
async def test_a_strict_box_needs_a_port_at_login(port: object) -> None:
    """The guide says `0<port<65536`: 20008 for anything else."""
    async with Simulator() as pbx:
        pbx.quirks.strict_ports = True
        answer = await Client(pbx).login(port=port)
        assert answer == {"status": "Failed", "errno": "20008"}
        assert not pbx.sessions.tokens


async def test_a_strict_box_needs_the_field_of_the_port() -> None:
    """A loose one takes a login without it."""
    async with Simulator() as pbx:
        login = {"username": "api", "password": md5_of(pbx.password)}
        assert await Client(pbx).errno("login", **login) == "Success"
        pbx.quirks.strict_ports = True
        assert await Client(pbx).errno("login", **login) == "20008"


@pytest.mark.parametrize("errno", ["20010", "20015", "30003"])
async def test_a_login_can_be_refused_for_any_reason(errno: str) -> None:
    """20010: the API server cannot be reached; 30003: it does not run."""
    async with Simulator() as pbx:
        pbx.refuse_next(errno, endpoint="login")
        api = Client(pbx)
        assert await api.login() == {"status": "Failed", "errno": errno}
        assert (await api.login())["status"] == "Success"


async def test_five_bad_logins_lock_the_address_for_ten_minutes() -> None:
    """Then even the right password is refused, until the time is over."""
    clock = Clock()
    async with Simulator(clock=clock) as pbx:
        api = Client(pbx)
        for _ in range(5):
            assert (await api.login(password="0" * 32))["errno"] == "20003"
        assert (await api.login())["errno"] == "20002"
        clock.now += 599
        assert (await api.login())["errno"] == "20002"
        clock.now += 2
        assert (await api.login())["status"] == "Success"


async def test_a_good_login_between_bad_ones_prevents_the_lock() -> None:
    """Only consecutive failures count."""
    async with Simulator() as pbx:
        api = Client(pbx)
        for _ in range(3):
            for _ in range(4):
                await api.login(password="0" * 32)
            assert (await api.login())["status"] == "Success"


async def test_the_administrator_clears_the_lock() -> None:
    """The block can be deleted at the PBX."""
    async with Simulator() as pbx:
        api = Client(pbx)
        pbx.lock_out("127.0.0.1")
        assert (await api.login())["errno"] == "20002"
        pbx.clear_lockout()
        assert (await api.login())["status"] == "Success"


async def test_a_token_lives_thirty_minutes_after_the_last_request() -> None:
    """Any request renews it."""
    clock = Clock()
    async with Simulator(clock=clock) as pbx:
        api = Client(pbx)
        await api.login()
        for _ in range(3):
            clock.now += 29 * 60
            assert await api.errno("inbound/query") == "Success"
        clock.now += 30 * 60
        assert await api.errno("inbound/query") == "20006"
        assert await api.errno("inbound/query") == "20006"


async def test_a_report_renews_the_token() -> None:
    """Traffic in the other direction counts as well."""
    clock = Clock()
    async with desk(pbx=Simulator(clock=clock)) as d:
        clock.now += 29 * 60
        d.pbx.send_report({"action": "BootUp"})
        await d.pbx.settle()
        clock.now += 29 * 60
        assert await d.api.errno("inbound/query") == "Success"


@pytest.mark.parametrize(("token", "errno"), [("0" * 32, "20004"), ("", "20005")])
async def test_a_token_must_be_known_and_there(token: str, errno: str) -> None:
    """Unknown and missing tokens have codes of their own."""
    async with Simulator() as pbx:
        assert await Client(pbx).errno("inbound/query", token=token) == errno


async def test_expired_tokens_can_be_unknown() -> None:
    """In practice boxes say 20004."""
    async with desk() as d:
        d.pbx.expire_tokens()
        assert await d.api.errno("inbound/query") == "20006"
        d.pbx.quirks.expired_is_unknown = True
        assert await d.api.errno("inbound/query") == "20004"


async def test_logout_ends_the_token_and_the_reports() -> None:
    """Nothing goes out after that."""
    async with desk() as d:
        assert await d.api.ask("logout") == {"status": "Success"}
        assert await d.api.errno("inbound/query") == "20004"
        d.pbx.outside_call("5503301", "1000")
        assert await d.reported() == []
        assert d.pbx.report_target is None


async def test_reports_go_to_whoever_logged_in_last() -> None:
    """And the token of the first one goes on to work."""
    async with desk() as d:
        other = Client(d.pbx)
        await other.login(9, url="elsewhere")
        assert d.pbx.report_target
        assert d.pbx.report_target.url == "http://127.0.0.1:9/elsewhere"
        assert await d.api.errno("inbound/query") == "Success"
        await d.api.ask("logout")
        assert d.pbx.report_target.port == 9


async def test_another_program_takes_the_reports() -> None:
    """The token of the first goes on to work; a new login takes them back."""
    async with desk() as d:
        d.pbx.other_program_logs_in("127.0.0.1", 9, "/other")
        assert d.pbx.report_target
        assert d.pbx.report_target.url == "http://127.0.0.1:9/other"
        d.pbx.outside_call("5503301", "1000")
        assert d.listener.bodies == []
        assert await d.api.errno("inbound/query") == "Success"
        await d.api.login(d.listener.port)
        d.pbx.send_report("mine again")
        await d.pbx.settle()
        assert d.listener.texts == ["mine again"]


async def test_another_program_ends_the_only_token() -> None:
    """Where a box keeps no more than one."""
    async with desk() as d:
        d.pbx.quirks.one_token = True
        d.pbx.other_program_logs_in("127.0.0.1", 9)
        assert await d.api.errno("inbound/query") == "20004"


async def test_another_program_takes_its_reports_with_it() -> None:
    """After its logout reports go nowhere."""
    async with desk() as d:
        token = d.pbx.other_program_logs_in("127.0.0.1", 9)
        assert await d.api.errno("logout", token=token) == "Success"
        assert d.pbx.report_target is None


async def test_one_token_alone_is_a_quirk() -> None:
    """A second login ends the first."""
    async with desk() as d:
        d.pbx.quirks.one_token = True
        await Client(d.pbx).login()
        assert await d.api.errno("inbound/query") == "20004"


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"ping", b'""'])
async def test_a_heartbeat_may_be_empty(raw: bytes, method: str) -> None:
    """Then it changes nothing."""
    async with desk() as d:
        before = d.pbx.report_target
        answer = await d.api.ask("heartbeat", raw=raw, method=method)
        assert answer == {"status": "Success"}
        assert d.pbx.report_target == before


async def test_a_heartbeat_with_a_body_replaces_the_target() -> None:
    """The shape of the reports as well."""
    async with desk(version="1.0.2") as d:
        answer = await d.api.ask("heartbeat", ipaddr="192.0.2.4", port="8260", url="/x")
        assert answer == {"status": "Success"}
        assert d.pbx.report_target
        assert d.pbx.report_target.url == "http://192.0.2.4:8260/x"
        assert d.pbx.report_target.shape is Shape.V1


@pytest.mark.parametrize(
    "fields",
    [
        {"port": "8260"},
        {"ipaddr": "", "port": "8260"},
        {"ipaddr": "example.org", "port": "8260"},
        {"ipaddr": "192.0.2.4"},
        {"ipaddr": "192.0.2.4", "port": "70000"},
    ],
)
async def test_a_heartbeat_needs_address_and_port(fields: dict[str, str]) -> None:
    """20011 for a heartbeat that says where, but not properly."""
    async with desk() as d:
        before = d.pbx.report_target
        assert await d.api.errno("heartbeat", **fields) == "20011"
        assert d.pbx.report_target == before


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({}, "http://127.0.0.1:8260/"),
        ({"url": "report"}, "http://127.0.0.1:8260/report"),
        ({"url": "/a/b"}, "http://127.0.0.1:8260/a/b"),
        ({"url": "a/b", "urltag": "0"}, "http://127.0.0.1:8260/a/b"),
        ({"url": "192.0.2.1:99/r", "urltag": "1"}, "http://192.0.2.1:99/r"),
        ({"url": "192.0.2.1/r", "urltag": 1}, "http://192.0.2.1:80/r"),
        ({"url": "https://h:8/r", "urltag": "1"}, "http://h:8/r"),
        ({"url": "", "urltag": 1}, "http://127.0.0.1:8260/"),
        ({"urltag": 1}, "http://127.0.0.1:8260/"),
    ],
)
async def test_where_reports_go(fields: dict[str, str], url: str) -> None:
    """Relative to who logged in, or absolute."""
    async with Simulator() as pbx:
        await Client(pbx).login(8260, **fields)
        assert pbx.report_target
        assert pbx.report_target.url == url


@pytest.mark.parametrize(
    ("version", "shape"),
    [
        (None, Shape.V1),
        ("", Shape.V1),
        ("1.0.1", Shape.V1),
        ("1.0.2", Shape.V1_CALL),
        ("2.0.0", Shape.V2),
    ],
)
@pytest.mark.parametrize("path", ["v1.0.0", "v1.10", "v2.0.0"])
async def test_the_field_version_chooses_the_shape_of_reports(
    path: str, version: str | None, shape: Shape
) -> None:
    """The version in the path does not: v1 reports come on v2.0.0, too."""
    async with Simulator() as pbx:
        fields = {} if version is None else {"version": version}
        await Client(pbx).login(8260, v=path, **fields)
        assert pbx.report_target
        assert pbx.report_target.shape is shape


async def test_old_firmware_knows_no_absolute_url() -> None:
    """`urltag` came with 30.10.0.59."""
    async with Simulator() as pbx:
        pbx.state.device.firmwarever = "30.5.0.109"
        await Client(pbx).login(8260, url="192.0.2.1:99/r", urltag="1")
        assert pbx.report_target
        assert pbx.report_target.host == "127.0.0.1"


async def test_an_absolute_url_must_make_sense() -> None:
    """And a login that is refused leaves no token."""
    async with Simulator() as pbx:
        answer = await Client(pbx).login(8260, url=":x/", urltag="1")
        assert answer["errno"] == "20008"
        assert not pbx.sessions.tokens


async def test_a_restart_forgets_tokens_and_calls_and_says_so() -> None:
    """`BootUp` goes where reports went; after that there is silence."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", "1000")
        await d.reported()
        d.pbx.reboot()
        assert await d.reported() == ["BootUp"]
        assert d.listener.texts == []
        assert call.ended
        assert d.pbx.calls == {}
        assert await d.api.errno("inbound/query") == "20004"
        d.pbx.outside_call("5503301", "1000")
        assert await d.reported() == []


async def test_a_restart_may_leave_the_tokens_alone() -> None:
    """But nobody is left to report to."""
    async with desk() as d:
        d.pbx.quirks.keeps_tokens = True
        d.pbx.reboot()
        await d.reported()
        assert await d.api.errno("inbound/query") == "Success"
        assert d.pbx.report_target is None


async def test_a_restart_takes_its_time() -> None:
    """Meanwhile connections are closed without a word."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        d.pbx.reboot(down=100)
        assert await d.api.raw("deviceinfo/query") == b""
        while d.pbx.server.down:
            await asyncio.sleep(0.01)
        assert (await d.api.login(d.listener.port))["status"] == "Success"
