"""What tests of the integration ask for again and again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    SubentryFlowContext,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from yarl import URL

from custom_components.yeastar import coordinator
from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.phonebook.contacts import (
    CONF_NUMBERS,
    CONF_SMS_NUMBER,
    CONF_VOICE,
    SUBENTRY_CONTACT,
)
from tests.simulator import Request, Simulator

type Exchange = Callable[..., Awaitable[bytes]]


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def progress_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return how far an entry is now; a type checker takes the attribute as fixed."""
    return entry.state


def requests_of(pbx: Simulator, endpoint: str) -> list[Request]:
    """Return the requests so far for one operation."""
    return [request for request in pbx.requests if request.endpoint == endpoint]


def polls_of(pbx: Simulator) -> int:
    """Return how many polls the PBX saw."""
    return len(requests_of(pbx, "outbound/query"))


def members_of(hass: HomeAssistant, entry: ConfigEntry) -> list[dr.DeviceEntry]:
    """Return the devices of the phones and trunks of a PBX."""
    registry = dr.async_get(hass)
    return [
        device
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        if device.via_device_id and device.entry_type is None
    ]


def impatient(seconds: float, endpoint: str = "") -> Exchange:
    """Return an `Http.exchange` that does not wait for long, for one operation or all.

    A busy machine may delay all the others.
    """
    exchange = Http.exchange

    async def hurry(
        self: Http, method: str, url: URL, *, timeout: float = seconds, **more: Any
    ) -> bytes:
        if url.path.endswith(f"/{endpoint}") or not endpoint:
            timeout = min(timeout, seconds)
        return await exchange(self, method, url, timeout=timeout, **more)

    return hurry


async def set_up(
    hass: HomeAssistant, entry: MockConfigEntry, **options: object
) -> None:
    """Set an entry up with options."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def dial_at_another_pbx(hass: HomeAssistant) -> None:
    """Dial where another PBX answers, and be told so."""
    with pytest.raises(HomeAssistantError, match="Another PBX answers"):
        await hass.services.async_call(
            DOMAIN, "dial", {"extension": "1000", "number": "1001"}, blocking=True
        )


async def deliver(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let all reports take effect, without letting time pass."""
    await pbx.settle()
    await hass.async_block_till_done()


async def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let what is due within so many seconds happen now."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done(wait_background_tasks=True)


async def learn_slow_facts(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let the box itself be looked at, as after a change of its configuration."""
    with patch.object(coordinator, "SLOW_FACTS_AT_MOST", 0):
        trunk = f"Line {len(pbx.requests)}"
        pbx.send_report({"action": "ConfigChange", "trunkname": trunk})
        await deliver(hass, pbx)
    await pass_time(hass, 3)


async def add_contact(
    hass: HomeAssistant,
    entry: ConfigEntry,
    name: str,
    *numbers: str,
    sms_number: str = "",
    voice: bool = False,
) -> str:
    """Add a contact as people do, with the form; returns its id."""
    flow = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CONTACT),
        context=SubentryFlowContext(source=SOURCE_USER),
    )
    asked = {CONF_NAME: name, CONF_NUMBERS: list(numbers), CONF_VOICE: voice}
    if sms_number:
        asked[CONF_SMS_NUMBER] = sms_number
    before = set(entry.subentries)
    result = await hass.config_entries.subentries.async_configure(
        flow["flow_id"], asked
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    await hass.async_block_till_done()
    (contact_id,) = set(entry.subentries) - before
    return contact_id
