"""One exchange with a PBX, over networks and web servers as they are."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
import ipaddress
import json
import logging
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
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from yarl import URL

from custom_components.yeastar.pbx import (
    CertificatePin,
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxClient,
    PbxConnectionError,
    PbxError,
    PbxOccupiedError,
    PbxProtocolError,
    PbxRedirectError,
    PbxRefusedError,
    PbxUnconfirmedError,
    http as transport_module,
)
from custom_components.yeastar.pbx.http import Transport
from tests.simulator import Fault, Framing, Simulator
from tests.simulator.tls import (
    KEY_SIZE,
    fingerprint,
    new_certificate,
    server_context,
    show,
)

from .conftest import Box, answer, endpoints, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

SUCCESS = b'{"status":"Success"}'


@pytest.fixture
def transport(session: aiohttp.ClientSession, box: Box) -> Transport:
    """Return a transport to something that answers."""
    return Transport(session, "127.0.0.1", box.port, ssl=False)


async def ask(transport: Transport, box: Box, reply: bytes) -> dict[str, Any]:
    """Post a request that is answered in a given way."""
    box.answers["x"] = reply
    return await transport.post("v1.0.0/x", {})


# What is sent


async def test_a_request_is_posted_as_json_over_a_connection_of_its_own(
    transport: Transport, box: Box
) -> None:
    """Old web servers close the connection anyway."""
    box.answers["x"] = answer(SUCCESS)

    await transport.post("v1.0.0/x", {"number": "1000", "text": "ü"}, "a token&")

    (request,) = box.requests
    assert (request.method, request.path) == ("POST", "/api/v1.0.0/x")
    assert request.query == {"token": "a token&"}
    assert request.headers["connection"] == "close"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["content-length"] == str(len(request.raw))
    assert json.loads(request.raw.decode("ascii")) == {"number": "1000", "text": "ü"}


async def test_without_a_token_there_is_no_query(
    transport: Transport, box: Box
) -> None:
    """As at a login."""
    box.answers["x"] = answer(SUCCESS)

    await transport.post("v1.0.0/x", {})

    assert box.requests[0].query == {}


# What is understood


@pytest.mark.parametrize("framing", Framing)
async def test_an_answer_may_end_in_every_way(
    framing: Framing, pbx: Simulator, client: PbxClient
) -> None:
    """By its length, or with the connection."""
    pbx.framing = framing

    assert (await client.device_info()).serial_number == pbx.state.device.sn


@pytest.mark.parametrize(
    "kind", [None, "text/html", "application/octet-stream", "nonsense; charset=x", ""]
)
async def test_an_answer_may_have_any_content_type(
    kind: str | None, pbx: Simulator, client: PbxClient
) -> None:
    """The samples of v1 have none."""
    pbx.server.content_type = kind

    assert (await client.device_info()).serial_number == pbx.state.device.sn


@pytest.mark.parametrize("fault", [Fault.BOM, Fault.NUL, Fault.WRONG_TYPE, Fault.SLOW])
async def test_an_untidy_answer_is_understood(
    fault: Fault, pbx: Simulator, client: PbxClient
) -> None:
    """As long as it comes in time."""
    pbx.fault = fault

    assert (await client.device_info()).serial_number == pbx.state.device.sn


@pytest.mark.parametrize("status", ["Success", "success", "SUCCESS", " Success "])
async def test_success_is_success_in_any_case(
    status: str, transport: Transport, box: Box
) -> None:
    """And with white space around it."""
    body = json.dumps({"status": status, "x": "y"})

    assert (await ask(transport, box, answer(body)))["x"] == "y"


async def test_of_a_repeated_key_the_last_counts(
    transport: Transport, box: Box
) -> None:
    """In answers; in reports all do."""
    body = '{"status":"Failed","status":"Success"}'

    assert await ask(transport, box, answer(body)) == {"status": "Success"}


async def test_an_answer_that_is_not_all_utf_8_is_understood(
    transport: Transport, box: Box
) -> None:
    """One name in another encoding must not cost a whole list."""
    result = await ask(
        transport, box, answer(b'{"status":"Success","username":"M\xfcller\t"}')
    )

    assert result["username"] == "M\N{REPLACEMENT CHARACTER}ller\t"


async def test_a_long_answer_is_read_to_its_end(transport: Transport, box: Box) -> None:
    """As long as the limit allows."""
    body = json.dumps({"status": "Success", "pad": "x" * 4_000_000})

    result = await ask(transport, box, answer(body))

    assert len(str(result["pad"])) == 4_000_000


async def test_an_answer_just_within_the_limit_is_read(
    transport: Transport, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit itself is allowed."""
    monkeypatch.setattr(transport_module, "MAX_ANSWER", len(SUCCESS))

    assert await ask(transport, box, answer(SUCCESS))


# Refusals


@pytest.mark.parametrize(
    ("errno", "number"),
    [
        ('"10007"', 10007),
        ("10007", 10007),
        ('" 10007 "', 10007),
        ('"-1"', -1),
        ('""', 0),
        ("null", 0),
        ('"ten"', 0),
        ("[10007]", 0),
        ("10007.5", 0),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", 0),
        ("-9007199254740992", 0),
        pytest.param('"%s"' % ("9" * 5000), 0, id="endless"),
    ],
)
async def test_a_refusal_has_its_number_however_it_is_written(
    errno: str, number: int, transport: Transport, box: Box
) -> None:
    """0 if there is none."""
    with pytest.raises(PbxRefusedError) as caught:
        await ask(transport, box, answer(f'{{"status":"Failed","errno":{errno}}}'))

    assert caught.value.number == number


async def test_a_refusal_without_a_number_is_a_refusal(
    transport: Transport, box: Box
) -> None:
    """The status alone says so."""
    with pytest.raises(PbxRefusedError) as caught:
        await ask(transport, box, answer('{"status":"failed"}'))

    assert caught.value.number == 0


# Nonsense


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTTP_500,
        Fault.HTML,
        Fault.GARBAGE,
        Fault.EMPTY,
        Fault.NOT_OBJECT,
        Fault.HALF,
        Fault.HUGE,
    ],
)
async def test_what_is_no_answer_of_this_api_is_refused(
    fault: Fault, pbx: Simulator, client: PbxClient
) -> None:
    """Whatever else it is."""
    await client.login()
    pbx.fail_next(fault)

    with pytest.raises(PbxProtocolError):
        await client.device_info()

    assert endpoints(pbx) == ["login", "deviceinfo/query"]


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"status":""}',
        '{"status":null}',
        '{"status":["Success"]}',
        '{"status":"Perhaps"}',
        '{"errno":"10003"}',
        "null",
        "true",
        '"Success"',
        "NaN",
        '{"status":"Success"}{"status":"Success"}',
        "{'status':'Success'}",
        pytest.param('{"status":"Success","x":%s}' % ("9" * 5000), id="endless number"),
        pytest.param("[" * 60_000, id="open brackets"),
        pytest.param(
            '{{"status":"Success","x":{}{}}}'.format("[" * 60_000, "]" * 60_000),
            id="nested brackets",
        ),
    ],
)
async def test_an_answer_without_a_status_is_refused(
    body: str, transport: Transport, box: Box
) -> None:
    """Every answer of this API has one."""
    with pytest.raises(PbxProtocolError):
        await ask(transport, box, answer(body))


@pytest.mark.parametrize("status", ["201 Created", "202 Accepted", "404 Not Found"])
async def test_another_http_status_is_refused(
    status: str, transport: Transport, box: Box
) -> None:
    """This API answers 200 always, errors included."""
    with pytest.raises(PbxProtocolError, match=status[:3]):
        await ask(transport, box, answer(SUCCESS, head=f"HTTP/1.1 {status}"))


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
    reply: bytes, transport: Transport, box: Box
) -> None:
    """The request got there: it may have been done."""
    with pytest.raises(PbxUnconfirmedError):
        await ask(transport, box, reply)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CLOSE, Fault.CLOSE_AFTER])
async def test_a_connection_that_breaks_is_no_confirmation(
    fault: Fault, pbx: Simulator, client: PbxClient
) -> None:
    """The request got there: it may have been done."""
    await client.login()
    pbx.fail_next(fault)

    with pytest.raises(PbxUnconfirmedError):
        await client.device_info()


async def test_half_an_answer_of_known_length_is_no_confirmation(
    pbx: Simulator, client: PbxClient
) -> None:
    """Only then the connection can be told to have broken."""
    await client.login()
    pbx.framing = Framing.CONTENT_LENGTH
    pbx.fail_next(Fault.HALF)

    with pytest.raises(PbxUnconfirmedError):
        await client.device_info()


async def test_an_answer_without_end_is_not_read_to_its_end(
    transport: Transport, box: Box
) -> None:
    """Beyond 4 MiB the connection is closed."""
    with pytest.raises(PbxProtocolError):
        await ask(transport, box, answer(b"x" * 100_000_000))

    assert box.sent < 20_000_000


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_answers_only_our_own_errors_are_raised(
    transport: Transport, box: Box, body: bytes
) -> None:
    """Of arbitrary bodies; arbitrary heads are the business of aiohttp."""
    with pytest.raises(PbxError):
        await ask(transport, box, answer(body))


# Redirects


async def test_a_redirect_is_not_followed(pbx: Simulator, client: PbxClient) -> None:
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
    transport: Transport,
    box: Box,
) -> None:
    """What a person has to change."""
    head = f"HTTP/1.1 {status}\r\nLocation: {location}"

    with pytest.raises(PbxRedirectError) as caught:
        await ask(transport, box, answer(b"", head=head))

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
    status: str, location: str, transport: Transport, box: Box
) -> None:
    """Nor one to nowhere: no other scheme or port would help."""
    head = f"HTTP/1.1 {status}\r\nLocation: {location}"

    with pytest.raises(PbxProtocolError) as caught:
        await ask(transport, box, answer(b"", head=head))

    assert type(caught.value) is PbxProtocolError


async def test_a_redirect_without_an_address_is_no_answer(
    transport: Transport, box: Box
) -> None:
    """It lacks its Location."""
    with pytest.raises(PbxProtocolError):
        await ask(transport, box, answer(b"", head="HTTP/1.1 302 Found"))


async def test_a_session_may_stumble_over_a_redirect(box: Box) -> None:
    """Home Assistant's looks where one leads, and raises what is no address."""

    async def look(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        response = await handler(request)
        URL(response.headers["Location"])
        return response

    async with aiohttp.ClientSession(middlewares=[look]) as session:
        transport = Transport(session, "127.0.0.1", box.port, ssl=False)

        with pytest.raises(PbxProtocolError):
            await ask(
                transport,
                box,
                answer(b"", head="HTTP/1.1 302 Found\r\nLocation: http://["),
            )


# Time


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.SLOW])
async def test_an_answer_that_takes_too_long_is_not_waited_for(
    fault: Fault,
    pbx: Simulator,
    client: PbxClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor one that drips in byte by byte."""
    await client.login()
    monkeypatch.setattr(transport_module, "REQUEST_TIMEOUT", 0.1)
    pbx.fail_next(fault)

    async with asyncio.timeout(2):
        with pytest.raises(PbxUnconfirmedError):
            await client.device_info()


@pytest.fixture
def short_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a connection not for long."""
    monkeypatch.setattr(
        transport_module, "_TIMEOUT", aiohttp.ClientTimeout(total=None, connect=0.1)
    )


async def test_a_pbx_that_does_not_take_the_connection_is_not_reached(
    session: aiohttp.ClientSession, short_connect: None
) -> None:
    """Nothing was sent; here it never answers the greeting of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        transport = Transport(session, "127.0.0.1", port, ssl=True)

        async with asyncio.timeout(2):
            with pytest.raises(PbxConnectionError) as caught:
                await transport.post("v1.0.0/login", {})

    assert type(caught.value) is PbxConnectionError


async def test_no_request_waits_for_others_without_end(
    pbx: Simulator, client: PbxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind two that hang it ends before they do, and was not sent."""
    await client.login()
    pbx.fault = Fault.HANG
    monkeypatch.setattr(transport_module, "REQUEST_TIMEOUT", 0.4)
    hanging = [asyncio.create_task(client.extensions()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)

    with pytest.raises(PbxOccupiedError):
        await client.device_info()

    assert not any(task.done() for task in hanging)
    assert "deviceinfo/query" not in endpoints(pbx)
    for task in hanging:
        with pytest.raises(PbxUnconfirmedError):
            await task


async def test_who_waited_for_others_has_the_rest_of_the_time(
    pbx: Simulator, client: PbxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole request takes no longer than its time-out, its turn included."""
    await client.login()
    monkeypatch.setattr(transport_module, "REQUEST_TIMEOUT", 0.4)
    pbx.fault = Fault.HANG
    begin = asyncio.get_running_loop().time()
    first = [asyncio.create_task(client.extensions()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)
    waiting = asyncio.create_task(client.device_info())
    await asyncio.sleep(0.1)
    first[0].cancel()

    with pytest.raises(PbxUnconfirmedError):
        await waiting

    assert asyncio.get_running_loop().time() - begin < 0.7
    await asyncio.gather(*first, return_exceptions=True)


async def test_who_waits_for_an_answer_can_be_cancelled(
    pbx: Simulator, client: PbxClient
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
    pbx: Simulator, client: PbxClient
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
        await Transport(session, host, 8088, ssl=False).post("v1.0.0/login", {})

    assert type(caught.value) is PbxConnectionError


@pytest.mark.parametrize(
    "host",
    ["", "a b", "http://1.2.3.4", "1.2.3.4:8088", "a/b", "ä" * 80],
    ids=["empty", "blank", "url", "port", "path", "long"],
)
async def test_what_is_no_host_cannot_have_a_transport(
    host: str, session: aiohttp.ClientSession
) -> None:
    """A form can tell at once."""
    with pytest.raises(ValueError):
        Transport(session, host, 8088, ssl=False)


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
        transport = Transport(session, "pbx.invalid", 8088, ssl=False)

        with pytest.raises(PbxConnectionError) as caught:
            await transport.post("v1.0.0/login", {})

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
) -> AsyncGenerator[PbxClient]:
    """Return a client over TLS whose session does or does not verify."""
    connector = aiohttp.TCPConnector(ssl=verify)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield PbxClient(
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
        transport = Transport(session, pbx.host, pbx.port, ssl=False)

        with pytest.raises(PbxConnectionError):
            await transport.post("v1.0.0/login", {})


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
        transport = Transport(session, pbx.host, pbx.port, ssl=True, pin=pin)
        for _ in range(2):
            with pytest.raises(PbxRefusedError):
                await transport.post("v1.0.0/heartbeat", {})

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
        transport = Transport(session, "127.0.0.1", port, ssl=True, pin=pin)

        with pytest.raises(PbxCertificateChangedError) as caught:
            await transport.post("v1.0.0/login", {"password": "md5"})

        assert await received == b""
    assert caught.value.expected == pin.sha256 == "00" * 32
    assert len(bytes.fromhex(caught.value.seen)) == 32


# What is logged


async def test_an_exchange_is_logged_without_what_was_said(
    transport: Transport, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    """What was asked, how it ended, and how long it took."""
    caplog.set_level(logging.DEBUG, logger="custom_components.yeastar.pbx")
    box.answers["x"] = answer('{"status":"Failed","errno":"10007"}')

    with pytest.raises(PbxRefusedError):
        await transport.post("v1.0.0/x", {"extid": "1000"}, "token")

    (record,) = [r for r in caplog.records if r.name == "custom_components.yeastar.pbx"]
    message = record.getMessage()
    assert message.startswith("v1.0.0/x: failed 10007 (")
    assert message.endswith(" ms)")
