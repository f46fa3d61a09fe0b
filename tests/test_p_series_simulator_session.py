"""The P-Series simulator's sessions: tokens, lock-out, allow-list, and what every request needs."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .simulator.p_series import PSeriesSimulator
from .simulator.p_series.peer import Client, Clock, parsed

pytestmark = pytest.mark.usefixtures("socket_enabled")
EXPIRED = {"errcode": 10004, "errmsg": "TOKEN EXPIRED"}
NOT_THERE = {"errcode": 10001, "errmsg": "INTERFACE NOT EXISTED"}


@pytest.fixture
async def pbx() -> AsyncIterator[PSeriesSimulator]:
    """Return a PBX that is switched on."""
    async with PSeriesSimulator() as simulator:
        yield simulator


@pytest.fixture
async def api(pbx: PSeriesSimulator) -> Client:
    """Return a client that is logged in."""
    client = Client(pbx)
    await client.login()
    return client


async def test_a_login_gives_two_tokens_of_32_characters(pbx: PSeriesSimulator) -> None:
    """With their lives: half an hour and a day."""
    answer = await Client(pbx).login()
    assert len(answer["access_token"]) == len(answer["refresh_token"]) == 32
    assert answer["access_token_expire_time"] == 1800
    assert answer["refresh_token_expire_time"] == 86400
    assert (pbx.logins_ok, pbx.logins_failed, pbx.tokens_alive) == (1, 0, 1)


async def test_the_connection_is_closed_after_each_answer(
    pbx: PSeriesSimulator,
) -> None:
    """`send` returns because the connection ended; the status is 200 for refusals, too."""
    answer = await Client(pbx).raw("GET", "system/information")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 200 ")
    assert b"connection: close" in head


async def test_a_request_without_user_agent_is_refused(api: Client) -> None:
    """40002, not 403."""
    api.agent = ""
    assert (await api.get("system/information"))["errcode"] == 40002


@pytest.mark.parametrize("token", ["", "nonsense"])
async def test_a_blank_or_unknown_token_is_refused(api: Client, token: str) -> None:
    """As one that expired."""
    assert await api.get("system/information", access_token=token) == EXPIRED


async def test_a_token_in_a_header_is_ignored(api: Client) -> None:
    """The token belongs into the URL."""
    bearer = f"Authorization: Bearer {api.token}\r\n"
    answer = await api.raw("GET", "system/information", headers=bearer)
    assert answer.endswith(b'{"errcode":10004,"errmsg":"TOKEN EXPIRED"}')


async def test_the_verb_must_be_right(api: Client) -> None:
    """Both ways."""
    assert await api.post("extension/list") == NOT_THERE
    assert await api.get("call/dial", caller="1000", callee="1002") == NOT_THERE


@pytest.mark.parametrize("endpoint", ["call/dial_out", "cdr/detail", "", "x/y/z"])
async def test_an_unknown_path_is_refused(api: Client, endpoint: str) -> None:
    """With a good token, too."""
    assert await api.get(endpoint) == NOT_THERE


@pytest.mark.parametrize(
    ("endpoint", "errcode"), [("cdr/list", -2), ("extension/list", 10001)]
)
async def test_version_two_is_not_there(
    api: Client, endpoint: str, errcode: int
) -> None:
    """The firmware is too old: -2 for records, 10001 for other names."""
    query = f"access_token={api.token}"
    answer = await api.raw("GET", endpoint, query, version="v2.0")
    assert parsed(answer)["errcode"] == errcode


async def test_a_stray_ampersand_is_tolerated(api: Client) -> None:
    """As in a sample of the vendor's."""
    query = f"access_token={api.token}&&search_value=1000"
    answer = await api.raw("GET", "extension/search", query)
    assert b'"total_number":1' in answer


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"1"])
async def test_a_body_must_be_an_object(api: Client, body: bytes) -> None:
    """40001 for what cannot be read."""
    answer = await api.raw("POST", "get_token", body=body)
    assert b'"errcode":40001' in answer


async def test_missing_parameters_are_named(api: Client) -> None:
    """In `invalid_param_list`."""
    answer = await api.post("call/dial", caller="1000")
    assert answer["errcode"] == 40002
    assert [row["field"] for row in answer["invalid_param_list"]] == ["callee"]


async def test_unknown_keys_of_a_body_are_ignored(api: Client) -> None:
    """An extension is updated in spite of them."""
    answer = await api.post("extension/update", id=73, presence_status="away", x=1)
    assert answer["errcode"] == 0


@pytest.mark.parametrize(
    "fields", [{"username": "x"}, {"password": "x"}], ids=["name", "secret"]
)
async def test_bad_credentials_are_refused(
    pbx: PSeriesSimulator, fields: dict[str, object]
) -> None:
    """With the code that clients saw."""
    answer = await Client(pbx).login(**fields)
    assert answer == {"errcode": 10003, "errmsg": "Invalid username/password"}
    assert (pbx.logins_ok, pbx.logins_failed, pbx.tokens_alive) == (0, 1, 0)


async def test_bad_credentials_have_another_code_elsewhere(
    pbx: PSeriesSimulator,
) -> None:
    """By a quirk."""
    pbx.quirks.bad_credentials = 1
    assert (await Client(pbx).login(password="x"))["errcode"] == 1


async def test_credentials_under_other_names_are_missing(pbx: PSeriesSimulator) -> None:
    """`client_id` and `client_secret` are not its names."""
    answer = await Client(pbx).post(
        "get_token", client_id=pbx.client_id, client_secret=pbx.client_secret
    )
    assert answer["errcode"] == 40002


async def test_five_bad_logins_block_the_address(pbx: PSeriesSimulator) -> None:
    """Only this address, and until an administrator frees it."""
    client, other = Client(pbx), Client(pbx, address="127.0.0.2")
    for _ in range(5):
        assert (await client.login(password="x"))["errcode"] == 10003
    blocked = {"errcode": 70004, "errmsg": "ACCOUNT IP BLOCKED"}
    assert await client.login() == blocked
    assert (await other.login())["errcode"] == 0
    pbx.clear_lockout()
    assert (await client.login())["errcode"] == 0


async def test_a_block_can_be_made_at_once(pbx: PSeriesSimulator, api: Client) -> None:
    """As an administrator can."""
    pbx.lock_out()
    assert (await api.login())["errcode"] == 70004


async def test_a_good_login_starts_the_count_again(pbx: PSeriesSimulator) -> None:
    """Four bad ones, a good one, four bad ones: not blocked."""
    client = Client(pbx)
    for _ in range(2):
        for _ in range(4):
            await client.login(password="x")
        assert (await client.login())["errcode"] == 0


async def test_an_address_that_is_not_allowed_is_refused(
    pbx: PSeriesSimulator, api: Client
) -> None:
    """Before anything else is looked at."""
    pbx.allowed_ips = {"127.0.0.2"}
    assert (await api.get("system/information"))["errcode"] == 70087
    assert (await api.login())["errcode"] == 70087
    assert (await Client(pbx, address="127.0.0.2").login())["errcode"] == 0


async def test_the_ninth_token_is_refused(pbx: PSeriesSimulator) -> None:
    """Until one is revoked; a login ends no other token."""
    clients = [Client(pbx) for _ in range(8)]
    for client in clients:
        await client.login()
    ninth = Client(pbx)
    full = {"errcode": 60002, "errmsg": "MAX LIMITATION EXCEEDED"}
    assert await ninth.login() == full
    assert (await clients[0].get("system/information"))["errcode"] == 0
    assert (await clients[0].get("del_token"))["errcode"] == 0
    assert await clients[0].get("system/information") == EXPIRED
    assert (await ninth.login())["errcode"] == 0
    assert pbx.tokens_alive == 8


async def test_a_refresh_replaces_the_pair(pbx: PSeriesSimulator, api: Client) -> None:
    """It takes no slot, it is no login, and the old pair is dead."""
    old, old_refresh = api.token, api.refresh
    answer = await api.post("refresh_token", refresh_token=old_refresh)
    assert answer["access_token"] not in (old, old_refresh)
    assert await api.get("system/information") == EXPIRED
    assert await api.post("refresh_token", refresh_token=old_refresh) == EXPIRED
    api.token = answer["access_token"]
    assert (await api.get("system/information"))["errcode"] == 0
    assert (pbx.tokens_alive, pbx.logins_ok) == (1, 1)


async def test_a_refresh_needs_no_living_token(
    pbx: PSeriesSimulator, api: Client
) -> None:
    """Only the refresh token."""
    pbx.expire_tokens()
    assert await api.get("system/information") == EXPIRED
    assert pbx.tokens_alive == 0
    answer = await api.post("refresh_token", refresh_token=api.refresh)
    assert answer["errcode"] == 0


async def test_a_dead_token_has_left_its_slot() -> None:
    """A refresh wants a new one then, and is refused while all are taken."""
    clock = Clock()
    async with PSeriesSimulator(clock=clock) as pbx:
        api = Client(pbx)
        await api.login()
        clock.now += 1800
        others = [Client(pbx) for _ in range(8)]
        for other in others:
            await other.login()
        answer = await api.post("refresh_token", refresh_token=api.refresh)
        assert answer["errcode"] == 60002
        await others[0].get("del_token")
        answer = await api.post("refresh_token", refresh_token=api.refresh)
        assert answer["errcode"] == 0


async def test_a_changed_secret_ends_every_token(
    pbx: PSeriesSimulator, api: Client
) -> None:
    """The old secret is a bad login."""
    old = pbx.client_secret
    pbx.client_secret = "another"
    assert await api.get("system/information") == EXPIRED
    assert await api.post("refresh_token", refresh_token=api.refresh) == EXPIRED
    assert (await api.login(password=old))["errcode"] == 10003
    assert (await api.login())["errcode"] == 0


async def test_tokens_die_after_their_time_although_requests_are_made() -> None:
    """Requests do not prolong them; the slot is free then, the refresh token lives."""
    clock = Clock()
    async with PSeriesSimulator(clock=clock) as pbx:
        api = Client(pbx)
        await api.login()
        for step, errcode in ((1799, 0), (1, 10004)):
            clock.now += step
            assert (await api.get("system/information"))["errcode"] == errcode
        assert pbx.tokens_alive == 0
        clock.now += 86400 - 1800 - 1
        answer = await api.post("refresh_token", refresh_token=api.refresh)
        assert answer["errcode"] == 0
        clock.now += 86400
        again = await api.post("refresh_token", refresh_token=answer["refresh_token"])
        assert again == EXPIRED


async def test_time_can_be_scaled() -> None:
    """Half an hour in a twentieth of a second."""
    async with PSeriesSimulator(time_scale=0.05 / 1800) as pbx:
        api = Client(pbx)
        await api.login()
        await asyncio.sleep(0.1)
        assert await api.get("system/information") == EXPIRED


async def test_requests_are_remembered(pbx: PSeriesSimulator, api: Client) -> None:
    """With all that a test may want to look at."""
    await api.get("extension/list", page=1)
    await api.post("call/hangup", channel_id="x")
    login, listed, hangup = pbx.requests
    assert (login.endpoint, login.method, login.token) == ("get_token", "POST", "")
    assert listed.path == "/openapi/v1.0/extension/list"
    assert listed.query == {"access_token": api.token, "page": "1"}
    assert (listed.peer, listed.version) == ("127.0.0.1", "v1.0")
    assert hangup.body == {"channel_id": "x"}
    assert hangup.answer == {"errcode": 60001, "errmsg": "DATA NOT FOUND"}
    assert login.time <= listed.time <= hangup.time
