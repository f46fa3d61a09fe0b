"""One exchange of bytes with a PBX, over networks and web servers as they are."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
import ipaddress
import json
from pathlib import Path
import socket
import ssl
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import pytest
from yarl import URL

from custom_components.yeastar.pbx import (
    certificate as certificate_module,
    http as http_module,
)
from custom_components.yeastar.pbx.certificate import (
    CertificatePin,
    shows_certificate,
    speaks_only_old_tls,
)
from custom_components.yeastar.pbx.errors import (
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxHandshakeError,
    PbxOccupiedError,
    PbxOldTlsError,
    PbxProtocolError,
    PbxRedirectError,
    PbxUnconfirmedError,
)
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from tests.simulator import Fault, Framing, Simulator
from tests.simulator.tls import (
    KEY_SIZE,
    fingerprint,
    new_certificate,
    outdated_context,
    refusing_tls_1_2,
    server_context,
    show,
)

from .conftest import Box, answer, endpoints, hurry, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

SUCCESS = b'{"status":"Success"}'


@pytest.fixture
def http(session: aiohttp.ClientSession, box: Box) -> Http:
    """Return exchanges with something that answers."""
    return Http(session, "127.0.0.1", box.port, ssl=False)


async def post(http: Http, body: object = None, **options: Any) -> bytes:
    """Post a request without headers of its own."""
    url = http.root / "api" / "v1.0.0" / "x"
    return await http.exchange("POST", url, headers={}, json=body or {}, **options)


async def ask(http: Http, box: Box, reply: bytes) -> bytes:
    """Post a request that is answered in a given way."""
    box.answers["x"] = reply
    return await post(http)


# What is sent


async def test_a_request_is_sent_over_a_connection_of_its_own(
    http: Http, box: Box
) -> None:
    """Old web servers close the connection anyway."""
    box.answers["x"] = answer(SUCCESS)

    body = await http.exchange(
        "POST",
        (http.root / "api" / "v1.0.0" / "x").with_query(token="a token&"),
        headers={"X-Sender": "me", "Content-Type": "application/json; charset=utf-8"},
        json={"number": "1000", "text": "ü"},
    )

    (request,) = box.requests
    assert body == SUCCESS
    assert (request.method, request.path) == ("POST", "/api/v1.0.0/x")
    assert request.query == {"token": "a token&"}
    assert request.headers["connection"] == "close"
    assert request.headers["x-sender"] == "me"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["content-length"] == str(len(request.raw))
    assert json.loads(request.raw.decode("ascii")) == {"number": "1000", "text": "ü"}


async def test_a_request_without_json_has_no_body(http: Http, box: Box) -> None:
    """As a GET."""
    box.answers["x"] = answer(b"any bytes \xff\0")

    url = http.root / "api" / "v1.0.0" / "x"
    body = await http.exchange("GET", url, headers={})

    (request,) = box.requests
    assert (request.method, request.raw) == ("GET", b"")
    assert "content-type" not in request.headers
    assert body == b"any bytes \xff\0"


# What is understood


@pytest.mark.parametrize("framing", Framing)
async def test_an_answer_may_end_in_every_way(
    framing: Framing, pbx: Simulator, client: SSeriesClient
) -> None:
    """By its length, or with the connection."""
    pbx.framing = framing

    assert (await client.device_info()).serial_number == pbx.state.device.sn


@pytest.mark.parametrize(
    "kind", [None, "text/html", "application/octet-stream", "nonsense; charset=x", ""]
)
async def test_an_answer_may_have_any_content_type(
    kind: str | None, pbx: Simulator, client: SSeriesClient
) -> None:
    """The samples of v1 have none."""
    pbx.server.content_type = kind

    assert (await client.device_info()).serial_number == pbx.state.device.sn


async def test_a_long_answer_is_read_to_its_end(http: Http, box: Box) -> None:
    """As long as the limit allows."""
    body = json.dumps({"status": "Success", "pad": "x" * 4_000_000})

    assert await ask(http, box, answer(body)) == body.encode()


async def test_an_answer_just_within_the_limit_is_read(
    http: Http, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit itself is allowed."""
    monkeypatch.setattr(http_module, "MAX_ANSWER", len(SUCCESS))

    assert await ask(http, box, answer(SUCCESS)) == SUCCESS


# Nonsense


@pytest.mark.parametrize("status", ["201 Created", "202 Accepted", "404 Not Found"])
async def test_another_http_status_is_refused(
    status: str, http: Http, box: Box
) -> None:
    """This API answers 200 always, errors included."""
    with pytest.raises(PbxProtocolError, match=status[:3]):
        await ask(http, box, answer(SUCCESS, head=f"HTTP/1.1 {status}"))


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1", id="half a status line"),
        pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n", id="another protocol"),
        pytest.param(b"\x15\x03\x01\x00\x02\x02\x0a", id="TLS"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X" * 100_000, id="endless head"),
        pytest.param(answer(b"x", head="HTTP/1.1 abc"), id="no status"),
        pytest.param(
            answer(SUCCESS, head="HTTP/1.1 200 OK\r\nContent-Length: 500"),
            id="too short",
        ),
        pytest.param(
            answer(SUCCESS, head="HTTP/1.1 200 OK\r\nContent-Length: -5"),
            id="negative length",
        ),
        pytest.param(
            answer(SUCCESS, head="HTTP/1.1 200 OK\r\nContent-Encoding: gzip"),
            id="no gzip",
        ),
        pytest.param(
            answer(b"xyz\r\n", head="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"),
            id="broken chunks",
        ),
    ],
)
async def test_an_answer_that_is_broken_is_no_confirmation(
    reply: bytes, http: Http, box: Box
) -> None:
    """The request got there: it may have been done."""
    with pytest.raises(PbxUnconfirmedError):
        await ask(http, box, reply)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CLOSE, Fault.CLOSE_AFTER])
async def test_a_connection_that_breaks_is_no_confirmation(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """The request got there: it may have been done."""
    await client.login()
    pbx.fail_next(fault)

    with pytest.raises(PbxUnconfirmedError):
        await client.hang_up_extension("1000")


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CLOSE, Fault.CLOSE_AFTER])
async def test_a_connection_that_breaks_during_a_query_leaves_no_doubt(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """Nothing was to be done."""
    await client.login()
    pbx.fail_next(fault)

    with pytest.raises(PbxConnectionError) as caught:
        await client.device_info()

    assert type(caught.value) is PbxConnectionError


async def test_half_an_answer_of_known_length_is_no_confirmation(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Only then the connection can be told to have broken."""
    await client.login()
    pbx.framing = Framing.CONTENT_LENGTH
    pbx.fail_next(Fault.HALF)

    with pytest.raises(PbxUnconfirmedError):
        await client.hang_up_extension("1000")


async def test_an_answer_without_end_is_not_read_to_its_end(
    http: Http, box: Box
) -> None:
    """Beyond 4 MiB the connection is closed."""
    with pytest.raises(PbxProtocolError):
        await ask(http, box, answer(b"x" * 100_000_000))

    assert box.sent < 20_000_000


# Redirects


async def test_a_redirect_is_not_followed(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The hash of the password would travel to an address nobody named."""
    pbx.fail_next(Fault.REDIRECT)

    with pytest.raises(PbxRedirectError) as caught:
        await client.login()

    assert (caught.value.scheme, caught.value.port) == ("https", 8088)
    assert len(pbx.requests) == 1


STATUSES = ["301 Moved", "302 Found", "307 Temporary Redirect"]


@pytest.mark.parametrize(
    ("location", "scheme", "port"),
    [
        ("https://192.168.5.150:8088/", "https", 8088),
        ("https://192.168.5.150/", "https", 443),
        ("http://192.168.5.150/", "http", 80),
        ("//192.168.5.150:8088/", "http", 8088),
    ],
)
@pytest.mark.parametrize("status", STATUSES)
async def test_a_redirect_names_scheme_and_port(
    status: str,
    location: str,
    scheme: str,
    port: int,
    http: Http,
    box: Box,
) -> None:
    """What a person has to change."""
    head = f"HTTP/1.1 {status}\r\nLocation: {location}"

    with pytest.raises(PbxRedirectError) as caught:
        await ask(http, box, answer(b"", head=head))

    assert (caught.value.scheme, caught.value.port) == (scheme, port)


@pytest.mark.parametrize(
    "location",
    [
        "/login.html",
        "",
        "https://192.168.5.150:99999/",
        "http://[",
        "ftp://192.168.5.150/",
        "javascript:alert(1)",
        "\xff\xfe",
    ],
)
@pytest.mark.parametrize("status", STATUSES)
async def test_a_redirect_to_another_page_is_no_answer(
    status: str, location: str, http: Http, box: Box
) -> None:
    """Nor one to nowhere: no other scheme or port would help."""
    head = f"HTTP/1.1 {status}\r\nLocation: {location}"

    with pytest.raises(PbxProtocolError) as caught:
        await ask(http, box, answer(b"", head=head))

    assert type(caught.value) is PbxProtocolError


async def test_a_redirect_without_an_address_is_no_answer(http: Http, box: Box) -> None:
    """It lacks its Location."""
    with pytest.raises(PbxProtocolError):
        await ask(http, box, answer(b"", head="HTTP/1.1 302 Found"))


async def test_a_session_may_stumble_over_a_redirect(box: Box) -> None:
    """Home Assistant's looks where one leads, and raises what is no address."""

    async def look(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        response = await handler(request)
        URL(response.headers["Location"])
        return response

    async with aiohttp.ClientSession(middlewares=[look]) as session:
        http = Http(session, "127.0.0.1", box.port, ssl=False)

        with pytest.raises(PbxProtocolError):
            await ask(
                http,
                box,
                answer(b"", head="HTTP/1.1 302 Found\r\nLocation: http://["),
            )


# Time


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SLOW])
async def test_an_answer_that_takes_too_long_is_not_waited_for(
    fault: Fault,
    pbx: Simulator,
    client: SSeriesClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor one that drips in byte by byte."""
    await client.login()
    hurry(monkeypatch, 0.1)
    pbx.fail_next(fault)

    async with asyncio.timeout(2):
        with pytest.raises(PbxUnconfirmedError):
            await client.hang_up_extension("1000")


@pytest.fixture
def short_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a connection not for long."""
    monkeypatch.setattr(
        http_module, "_TIMEOUT", aiohttp.ClientTimeout(total=None, connect=0.1)
    )


async def test_a_pbx_that_does_not_take_the_connection_is_not_reached(
    session: aiohttp.ClientSession, short_connect: None
) -> None:
    """Nothing was sent; here it never answers the greeting of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        http = Http(session, "127.0.0.1", port, ssl=True)

        async with asyncio.timeout(2):
            with pytest.raises(PbxConnectionError) as caught:
                await post(http)

    assert type(caught.value) is PbxConnectionError


async def test_no_request_waits_for_others_without_end(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind two that hang it ends before they do, and was not sent."""
    await client.login()
    pbx.fault = Fault.HANG
    hurry(monkeypatch, 0.4)
    hanging = [asyncio.create_task(client.extensions()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)

    with pytest.raises(PbxOccupiedError):
        await client.device_info()

    assert not any(task.done() for task in hanging)
    assert "deviceinfo/query" not in endpoints(pbx)
    for task in hanging:
        with pytest.raises(PbxConnectionError):
            await task


async def test_who_waited_for_others_has_the_rest_of_the_time(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole request takes no longer than its time-out, its turn included."""
    await client.login()
    hurry(monkeypatch, 0.4)
    pbx.fault = Fault.HANG
    begin = asyncio.get_running_loop().time()
    first = [asyncio.create_task(client.extensions()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)
    waiting = asyncio.create_task(client.device_info())
    await asyncio.sleep(0.1)
    first[0].cancel()

    with pytest.raises(PbxConnectionError):
        await waiting

    assert asyncio.get_running_loop().time() - begin < 0.7
    await asyncio.gather(*first, return_exceptions=True)


async def test_who_waits_for_an_answer_can_be_cancelled(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It stays a cancellation."""
    await client.login()
    pbx.fail_next(Fault.HANG)
    task = asyncio.create_task(client.device_info())
    await until(lambda: pbx.server.in_flight)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_short_time_out_of_the_caller_stays_one(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It is not taken for ours."""
    await client.login()
    pbx.fail_next(Fault.HANG)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await client.device_info()


# Addresses


@pytest.mark.parametrize("host", ["999.1.1.1", "1.2.3"])
async def test_an_impossible_address_is_not_reached(
    host: str, session: aiohttp.ClientSession
) -> None:
    """Nothing was sent."""
    with pytest.raises(PbxConnectionError) as caught:
        await post(Http(session, host, 8088, ssl=False))

    assert type(caught.value) is PbxConnectionError


@pytest.mark.parametrize(
    "host",
    ["", "a b", "http://1.2.3.4", "1.2.3.4:8088", "a/b", "ä" * 80],
    ids=["empty", "blank", "url", "port", "path", "long"],
)
async def test_what_is_no_host_is_refused_at_once(
    host: str, session: aiohttp.ClientSession
) -> None:
    """A form can tell at once."""
    with pytest.raises(ValueError):
        Http(session, host, 8088, ssl=False)


class BrokenResolver(AbstractResolver):
    """Resolves no name."""

    def __init__(self, error: Exception) -> None:
        """Remember how it fails."""
        self._error = error

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Fail."""
        raise self._error

    async def close(self) -> None:
        """Have nothing to close."""


@pytest.mark.parametrize(
    "error",
    [
        OSError("unknown name"),
        socket.gaierror(-2, "Name or service not known"),
        UnicodeError("label too long"),
    ],
    ids=["aiodns", "system", "encoding"],
)
async def test_a_name_nobody_knows_is_not_reached(error: Exception) -> None:
    """Whichever resolver fails."""
    connector = aiohttp.TCPConnector(resolver=BrokenResolver(error))
    async with aiohttp.ClientSession(connector=connector) as session:
        http = Http(session, "pbx.invalid", 8088, ssl=False)

        with pytest.raises(PbxConnectionError) as caught:
            await post(http)

    assert type(caught.value) is PbxConnectionError


# TLS


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """Return a server's context with a certificate that nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yeastar")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "pbx.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@asynccontextmanager
async def tls_client(
    pbx: Simulator, verify: bool | ssl.SSLContext
) -> AsyncGenerator[SSeriesClient]:
    """Return a client over TLS whose session does or does not verify."""
    connector = aiohttp.TCPConnector(ssl=verify)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield SSeriesClient(
            session,
            host=pbx.host,
            port=pbx.port,
            ssl=True,
            username=pbx.username,
            password=pbx.password,
        )


async def test_a_session_that_does_not_verify_talks_to_every_box(
    certificate: ssl.SSLContext,
) -> None:
    """Their certificates are self-signed."""
    async with Simulator(ssl_context=certificate) as pbx, tls_client(pbx, False) as tls:
        assert (await tls.device_info()).serial_number == pbx.state.device.sn


async def test_a_certificate_that_is_not_trusted_is_refused(
    certificate: ssl.SSLContext,
) -> None:
    """Before the hash of the password is sent."""
    async with Simulator(ssl_context=certificate) as pbx, tls_client(pbx, True) as tls:
        with pytest.raises(PbxCertificateError):
            await tls.login()

        assert not pbx.requests


async def test_tls_to_a_box_that_speaks_none_is_not_reached(
    pbx: Simulator, short_connect: None
) -> None:
    """The wrong switch in a form; the box waits for more of what it takes for HTTP."""
    async with tls_client(pbx, False) as tls:
        with pytest.raises(PbxConnectionError) as caught:
            await tls.login()

    assert type(caught.value) is PbxConnectionError
    assert not pbx.requests


async def test_plain_http_to_a_box_that_wants_tls_gets_no_answer(
    certificate: ssl.SSLContext, session: aiohttp.ClientSession
) -> None:
    """The wrong switch in a form, the other way round."""
    async with Simulator(ssl_context=certificate) as pbx:
        http = Http(session, pbx.host, pbx.port, ssl=False)

        with pytest.raises(PbxConnectionError):
            await post(http)


@pytest.mark.parametrize("pin", [CertificatePin(), None], ids=["pinned", "verified"])
async def test_a_box_whose_tls_is_too_old_is_told_apart(
    pin: CertificatePin | None, session: aiohttp.ClientSession
) -> None:
    """By the alert that it sends."""
    async with refusing_tls_1_2() as port:
        http = Http(session, "127.0.0.1", port, ssl=True, pin=pin)

        with pytest.raises(PbxOldTlsError):
            await post(http)


async def test_old_versions_of_tls_are_not_used_unasked(
    session: aiohttp.ClientSession,
) -> None:
    """Whatever the build of OpenSSL allows; and nothing is sent."""
    async with Simulator(ssl_context=outdated_context()) as pbx:
        http = Http(session, pbx.host, pbx.port, ssl=True, pin=CertificatePin())

        with pytest.raises(PbxHandshakeError):
            await post(http)

        assert not pbx.requests
        assert await speaks_only_old_tls(pbx.host, pbx.port)


async def test_old_versions_of_tls_are_used_where_they_are_allowed(
    session: aiohttp.ClientSession,
) -> None:
    """With the certificate that was seen first, as ever."""
    context = outdated_context()
    async with Simulator(ssl_context=context) as pbx:
        pin = CertificatePin(old_tls=True)
        http = Http(session, pbx.host, pbx.port, ssl=True, pin=pin)
        assert b"Failed" in await post(http)
        assert pin.sha256
        assert await shows_certificate(pbx.host, pbx.port, pin.sha256, old_tls=True)

        show(context, new_certificate())
        with pytest.raises(PbxCertificateChangedError):
            await post(http)


async def test_a_box_with_newer_tls_uses_it_where_old_versions_are_allowed(
    session: aiohttp.ClientSession,
) -> None:
    """They are the last resort."""
    async with Simulator(ssl_context=server_context(old_box=True)) as pbx:
        assert not await speaks_only_old_tls(pbx.host, pbx.port)


async def test_a_box_without_tls_has_no_old_one(
    pbx: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for more of what it takes for HTTP."""
    monkeypatch.setattr(certificate_module, "HANDSHAKE_TIMEOUT", 0.2)

    assert not await speaks_only_old_tls(pbx.host, pbx.port)


# A certificate that is known


@pytest.mark.parametrize("old_box", [False, True])
async def test_the_certificate_that_is_seen_first_is_the_right_one(
    old_box: bool, session: aiohttp.ClientSession
) -> None:
    """Of old boxes as well as of new ones."""
    certificate = new_certificate(KEY_SIZE)
    context = server_context(old_box=old_box)
    show(context, certificate)
    pin = CertificatePin()
    async with Simulator(ssl_context=context) as pbx:
        http = Http(session, pbx.host, pbx.port, ssl=True, pin=pin)
        for _ in range(2):
            assert b"Failed" in await post(http)

    assert pin.sha256 == fingerprint(certificate).replace(":", "").lower()


@pytest.mark.parametrize("old_box", [False, True])
async def test_not_a_byte_is_sent_to_another_certificate(
    old_box: bool, session: aiohttp.ClientSession
) -> None:
    """The error names both."""
    received = asyncio.get_running_loop().create_future()

    async def listen(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await writer.start_tls(server_context(old_box=old_box))
            received.set_result(await reader.read(65536))
        except OSError:
            received.set_result(b"")
        writer.close()

    pin = CertificatePin("00" * 32)
    async with await asyncio.start_server(listen, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        http = Http(session, "127.0.0.1", port, ssl=True, pin=pin)

        with pytest.raises(PbxCertificateChangedError) as caught:
            await post(http, {"password": "md5"})

        assert await received == b""
    assert caught.value.expected == pin.sha256 == "00" * 32
    assert len(bytes.fromhex(caught.value.seen)) == 32
