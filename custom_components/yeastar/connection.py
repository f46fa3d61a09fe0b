"""Makes the PBX of an entry from what was set up."""

from collections.abc import Mapping
from typing import Any

import aiohttp
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

from .const import CONF_FAMILY, CONF_FINGERPRINT
from .pbx.certificate import CertificatePin
from .pbx.detection import detect_family
from .pbx.http import Http
from .pbx.interface import Pbx
from .pbx.models import Family
from .pbx.p_series.pbx import PSeriesPbx
from .pbx.p_series.session import PSeriesSession
from .pbx.s_series.client import ReportTarget, SSeriesClient
from .pbx.s_series.pbx import SSeriesPbx


async def async_find_pbx(hass: HomeAssistant, data: Mapping[str, Any]) -> Pbx:
    """Return the PBX at the address that the setup form names, of any family.

    Raises:
        ValueError: there cannot be such a host.
        PbxConnectionError: nothing was reached.
    """
    pin = _pin(data)
    http = Http(
        _web_session(hass),
        data[CONF_HOST],
        data[CONF_PORT],
        ssl=data[CONF_SSL],
        pin=pin,
    )
    family = await detect_family(http)
    return _create(hass, {**data, CONF_FAMILY: family.value}, pin=pin)


def create_pbx(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    title: str,
    target: ReportTarget | None = None,
) -> Pbx:
    """Return the PBX of an entry; nothing is sent yet."""
    return _create(hass, data, title, target, pin=_pin(data))


def _create(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    title: str = "",
    target: ReportTarget | None = None,
    *,
    pin: CertificatePin | None,
) -> Pbx:
    name, session = title or data[CONF_HOST], _web_session(hass)
    if data.get(CONF_FAMILY) == Family.P_SERIES:
        return PSeriesPbx(
            name,
            PSeriesSession(
                session,
                host=data[CONF_HOST],
                port=data[CONF_PORT],
                ssl=data[CONF_SSL],
                client_id=data[CONF_USERNAME],
                client_secret=data[CONF_PASSWORD],
                pin=pin,
            ),
        )
    client = SSeriesClient(
        session,
        host=data[CONF_HOST],
        port=data[CONF_PORT],
        ssl=data[CONF_SSL],
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        report_target=target,
        pin=pin,
    )
    return SSeriesPbx(name, client)


def _web_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    # Intermediate, since an S50 knows no key exchange of the default ones.
    return async_get_clientsession(hass, ssl_cipher=SSLCipherList.INTERMEDIATE)


def _pin(data: Mapping[str, Any]) -> CertificatePin | None:
    """Return the certificate to trust, None if it is verified in the usual way.

    It is the one seen first: credentials go to no other.
    """
    if data[CONF_SSL] and not data[CONF_VERIFY_SSL]:
        return CertificatePin(data.get(CONF_FINGERPRINT))
    return None


def with_certificate(data: Mapping[str, Any], pbx: Pbx) -> dict[str, Any]:
    """Return what an entry keeps, with the certificate by which the PBX is known.

    There is none if it is verified in the usual way, or without TLS.
    """
    kept = {key: value for key, value in data.items() if key != CONF_FINGERPRINT}
    if pbx.certificate_sha256:
        kept[CONF_FINGERPRINT] = pbx.certificate_sha256
    return kept
