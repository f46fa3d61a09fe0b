"""Makes the client of a PBX from what was set up."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.ssl import SSLCipherList

from .api import PbxClient, ReportTarget


def create_client(
    hass: HomeAssistant, data: Mapping[str, Any], target: ReportTarget | None = None
) -> PbxClient:
    """Return a client of the PBX that the setup form names.

    Unless verification is asked for, it also speaks to old boxes: an S50 offers
    only TLS 1.2 with an RSA key exchange and a certificate of its own.
    """
    verify = data[CONF_VERIFY_SSL]
    return PbxClient(
        async_get_clientsession(
            hass,
            verify_ssl=verify,
            ssl_cipher=(
                SSLCipherList.PYTHON_DEFAULT if verify else SSLCipherList.INSECURE
            ),
        ),
        host=data[CONF_HOST],
        port=data[CONF_PORT],
        ssl=data[CONF_SSL],
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        report_target=target,
    )
