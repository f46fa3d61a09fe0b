"""What a person posts in public when something does not work."""

from http import HTTPStatus
import json
from typing import Any

from homeassistant.components.diagnostics import DOMAIN as DIAGNOSTICS
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar.const import DOMAIN
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, learn_slow_facts, pass_time
from tests.simulator import Fault, Simulator

STRANGER = "01705550134"


@pytest.fixture(autouse=True)
async def downloads(hass: HomeAssistant) -> None:
    """Let there be diagnostics: the web server takes nothing new once it started."""
    assert await async_setup_component(hass, DIAGNOSTICS, {})


@pytest.fixture
def read(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> Any:
    """Return how to download diagnostics, of a device if one is named."""

    async def download(key: str | None = None) -> Any:
        if key is None:
            return await get_diagnostics_for_config_entry(hass, hass_client, entry)
        identifier = (DOMAIN, f"{entry.unique_id}{key}")
        device = device_registry.async_get_device_by_identifier(
            identifier, entry.entry_id
        )
        assert device
        return await get_diagnostics_for_device(hass, hass_client, entry, device)

    return download


async def test_the_entry_is_told_without_what_opens_the_pbx(
    loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Where it is may be known."""
    told = (await read())["entry"]
    assert told["state"] == "loaded"
    assert told["data"][CONF_HOST] == pbx.host
    assert told["data"][CONF_PASSWORD] == "**REDACTED**"
    assert told["data"][CONF_WEBHOOK_ID] == "**REDACTED**"


async def test_the_box_is_told(
    loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Its model and versions, but not its serial number."""
    told = await read()
    assert told["device"]["model"] == "Yeastar S100"
    assert told["device"]["firmware"] == pbx.state.device.firmwarever
    assert pbx.state.device.sn not in json.dumps(told)


async def test_the_session_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Whether we are logged in and polls work, and if not, why."""
    before = await read()
    assert before["session"]["logged_in"]
    assert before["polls"] == {
        "seconds": 10.0,
        "last_one_worked": True,
        "failures": 0,
        "last_error": None,
    }
    pbx.fault = Fault.HTTP_500
    for _ in range(3):
        await pass_time(hass, 61)
    after = (await read())["polls"]
    assert not after["last_one_worked"]
    assert after["failures"] == 3
    assert "HTTP status 500" in after["last_error"]


async def test_what_became_of_reports_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Counted by what became of them."""
    pbx.send_report("no report")
    pbx.send_report({"action": "BootUp", "sn": "somebody-else's"})
    pbx.send_report({"action": "ExtensionStatus", "extension": "1", "status": "Idle"})
    await deliver(hass, pbx)
    told = (await read())["reports"]
    assert told["arrive"]
    assert told["malformed"] == told["foreign"] == told["accepted"] == 1


async def test_phones_and_lines_are_told_without_names(
    loaded: MockConfigEntry, read: Any
) -> None:
    """Extension numbers are nobody's secret, names of people are."""
    told = await read()
    assert told["extensions"][0] == {
        "number": "1000",
        "state": "idle",
        "status": "Registered",
        "type": "SIP",
        "port": "",
        "presence": "",
    }
    assert "SIP-142" in [trunk["name"] for trunk in told["trunks"]]
    assert "Jayson" not in json.dumps(told)


async def test_of_outside_numbers_two_digits_are_told(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Enough to tell calls apart, not to call anybody."""
    pbx.outside_call(STRANGER, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    told = await read()
    (call,) = told["calls"]
    assert call["from"] == "*********34"
    assert call["extensions"] == ["1000"]
    assert call["direction"] == "inbound"
    assert STRANGER[:-2] not in json.dumps(told)


async def test_of_a_short_name_nothing_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Two letters of Anna are half of her."""
    pbx.outside_call("Anna", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    (call,) = (await read())["calls"]
    assert call["from"] == "****"


async def test_the_number_that_a_line_is_named_by_is_not_told(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """Neither as its own name, nor as that of a call."""
    name = f"line {STRANGER}"
    pbx.add_trunk(name)
    await learn_slow_facts(hass, pbx)
    pbx.outside_call("5503301", to="1000", trunk=name)
    await deliver(hass, pbx)
    told = await read()
    assert told["trunks"][-1]["name"] == told["calls"][0]["trunk"] == "line *********34"
    assert STRANGER not in json.dumps(told)


async def test_the_call_log_is_told_as_numbers(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """How many, and how they ended."""
    pbx.outside_call(STRANGER, to="1000", trunk="SIP-142")
    pbx.reject("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 11)
    assert (await read())["call_log"] == {"size": 1, "busy": 1}
    assert (await read("_1000"))["call_log"] == {"size": 1, "busy": 1}
    assert (await read("_1002"))["call_log"] == {"size": 0}


async def test_a_phone_has_diagnostics_of_its_own(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, read: Any
) -> None:
    """With its calls only."""
    pbx.outside_call(STRANGER, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    told = await read("_1000")
    assert told["extension"]["state"] == "ringing"
    assert len(told["calls"]) == 1
    assert (await read("_1002"))["calls"] == []


async def test_a_line_and_the_pbx_have_diagnostics_too(
    loaded: MockConfigEntry, read: Any
) -> None:
    """Those of the PBX are all there is."""
    assert (await read("_trunk_SIP-142"))["trunk"]["state"] == "registered"
    assert (await read(""))["extensions"]


async def test_a_pbx_that_cannot_be_set_up_has_diagnostics(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    read: Any,
) -> None:
    """Then they are wanted most."""
    pbx.fault = Fault.CLOSE
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    told = await read()
    assert told["entry"]["state"] == "setup_retry"
    assert told["entry"]["reason"]
    assert told["device"] is None
    assert not told["session"]["logged_in"]
    await hass.config_entries.async_unload(entry.entry_id)
    assert (await read())["entry"]["state"] == "not_loaded"


async def test_the_download_has_no_secret_in_what_home_assistant_adds(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    pbx: Simulator,
    read: Any,
    hass_client: ClientSessionGenerator,
) -> None:
    """The whole file is posted, not our part alone."""
    await read()
    client = await hass_client()
    answer = await client.get(f"/api/diagnostics/config_entry/{loaded.entry_id}")
    assert answer.status == HTTPStatus.OK
    text = await answer.text()
    assert pbx.password not in text
    assert WEBHOOK_ID not in text
