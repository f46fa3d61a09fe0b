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

from .const import CONF_API_VERSION, CONF_FAMILY, CONF_FINGERPRINT, CONF_OLD_TLS
from .pbx.certificate import CertificatePin
from .pbx.detection import detect_family
from .pbx.http import Http
from .pbx.interface import Pbx
from .pbx.models import Family
from .pbx.p_series.pbx import PSeriesPbx
from .pbx.p_series.session import PSeriesSession
from .pbx.s_series.client import ReportTarget, SSeriesClient
from .pbx.s_series.operations import V2_0_0
from .pbx.s_series.pbx import SSeriesPbx
from .pbx.s_series.report_stream import ReportStream
from .pbx.s_series.v2 import SSeriesV2Client, SSeriesV2Pbx


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
    stream_port: int | None = None,
    serial_number: str = "",
) -> Pbx:
    """Return the PBX of an entry; nothing is sent yet.

    An S-Series posts its reports to the target, or they are fetched from its port.
    """
    return _create(
        hass, data, title, target, stream_port, serial_number, pin=_pin(data)
    )


def _create(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    title: str = "",
    target: ReportTarget | None = None,
    stream_port: int | None = None,
    serial_number: str = "",
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
                serial_number=serial_number,
            ),
        )
    is_v2 = data.get(CONF_API_VERSION) == V2_0_0
    make_client = SSeriesV2Client if is_v2 else SSeriesClient
    client = make_client(
        session,
        host=data[CONF_HOST],
        port=data[CONF_PORT],
        ssl=data[CONF_SSL],
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        report_target=target,
        pin=pin,
        api_version=data.get(CONF_API_VERSION, ""),
        serial_number=serial_number,
    )
    stream = None
    if stream_port:
        stream = ReportStream(
            data[CONF_HOST],
            stream_port,
            username=data[CONF_USERNAME],
            password=data[CONF_PASSWORD],
        )
    if isinstance(client, SSeriesV2Client):
        return SSeriesV2Pbx(name, client, stream=stream)
    return SSeriesPbx(name, client, stream=stream)


def _web_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    # Intermediate, since an S50 knows no key exchange of the default ones.
    return async_get_clientsession(hass, ssl_cipher=SSLCipherList.INTERMEDIATE)


def _pin(data: Mapping[str, Any]) -> CertificatePin | None:
    """Return the certificate to trust, None if it is verified in the usual way.

    It is the one seen first: credentials go to no other.
    """
    if data[CONF_SSL] and not data[CONF_VERIFY_SSL]:
        old_tls = data.get(CONF_OLD_TLS, False)
        return CertificatePin(data.get(CONF_FINGERPRINT), old_tls=old_tls)
    return None


def as_found(data: Mapping[str, Any], pbx: Pbx) -> dict[str, Any]:
    """Return what an entry keeps, with what is known of the PBX since it answered.

    It has no certificate if that is verified in the usual way, or without TLS.
    """
    found = {
        CONF_API_VERSION: pbx.api_version,
        CONF_FINGERPRINT: pbx.certificate_sha256,
    }
    kept = {key: value for key, value in data.items() if key not in found}
    return kept | {key: value for key, value in found.items() if value}
