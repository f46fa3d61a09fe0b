"""What the simulator demands of every request, and the frame of its answers."""

import pytest

from .simulator import ApiVersion, Framing, Simulator, Versions
from .simulator.operations import OPERATIONS
from .simulator.peer import Client, desk, md5_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

# As the guide prints them: endpoint, version, required fields.
GUIDE = [
    ("inbound/query", "v1.0.0", ()),
    ("outbound/query", "v1.0.0", ()),
    ("extension/hangup", "v1.0.0", ("extid",)),
    ("inbound/hangup", "v1.0.0", ("inboundid",)),
    ("outbound/hangup", "v1.0.0", ("outboundid",)),
    ("extension/hold", "v1.0.0", ("extid",)),
    ("extension/unhold", "v1.0.0", ("extid",)),
    ("extension/mute", "v1.0.0", ("extid",)),
    ("extension/unmute", "v1.0.0", ("extid",)),
    ("extension/listen", "v1.0.0", ("listener", "listenedext")),
    ("extension/whisper", "v1.0.0", ("whisperer", "whisperedext")),
    ("extension/barge", "v1.0.0", ("bargein", "bargedext")),
    ("extension/dial_extension", "v1.0.0", ("caller", "callee")),
    ("extension/dial_outbound", "v1.0.0", ("extid", "outto")),
    ("inbound/transfer_extension", "v1.0.0", ("inboundid", "extid")),
    ("inbound/transfer_ivr", "v1.0.0", ("inboundid", "ivrid")),
    ("inbound/transfer_outbound", "v1.0.0", ("inboundid", "outto", "fromext")),
    ("outbound/transfer_extension", "v1.0.0", ("outboundid", "extid")),
    ("outbound/transfer_outbound", "v1.0.0", ("outboundid", "outto", "fromext")),
    ("outbound/transfer_ivr", "v1.0.0", ("outboundid", "ivrid")),
    ("ivr/dial_extension", "v1.0.0", ("ivrid", "extid")),
    ("ivr/dial_outbound", "v1.0.0", ("ivrid", "outto", "fromext")),
    ("queue/dial_outbound", "v1.0.1", ("queueid", "outto", "fromext")),
    ("ringgroup/dial_outbound", "v1.0.1", ("ringgroupid", "outto", "fromext")),
    ("outbound/dial_outbound", "v1.0.0", ("caller", "outto", "fromext")),
    ("inbound/transfer_queue", "v1.0.0", ("inboundid", "queueid")),
    ("inbound/transfer_ringgroup", "v1.0.0", ("inboundid", "ringgroupid")),
    ("sms/send", "v1.0.1", ("trunk",)),
    ("inbound/accept", "v1.0.0", ("inboundid",)),
    ("inbound/refuse", "v1.0.0", ("inboundid",)),
    ("extension/playprompt", "v1.0.0", ("extid", "prompt")),
    ("outbound/playprompt", "v1.0.0", ("outto", "prompt")),
    ("extension/query", "v1.0.0", ()),
    ("extension/update", "v1.0.0", ("extid",)),
    ("wakeupcall/create", "v1.0.0", ("extid",)),
    ("wakeupcall/query", "v1.0.0", ("extid",)),
    ("wakeupcall/update", "v1.0.0", ("extid",)),
    ("wakeupcall/delete", "v1.0.0", ("extid",)),
    ("recording/get_random", "v1.0.1", ("recording",)),
    ("cdr/get_random", "v1.1.0", ("extid", "starttime", "endtime")),
    ("extensionlist/query", "v1.0.0", ()),
    ("trunklist/query", "v1.0.0", ()),
    ("deviceinfo/query", "v1.0.0", ()),
    ("ivr/query", "v1.0.0", ()),
    ("queue/query", "v1.0.0", ()),
    ("heartbeat", "v1.0.0", ()),
    ("logout", "v1.0.0", ()),
]
NEEDY = [(endpoint, version, names) for endpoint, version, names in GUIDE if names]


def test_the_table_is_complete() -> None:
    """Nothing is missing and nothing is invented."""
    assert {endpoint for endpoint, _, _ in GUIDE} | {
        "login",
        "recording/download",
        "cdr/download",
    } == set(OPERATIONS)


V1_VERSIONS = ["v1.0.0", "v1.0.1", "v1.0.6", "v1.1.0", "v1.10"]
GETTABLE = [
    "deviceinfo/query",
    "extensionlist/query",
    "trunklist/query",
    "inbound/query",
    "outbound/query",
    "heartbeat",
    "logout",
]


@pytest.mark.parametrize(("endpoint", "version"), [row[:2] for row in GUIDE])
async def test_an_operation_is_served_from_its_version_on(
    endpoint: str, version: str
) -> None:
    """The misprint `v1.10` of the guide is v1.1.0."""
    first = V1_VERSIONS.index(version)
    async with desk() as d:
        for path in V1_VERSIONS:
            await d.api.login()
            refused = await d.api.errno(endpoint, v=path) == "10003"
            assert refused is (V1_VERSIONS.index(path) < first)


async def test_one_token_serves_every_version() -> None:
    """Public programs log in on one version and ask on others."""
    async with Simulator() as pbx:
        api = Client(pbx)
        for version in ApiVersion:
            await api.login(v=version)
            for path in ApiVersion:
                assert await api.errno("deviceinfo/query", v=path) == "Success"


@pytest.mark.parametrize("version", ["v1", "v1.0.2", "v1.2.0", "v2.0.1", "V1.0.0", ""])
async def test_unknown_versions_are_unsupported(version: str) -> None:
    """At login as well."""
    async with desk() as d:
        assert await d.api.errno("deviceinfo/query", v=version) == "10003"
        assert (await d.api.login(v=version))["errno"] == "10003"


@pytest.mark.parametrize("endpoint", ["extensionlist/query", "inbound/hangup"])
async def test_names_that_v2_gave_up_are_unsupported_there(endpoint: str) -> None:
    """The guide of v2.0.0 renames them."""
    async with desk() as d:
        assert await d.api.errno(endpoint, v="v2.0.0") == "10003"


@pytest.mark.parametrize(
    ("versions", "served"),
    [
        (Versions.ANY, list(ApiVersion)),
        (Versions.V1_0_ONLY, ["v1.0.0", "v1.0.1", "v1.0.6"]),
        (Versions.V1_1_AND_NEWER, ["v1.1.0", "v1.10", "v2.0.0"]),
        (Versions.V2_ONLY, ["v2.0.0"]),
        (Versions.OFF, []),
    ],
)
async def test_a_box_serves_the_versions_of_its_firmware(
    versions: Versions, served: list[str]
) -> None:
    """Every other path is refused with 10003, at login and after it."""
    async with desk() as d:
        d.pbx.quirks.versions = versions
        for path in ApiVersion:
            wanted = "Success" if path in served else "10003"
            assert await d.api.errno("deviceinfo/query", v=path) == wanted
            answer = await d.api.login(v=path)
            assert answer.get("errno", "Success") == wanted


async def test_an_api_that_is_off_refuses_everything() -> None:
    """GET, unknown names, bad passwords: 10003 before anything else is looked at."""
    async with desk() as d:
        d.pbx.quirks.versions = Versions.OFF
        assert await d.api.errno("inbound/query", method="GET") == "10003"
        assert await d.api.errno("extension/hangup", method="PUT") == "10003"
        answer = await d.api.login(password=md5_of("wrong"))
        assert answer["errno"] == "10003"
        assert not d.pbx.sessions.failures


@pytest.mark.parametrize("endpoint", ["nothing/query", "", "call/query", "login/x"])
async def test_unknown_endpoints_are_unsupported(endpoint: str) -> None:
    """Whatever their token."""
    async with desk() as d:
        assert await d.api.errno(endpoint) == "10003"


@pytest.mark.parametrize("endpoint", GETTABLE)
async def test_what_needs_no_field_can_be_got(endpoint: str) -> None:
    """Eight public programs do so, although the guide wants POST."""
    async with desk() as d:
        assert await d.api.errno(endpoint, method="GET", raw=b"") == "Success"


async def test_a_get_names_calls_in_its_query() -> None:
    """As a POST does in its body."""
    async with desk() as d:
        d.pbx.outside_call("1", to="1000")
        wanted = d.pbx.outside_call("2", to="1002").callid
        path = f"/api/v1.1.0/inbound/query?inboundid={wanted}&token={d.api.token}"
        answer = await d.api.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert answer.count(b"inboundid") == 1
        assert wanted.encode() in answer


@pytest.mark.parametrize(
    ("endpoint", "version"),
    [row[:2] for row in GUIDE if row[0] not in GETTABLE],
)
async def test_everything_else_takes_only_post(endpoint: str, version: str) -> None:
    """20001."""
    async with desk() as d:
        assert await d.api.errno(endpoint, v=version, method="GET") == "20001"


@pytest.mark.parametrize("method", ["PUT", "HEAD", "DELETE"])
async def test_other_methods_are_refused(method: str) -> None:
    """20001, for queries too."""
    async with desk() as d:
        assert await d.api.errno("deviceinfo/query", method=method) == "20001"


@pytest.mark.parametrize(
    "raw", [b"x", b"extid=1000", b"[]", b'"1000"', b"{", b"\xff{}"]
)
async def test_fields_come_in_a_json_object(raw: bytes) -> None:
    """20000 for everything else, where a field is needed."""
    async with desk() as d:
        assert await d.api.errno("extension/hangup", raw=raw) == "20000"


@pytest.mark.parametrize(
    ("raw", "errno"), [(b"", "20009"), (b"  ", "20007"), (b"{}", "10004")]
)
async def test_blank_requests(raw: bytes, errno: str) -> None:
    """No body, a blank body and an empty object differ."""
    async with desk() as d:
        assert await d.api.errno("extension/hangup", raw=raw) == errno


NO_FIELDS = [b"", b" ", b"{}", b"[]", b'""', b"null", b"not JSON", b"a=b", b"\xff"]


@pytest.mark.parametrize("raw", NO_FIELDS)
async def test_queries_take_any_body_without_fields(raw: bytes) -> None:
    """All of these mean: everything."""
    async with desk() as d:
        assert (await d.api.ask("inbound/query", raw=raw))["inbound"] == []


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json; charset=utf-8\r\n",
    ],
    ids=["none", "text", "form", "json"],
)
async def test_the_content_type_of_a_request_does_not_matter(kind: str) -> None:
    """Public programs send all of these; what counts is the body."""
    async with Simulator() as pbx:
        body = f'{{"username":"api","password":"{md5_of(pbx.password)}"}}'
        answer = await Client(pbx).send(
            f"POST /api/v1.1.0/login HTTP/1.1\r\nHost: x\r\n{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        assert b'"status":"Success"' in answer


@pytest.mark.parametrize(("endpoint", "version", "names"), NEEDY)
async def test_each_required_field_is_required(
    endpoint: str, version: str, names: tuple[str, ...]
) -> None:
    """Missing, blank and of the wrong kind are all 10004."""
    values: tuple[object, ...] = (None, "", "  ", [], {}, True)
    async with desk() as d:
        for missing in names:
            for value in values:
                fields: dict[str, object] = dict.fromkeys(names, "1")
                fields[missing] = value
                assert await d.api.errno(endpoint, v=version, **fields) == "10004"


async def test_unknown_fields_are_ignored() -> None:
    """The PBX does not mind."""
    async with desk() as d:
        assert await d.api.errno("inbound/query", whatever="1") == "Success"


async def test_numbers_are_taken_as_they_are_written() -> None:
    """An unquoted id works only while its last digit is there."""
    async with desk() as d:
        d.pbx.board.channels = iter([270, 271])  # type: ignore[assignment]
        call = d.pbx.outside_call("5503301", "1000")
        assert call.callid.endswith(".270")
        whole = f'{{"inboundid":{call.callid}}}'.encode()
        assert await d.api.errno("inbound/hangup", raw=whole[:-2] + b"}") == "10007"
        assert await d.api.errno("inbound/hangup", raw=whole) == "Success"


async def test_an_address_must_be_allowed() -> None:
    """20015, before anything else is looked at."""
    async with Simulator() as pbx:
        pbx.allowed_ips = {"192.0.2.1"}
        assert (await Client(pbx).login())["errno"] == "20015"
        pbx.allowed_ips.add("127.0.0.1")
        assert (await Client(pbx).login())["status"] == "Success"


async def test_the_frame_of_an_answer() -> None:
    """Status 200 even for errors, no length, no type, closed at the end."""
    async with desk() as d:
        answer = await d.api.raw("nothing/query")
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert head.split("\r\n") == [
        "HTTP/1.1 200 OK",
        "Server: Boa/0.94.14rc21",
        "Accept-Ranges: bytes",
        "Connection: close",
        "Access-control-allow-origin: *",
    ]
    assert body == '{"status":"Failed","errno":"10003"}'


async def test_framing_can_be_chosen() -> None:
    """With a length, and with a type."""
    async with desk() as d:
        d.pbx.framing = Framing.CONTENT_LENGTH
        d.pbx.content_type = "text/plain"
        head = (await d.api.raw("nothing/query")).partition(b"\r\n\r\n")[0]
    assert b"\r\nContent-Length: 35" in head
    assert b"\r\nContent-Type: text/plain" in head


async def test_a_connection_can_be_kept() -> None:
    """Two requests over one connection."""
    request = b"POST /api/v1.0.0/x HTTP/1.1\r\nContent-Length: 0\r\n%s\r\n"
    async with desk() as d:
        assert (await d.api.send(request % b"" * 2)).count(b"HTTP/1.1") == 1
        d.pbx.framing = Framing.KEEP_ALIVE
        with pytest.raises(TimeoutError):
            await d.api.send(request % b"" * 2)
        assert len(d.pbx.requests) == 4


async def test_requests_are_remembered() -> None:
    """Everything a test may ask about."""
    async with desk() as d:
        await d.api.ask("extension/hold", extid="1000")
        request = d.pbx.requests[-1]
        assert request.method == "POST"
        assert (request.version, request.endpoint) == ("v1.0.0", "extension/hold")
        assert request.token == d.api.token
        assert request.query == {"token": d.api.token}
        assert request.body == {"extid": "1000"}
        assert request.raw == b'{"extid": "1000"}'
        assert request.peer == "127.0.0.1"
        assert request.headers["host"] == "127.0.0.1"
        assert request.answer == {"status": "Failed", "errno": "10007"}


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"x" * 70000,
    ],
)
async def test_what_is_no_http_gets_no_answer(data: bytes) -> None:
    """The connection just ends."""
    async with desk() as d:
        try:
            answer = await d.api.send(data)
        except ConnectionError:
            answer = b""
        assert answer == b""
        assert await d.api.errno("inbound/query") == "Success"


async def test_refusals_can_be_ordered() -> None:
    """Any errno, once, for any or one endpoint; nothing is done."""
    async with desk() as d:
        d.pbx.refuse_next(30001)
        d.pbx.refuse_next("10007", endpoint="extension/dial_extension")
        assert await d.api.errno("inbound/query") == "30001"
        assert await d.api.errno("inbound/query") == "Success"
        dial = {"caller": "1000", "callee": "1002"}
        assert await d.api.errno("extension/dial_extension", **dial) == "10007"
        assert d.pbx.calls == {}
        assert await d.api.errno("extension/dial_extension", **dial) == "Success"
