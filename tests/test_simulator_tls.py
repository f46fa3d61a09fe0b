"""Boxes whose TLS is older than what programs of today speak."""

import asyncio
import ssl
import warnings

import pytest

from .simulator import Simulator
from .simulator.peer import Client
from .simulator.tls import outdated_context, refusing_tls_1_2

pytestmark = pytest.mark.usefixtures("socket_enabled")


def trusting(lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> ssl.SSLContext:
    """Return the context of a client that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = lowest
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("lowest", [ssl.TLSVersion(0x0301), ssl.TLSVersion(0x0302)])
async def test_an_outdated_box_answers_clients_that_go_down_to_it(
    lowest: ssl.TLSVersion,
) -> None:
    """TLS 1.0 and TLS 1.1."""
    async with Simulator(ssl_context=outdated_context()) as pbx:
        api = Client(pbx, context=trusting(lowest))
        assert (await api.login())["status"] == "Success"


async def test_an_outdated_box_refuses_tls_1_2() -> None:
    """The connection ends before any request."""
    async with Simulator(ssl_context=outdated_context()) as pbx:
        with pytest.raises(OSError):
            await Client(pbx, context=trusting()).login()
        assert pbx.requests == []


async def test_a_client_learns_that_the_version_is_the_reason() -> None:
    """By the alert that boxes send before they close."""
    async with refusing_tls_1_2() as port:
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            await asyncio.open_connection("127.0.0.1", port, ssl=trusting())
