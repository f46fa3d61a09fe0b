"""A P-Series over TLS: both kinds of connection know its certificate."""

from collections.abc import AsyncGenerator
import ssl

from aiohttp import ClientSession
import pytest

from custom_components.yeastar.pbx.certificate import CertificatePin
from custom_components.yeastar.pbx.errors import PbxCertificateChangedError
from custom_components.yeastar.pbx.p_series.pbx import PSeriesPbx
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.tls import (
    KEY_SIZE,
    fingerprint,
    new_certificate,
    server_context,
    show,
)

from .house import House, session_of, until


@pytest.fixture
def context() -> ssl.SSLContext:
    """Return the certificate of the PBX, which it signed itself."""
    return server_context()


@pytest.fixture
async def box(
    socket_enabled: None, context: ssl.SSLContext
) -> AsyncGenerator[PSeriesSimulator]:
    """Return a PBX that speaks TLS alone."""
    async with PSeriesSimulator(ssl_context=context) as simulator:
        yield simulator


@pytest.fixture
def pin() -> CertificatePin:
    """Return what remembers the first certificate."""
    return CertificatePin()


@pytest.fixture
async def house(
    web: ClientSession, box: PSeriesSimulator, pin: CertificatePin
) -> AsyncGenerator[House]:
    """Return a PBX whose events are followed."""
    session = session_of(web, box, ssl=True, pin=pin)
    house = House(box, PSeriesPbx("PBX", session))
    await house.start()
    yield house
    await house.stop()


def sha256_of(certificate: bytes) -> str:
    """Return by what the library knows a certificate."""
    return fingerprint(certificate).replace(":", "").lower()


async def test_requests_and_events_come_over_tls(
    house: House, pin: CertificatePin
) -> None:
    """The certificate that was seen first is remembered."""
    house.box.internal_call("1000", "1002")
    await house.settle()
    assert house.state("1002") == "ringing"
    assert pin.sha256 == house.pbx.certificate_sha256
    assert len(house.box.sockets) == 1


async def test_another_certificate_gets_no_token(
    house: House, context: ssl.SSLContext, pin: CertificatePin
) -> None:
    """Neither in a request nor in the address of the websocket."""
    show(context, other := new_certificate(KEY_SIZE))
    asked, opened = len(house.box.requests), house.box.hub.opened
    with pytest.raises(PbxCertificateChangedError) as caught:
        await house.pbx.poll(slowly=False)
    assert caught.value.seen == sha256_of(other)
    house.box.cut_sockets()
    await until(lambda: not house.connected[-1])
    with pytest.raises(PbxCertificateChangedError):
        await house.pbx._socket.listen(lambda: None, lambda body: None)
    assert (len(house.box.requests), house.box.hub.opened) == (asked, opened)
    assert pin.sha256 not in (None, sha256_of(other))
