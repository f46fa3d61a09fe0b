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

from .const import CONF_FINGERPRINT
from .pbx import CertificatePin, PbxClient, ReportTarget


def create_client(
    hass: HomeAssistant, data: Mapping[str, Any], target: ReportTarget | None = None
) -> PbxClient:
    """Return a client of the PBX that the setup form names.

    Unless verification is asked for, the certificate is the one seen first: the
    hash of the password, which is as good as the password, goes to no other.
    """
    pin = None
    if data[CONF_SSL] and not data[CONF_VERIFY_SSL]:
        pin = CertificatePin(data.get(CONF_FINGERPRINT))
    return PbxClient(
        # Intermediate, since an S50 knows no key exchange of the default ones.
        async_get_clientsession(hass, ssl_cipher=SSLCipherList.INTERMEDIATE),
        host=data[CONF_HOST],
        port=data[CONF_PORT],
        ssl=data[CONF_SSL],
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        report_target=target,
        pin=pin,
    )
