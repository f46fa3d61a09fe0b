"""Raw requests that a P-Series refuses, and what depends on its model, firmware and plan."""

from collections.abc import AsyncIterator
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from .simulator.p_series import PSeriesSimulator
from .simulator.p_series.api import OPERATIONS
from .simulator.p_series.peer import (
    Client,
    Clock,
    Desk,
    desk,
    errcode_of,
    parsed,
    subscribed,
)
from .simulator.p_series.samples import differences, sample

pytestmark = pytest.mark.usefixtures("socket_enabled")
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
SECRETLESS = {"get_token", "refresh_token"}
NUMBERS = {
    "id", "ids", "ext_ids", "queue_id", "page", "page_size", "is_paused", "count",
    "volume", "concurrent_registrations", "max_threshold_for_pause_time",
}  # fmt: skip
TEXTS = {
    "attended_operate", "auto_answer", "call_id", "callee", "caller", "caller_id",
    "channel_id", "dial_permission", "end_time", "ext_monitor_list", "extension",
    "file", "first_name", "message", "monitor", "msg_id", "number", "number_list",
    "operation", "order_by", "parking_slot", "password", "presence_status", "prompts",
    "reason", "refresh_token", "search_value", "sort_by", "start_time", "status",
    "trunk_monitor_list", "trunk_name", "type", "username", "vm_status",
}  # fmt: skip
NONSENSE_TEXTS = ("", " ", "²", "٣", "9" * 5000, "-1", "1.5", "\x00", ",", "1,,2")
NONSENSE: tuple[object, ...] = (
    "", "²", None, True, -1, 1.5, 10**30, [], {}, [[]], [{}], [None], "\ud800", "1",
)  # fmt: skip


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


def status_of(raw: bytes) -> int:
    """Return the HTTP status of an answer."""
    return int(raw.split(b" ", 2)[1])


async def ask(
    at: Desk, method: str, endpoint: str, *, version: str = "v1.0", **fields: object
) -> dict[str, Any]:
    """Send a request with the token and any verb."""
    query = urlencode({"access_token": at.api.token, **fields}, quote_via=quote)
    raw = await at.api.raw(method, endpoint, query, b"{}", version=version)
    assert status_of(raw) == 200
    return parsed(raw)


# What no request may do


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("endpoint", ["extension/list", "call/dial", "get_token"])
async def test_only_the_verb_of_an_endpoint_is_known(
    at: Desk, verb: str, endpoint: str
) -> None:
    """GET for what is asked and deleted, POST for the rest."""
    is_right = verb == OPERATIONS[endpoint].method
    assert ((await ask(at, verb, endpoint))["errcode"] == 10001) is not is_right


async def test_a_body_that_is_too_large_is_refused(at: Desk) -> None:
    """With a code, as everything."""
    raw = await at.api.raw("POST", "get_token", body=b"x" * 2**21)
    assert status_of(raw) == 200
    assert parsed(raw)["errcode"] == 40004


async def test_a_body_must_be_called_json(at: Desk) -> None:
    """The request overview asks for the header; the code is inferred."""
    body = json.dumps({"username": at.pbx.client_id, "password": at.pbx.client_secret})
    for kind, errcode in (
        ("text/plain", 40001),
        ("application/x-www-form-urlencoded", 40001),
        ("application/json; charset=utf-8", 0),
    ):
        headers = f"Content-Type: {kind}\r\n"
        raw = await at.api.raw("POST", "get_token", body=body.encode(), headers=headers)
        assert parsed(raw)["errcode"] == errcode


async def test_a_client_that_wants_to_go_on_is_closed_too(at: Desk) -> None:
    """A second request on the same connection gets no answer."""
    one = (
        f"GET /openapi/v1.0/system/capacity?access_token={at.api.token} HTTP/1.1\r\n"
        f"Host: x\r\nUser-Agent: x\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    raw = await at.api.send(one + one)
    assert raw.count(b"HTTP/1.1 200") == 1
    assert b"connection: close" in raw.lower()


async def test_no_nonsense_in_a_parameter_breaks_the_pbx(at: Desk) -> None:
    """Each answer has a code, with any value of any parameter."""
    pbx, token = at.pbx, at.api.token
    sensible: dict[str, object] = {
        "id": 73, "ids": "73", "ext_ids": "73", "queue_id": 3, "number": "1000",
        "caller": "1000", "callee": "1002", "channel_id": "x", "type": "blind",
        "prompts": ["hello111"], "username": "x", "password": "x", "msg_id": "x",
        "refresh_token": "x", "trunk_name": "GSM-trunk", "message": "x", "vm_status": "1",
        "first_name": "x", "monitor": "1000", "search_value": "1", "operation": "pause",
    }  # fmt: skip
    for endpoint in sorted(OPERATIONS.keys() - {"del_token"}):
        is_query = OPERATIONS[endpoint].method == "GET"
        for name in NUMBERS | TEXTS:
            for value in NONSENSE_TEXTS if is_query else NONSENSE:
                fields = sensible | {name: value}
                query = (fields if is_query else {}) | {"access_token": token}
                errcode = errcode_of(pbx, endpoint, query, fields)
                assert type(errcode) is int, (endpoint, name, value)


# Ids, which are no numbers


@pytest.mark.parametrize(
    ("method", "endpoint", "fields"),
    [
        ("GET", "extension/get", {"id": 1000}),
        ("GET", "extension/query", {"ids": "1000,1002"}),
        ("GET", "trunk/get", {"id": 1}),
        ("GET", "queue/get", {"id": 6700}),
        ("GET", "queue/call_status", {"id": 6700}),
        ("GET", "queue/agent_status", {"id": 6700}),
        (
            "GET",
            "queue/agent_pause",
            {"ext_ids": 1000, "queue_id": 3, "operation": "pause"},
        ),
        (
            "GET",
            "queue/agent_pause",
            {"ext_ids": 73, "queue_id": 6700, "operation": "pause"},
        ),
        ("POST", "extension/update", {"id": 1000, "presence_status": "away"}),
        ("POST", "call/hangup", {"channel_id": "1000"}),
    ],
)
async def test_a_number_in_the_place_of_an_id_is_not_found(
    at: Desk, method: str, endpoint: str, fields: dict[str, object]
) -> None:
    """Extension 1000 has another id."""
    send = at.api.get if method == "GET" else at.api.post
    assert (await send(endpoint, **fields))["errcode"] == 60001


# The websocket's door


async def test_the_websocket_is_asked_for_by_get_on_the_first_version(at: Desk) -> None:
    """The PBX knows no other verb or version there."""
    for method, version in (("POST", "v1.0"), ("PUT", "v1.0"), ("GET", "v2.0")):
        assert (await ask(at, method, "subscribe", version=version))["errcode"] == 10001


async def test_the_door_of_the_websocket_looks_at_the_address_first(at: Desk) -> None:
    """And at the User-Agent, also of a request without an upgrade."""
    query = f"access_token={at.api.token}"
    at.pbx.allowed_ips = {"127.0.0.2"}
    for headers in ("", UPGRADE):
        raw = await at.api.raw("GET", "subscribe", query, headers=headers)
        assert parsed(raw)["errcode"] == 70087
    at.pbx.allowed_ips = None
    at.api.agent = ""
    raw = await at.api.raw("GET", "subscribe", query)
    assert parsed(raw)["errcode"] == 40002


async def test_a_blocked_address_gets_nothing(at: Desk) -> None:
    """Tokens that are out, a refresh and the websocket included."""
    at.pbx.lock_out()
    assert (await at.api.get("system/information"))["errcode"] == 70004
    answer = await at.api.post("refresh_token", refresh_token=at.api.refresh)
    assert answer["errcode"] == 70004
    query = f"access_token={at.api.token}"
    raw = await at.api.raw("GET", "subscribe", query, headers=UPGRADE)
    assert parsed(raw)["errcode"] == 70004
    other = Client(at.pbx, at.api.token, address="127.0.0.2")
    assert (await other.get("system/information"))["errcode"] == 0


# An offered call whose time is over


@pytest.mark.parametrize("endpoint", ["accept_inbound", "refuse_inbound"])
async def test_a_decision_after_ten_seconds_changes_nothing(endpoint: str) -> None:
    """The PBX has routed the call by itself."""
    async with desk(PSeriesSimulator(time_scale=0.01)) as at:
        at.pbx.state.trunks["SIP-142"].answering_control = True
        call = at.pbx.outside_call("0612345678", "1000")
        await at.until("1000 RING")
        answer = await at.api.post(
            f"call/{endpoint}", channel_id=call.members[0].channel_id
        )
        assert answer["errcode"] == 60001
        assert [member.alive for member in call.members] == [True, True]


# Model, firmware, plan


async def test_a_p520_has_no_api(at: Desk) -> None:
    """Its menu lacks it; that its port answers so is inferred."""
    at.pbx.state.device.model_name = "P520"
    for method, endpoint in (("GET", "system/information"), ("POST", "get_token")):
        assert (await ask(at, method, endpoint))["errcode"] == 10001
    query = f"access_token={at.api.token}"
    raw = await at.api.raw("GET", "subscribe", query, headers=UPGRADE)
    assert parsed(raw)["errcode"] == 10001


@pytest.mark.parametrize(
    ("firmware", "errcode"),
    [
        ("37.7.0.16", 10001),
        ("37.20.0.20", 10001),
        ("37.20.0.21", 0),
        ("84.23.0.83", 0),
    ],
)
async def test_webhooks_came_with_a_firmware(
    at: Desk, firmware: str, errcode: int
) -> None:
    """Before, there was no such interface."""
    at.pbx.state.device.firmware_version = firmware
    assert (await at.api.get("webhook/query"))["errcode"] == errcode
    update = await at.api.post("webhook/update", enb_webhook_event_push=1)
    assert update["errcode"] == errcode


async def test_webhooks_are_set_and_shown(at: Desk) -> None:
    """With the keys and types of the sample; a wrong one is refused."""
    entry = {
        "url": "https://ha.example/hook",
        "secret": "x" * 32,
        "request_method": "POST",
        "event_ids": [0],
    }
    update = await at.api.post(
        "webhook/update",
        enb_webhook_event_push=1,
        webhook_event_push_list=[entry],
        webhook_event_push_timeout=10,
    )
    assert update["errcode"] == 0
    shown = await at.api.get("webhook/query")
    assert differences(shown, sample("webhook/query")) == []
    assert shown["data"]["webhook_event_push_list"] == [entry]
    assert shown["data"]["webhook_event_push_timeout"] == 10
    for wrong in (
        {"webhook_event_push_timeout": 2},
        {"webhook_event_push_retry_count": 6},
        {"webhook_event_push_list": [entry] * 6},
        {"webhook_event_push_list": "x"},
    ):
        assert (await at.api.post("webhook/update", **wrong))["errcode"] == 40002
    assert await at.api.get("webhook/query") == shown


@pytest.mark.parametrize("endpoint", ["cdr/list", "cdr/search", "cdr/detail"])
@pytest.mark.parametrize(
    ("firmware", "errcode"),
    [("37.23.0.122", -2), ("83.22.1.200", -2), ("37.23.0.123", 0), ("84.24.0.1", 0)],
)
async def test_records_of_version_two_came_with_a_firmware(
    at: Desk, endpoint: str, firmware: str, errcode: int
) -> None:
    """Before, they were an internal error [seen live]."""
    at.pbx.state.device.firmware_version = firmware
    at.pbx.outside_call("0612345678", "1000")
    at.pbx.answer("1000")
    at.pbx.hang_up("1000")
    uid = at.pbx.archive.records[0].uid
    answer = await ask(at, "GET", endpoint, version="v2.0", uid=uid)
    assert answer["errcode"] == errcode


async def test_version_two_has_nothing_else(at: Desk) -> None:
    """With the newest firmware, too."""
    at.pbx.state.device.firmware_version = "37.24.0.1"
    for endpoint in ("extension/list", "get_token", "recording/list", "cdr/none"):
        answer = await ask(at, "GET", endpoint, version="v2.0")
        assert answer["errcode"] == 10001
    raw = await at.api.raw("POST", "cdr/list", "access_token=x", version="v2.0")
    assert parsed(raw)["errcode"] == 10001
    raw = await at.api.raw("GET", "cdr/list", "access_token=x", version="v2.0")
    assert parsed(raw)["errcode"] == 10004


async def test_version_two_has_one_row_for_a_call() -> None:
    """An IVR and a phone are parts of it; keys and types are those of the samples."""
    clock = Clock()
    async with PSeriesSimulator(clock=clock) as pbx:
        pbx.state.device.firmware_version = "37.23.0.123"
        at = Client(pbx)
        await at.login()
        call = pbx.outside_call("0612345678", "6700")
        clock.now += 4
        pbx.answer("1000")
        clock.now += 6
        pbx.outside_hangs_up(call)
        query = f"access_token={at.token}"
        listed = parsed(await at.raw("GET", "cdr/list", query, version="v2.0"))
        (row,) = listed["data"]
        assert differences(listed, sample("cdr/list v2.0")) == []
        assert (row["last_status"], row["call_duration"]) == ("ANSWERED", 10)
        assert (row["routing_duration"], row["handling_duration"]) == (4, 6)
        assert [queue["number"] for queue in row["queues"]] == ["6700"]
        query += f"&uid={row['uid']}"
        detail = parsed(await at.raw("GET", "cdr/detail", query, version="v2.0"))
        assert differences(detail, sample("cdr/detail v2.0")) == []
        query = f"access_token={at.token}&uid=none"
        nothing = parsed(await at.raw("GET", "cdr/detail", query, version="v2.0"))
        assert nothing["errcode"] == 60001


@pytest.mark.parametrize("errcode", [10001, 10005, 10009])
async def test_a_plan_may_lack_an_interface(at: Desk, errcode: int) -> None:
    """Alone or with all that begin alike, and until the plan is changed."""
    at.pbx.quirks.denied = {"queue/": errcode, "system/capacity": errcode}
    for _ in range(2):
        for endpoint in ("queue/list", "queue/search", "system/capacity"):
            answer = await at.api.get(endpoint, search_value="1")
            assert answer["errcode"] == errcode
    assert (await at.api.get("system/information"))["errcode"] == 0
    at.pbx.quirks.denied = {}
    assert (await at.api.get("queue/list"))["errcode"] == 0


async def test_a_reason_of_a_pause_needs_a_plan(at: Desk) -> None:
    """The pause itself does not."""
    at.pbx.quirks.basic_plan = True
    fields = {"ext_ids": 73, "queue_id": 3, "operation": "pause"}
    refused = await at.api.get("queue/agent_pause", **fields, reason="*01")
    assert refused["errcode"] == 40002
    assert (await at.api.get("queue/agent_pause", **fields))["errcode"] == 0


async def test_only_an_appliance_sends_text_messages(at: Desk) -> None:
    """The page is in its guide alone."""
    message = {"number": "1", "trunk_name": "GSM-trunk", "message": "x"}
    assert (await at.api.post("sms/create", **message))["errcode"] == 0
    at.pbx.state.device.model_name = "P-Series Software Edition"
    assert (await at.api.post("sms/create", **message))["errcode"] == 10001


async def test_a_socket_that_subscribed_survives_a_block(at: Desk) -> None:
    """Only what is asked for is refused."""
    at.pbx.lock_out()
    at.pbx.set_presence("1000", "away")
    assert await at.told() == ["30009 1000 away"]
    at.pbx.clear_lockout()
    async with subscribed(at.api):
        assert len(at.pbx.sockets) == 2
