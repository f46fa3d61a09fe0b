"""Makes the PBX of an entry from what was set up."""

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
from .pbx.certificate import CertificatePin
from .pbx.interface import Pbx
from .pbx.s_series.client import ReportTarget, SSeriesClient
from .pbx.s_series.pbx import SSeriesPbx


def create_pbx(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    title: str = "",
    target: ReportTarget | None = None,
) -> Pbx:
    """Return the PBX that the setup form names; nothing is sent yet.

    Unless verification is asked for, the certificate is the one seen first: the
    hash of the password, which is as good as the password, goes to no other.

    Raises:
        ValueError: there cannot be such a host.
    """
    pin = None
    if data[CONF_SSL] and not data[CONF_VERIFY_SSL]:
        pin = CertificatePin(data.get(CONF_FINGERPRINT))
    client = SSeriesClient(
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
    return SSeriesPbx(title or data[CONF_HOST], client)


def with_certificate(data: Mapping[str, Any], pbx: Pbx) -> dict[str, Any]:
    """Return what an entry keeps, with the certificate by which the PBX is known.

    There is none if it is verified in the usual way, or without TLS.
    """
    kept = {key: value for key, value in data.items() if key != CONF_FINGERPRINT}
    if pbx.certificate_sha256:
        kept[CONF_FINGERPRINT] = pbx.certificate_sha256
    return kept
