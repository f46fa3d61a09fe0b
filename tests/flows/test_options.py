"""The options of a PBX: the form, and what they change in the house."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from freezegun import freeze_time
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData, section
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.helpers import deliver, pass_time, state_of
from tests.simulator import Simulator
from tests.simulator.state import Extension, ExtensionStatus

CALLS = {
    "supervision": True,
    "outside_calls": "administrators",
    "number_format": "national",
}
LOG = {"call_log_days": 30, "recordings": True}
DELIVERY = {"reports": "own_port", "report_port": 8261}
VOICE = {
    "voice_sentences": False,
    "voice_extension": "1000",
    "voice_scope": "any",
    "llm_actions": True,
}
WANTED: dict[str, Any] = {
    "calls": CALLS,
    "log": LOG,
    "voice": VOICE,
    "delivery": DELIVERY,
}


async def open_form(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the form as a person sees it first."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["type"] is FlowResultType.FORM
    return form


async def submit(
    hass: HomeAssistant, entry: MockConfigEntry, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Open the form and submit it with these answers."""
    form = await open_form(hass, entry)
    return await go_on(hass, form, answers)


async def go_on(
    hass: HomeAssistant, form: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form that is open."""
    result = await hass.config_entries.options.async_configure(form["flow_id"], answers)
    await hass.async_block_till_done()
    return result


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, **answers: object
) -> None:
    """Set some options and leave the others as they are."""
    options = {**entry.options, **answers}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


def fields(schema: Any) -> dict[str, Any]:
    """Return the markers of a form's fields, those in sections too."""
    found: dict[str, Any] = {}
    for marker, value in schema.schema.items():
        if isinstance(value, section):
            found |= fields(value.schema)
        else:
            found[str(marker)] = (marker, value)
    return found


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form is filled in with."""
    return {
        name: marker.description["suggested_value"]
        for name, (marker, _) in fields(form["data_schema"]).items()
        if marker.description
    }


def devices(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the names of what the PBX has."""
    registry = dr.async_get(hass)
    return {
        device.name or ""
        for device in dr.async_child_entries_for_config_entry(registry, entry.entry_id)
    }


# The form


async def test_options_are_kept_flat(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Sections are for the eye; what others keep among the options stays."""
    await choose(hass, loaded, of_tomorrow="any")
    result = await submit(hass, loaded, WANTED)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == {**CALLS, **LOG, **VOICE, **DELIVERY, "of_tomorrow": "any"}


async def test_a_submitted_form_loads_the_entry_anew(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Options take effect without a restart."""
    before = loaded.runtime_data
    await submit(hass, loaded, {**WANTED, "delivery": {"reports": "off"}})
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.runtime_data is not before


async def test_an_empty_form_has_the_defaults(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Who opens the form and submits it changes nothing."""
    await submit(hass, loaded, {"calls": {}, "log": {}, "voice": {}, "delivery": {}})
    assert loaded.options == {
        "supervision": False,
        "outside_calls": "everyone",
        "number_format": "as_stored",
        "call_log_days": 90,
        "recordings": False,
        "voice_sentences": False,
        "voice_scope": "contacts",
        "llm_actions": False,
        "reports": "home_assistant",
        "report_port": 8260,
    }


async def test_the_form_shows_what_is_set(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """In sections as well."""
    options = {"extensions": ["1000"], "outside_prefix": "9", "call_log_days": 7}
    await choose(hass, loaded, **options)
    form = await open_form(hass, loaded)
    assert suggested(form) == options


async def test_an_emptied_field_is_forgotten(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What is left out, or is only blank, is no option any more."""
    await choose(
        hass, loaded, sms_trunk="GSM-trunk", outside_prefix="9", extensions=["1000"]
    )
    await submit(
        hass,
        loaded,
        {
            **WANTED,
            "extensions": [" "],
            "delivery": {**DELIVERY, "report_address": " "},
        },
    )
    assert loaded.options == {**CALLS, **LOG, **VOICE, **DELIVERY}


async def test_the_form_offers_extensions_and_gsm_trunks(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """By name, as the PBX knows them."""
    found = fields((await open_form(hass, loaded))["data_schema"])
    extensions = found["extensions"][1].config["options"]
    assert {"value": "1000", "label": "Jayson (1000)"} in extensions
    assert len(extensions) == len(pbx.state.extensions)
    assert found["sms_trunk"][1].config["options"] == ["GSM-trunk", "GSM2-8"]


async def test_the_form_opens_while_the_pbx_is_away(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Then numbers and names are typed."""
    await hass.config_entries.async_unload(loaded.entry_id)
    found = fields((await open_form(hass, loaded))["data_schema"])
    assert found["extensions"][1].config["options"] == []
    assert found["extensions"][1].config["custom_value"]
    assert found["sms_trunk"][1].config["options"] == []


@pytest.mark.parametrize("days", [0, 3651])
async def test_the_call_log_has_bounds(
    hass: HomeAssistant, loaded: MockConfigEntry, days: int
) -> None:
    """A day at least, ten years at most."""
    answers = {**WANTED, "log": {**LOG, "call_log_days": days}}
    with pytest.raises(InvalidData):
        await submit(hass, loaded, answers)


async def refuse_then_accept(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    wrong: Mapping[str, Any],
    error: str,
    right: Mapping[str, Any],
) -> None:
    """Expect a sentence, what was typed still there, and that it can be mended."""
    again = await submit(hass, entry, {**WANTED, **wrong})
    assert again["errors"] == {"base": error}
    ((section_name, typed),) = wrong.items()
    assert typed.items() <= suggested(again).items(), section_name
    done = await go_on(hass, again, {**WANTED, **right})
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_prefix_that_cannot_be_dialled(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """The form says so and keeps what was typed."""
    await refuse_then_accept(
        hass,
        loaded,
        {"calls": {**CALLS, "outside_prefix": "9x"}},
        "not_diallable",
        {"calls": {**CALLS, "outside_prefix": "9 "}},
    )
    assert loaded.options["outside_prefix"] == "9"


async def test_an_address_that_is_none(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A host name or an IP address, no URL."""
    await refuse_then_accept(
        hass,
        loaded,
        {"delivery": {**DELIVERY, "report_address": "http://192.0.2.1/"}},
        "invalid_report_address",
        {"delivery": {**DELIVERY, "report_address": " 192.0.2.1 "}},
    )
    assert loaded.options["report_address"] == "192.0.2.1"


@pytest.mark.parametrize("firmware", ["30.6.0.16", "30.10.0.58"])
async def test_an_older_firmware_takes_no_address(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, firmware: str
) -> None:
    """It always posts to the address that logged in."""
    pbx.state.device.firmwarever = firmware
    await hass.config_entries.async_reload(loaded.entry_id)
    await refuse_then_accept(
        hass,
        loaded,
        {"delivery": {**DELIVERY, "report_address": "192.0.2.1"}},
        "firmware_without_report_address",
        {"delivery": DELIVERY},
    )


@pytest.mark.parametrize("firmware", ["30.10.0.59", "30.11.0.2", "37.1.0.3", "beta 4"])
async def test_a_newer_or_unknown_firmware_takes_an_address(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, firmware: str
) -> None:
    """What cannot be compared is not refused."""
    pbx.state.device.firmwarever = firmware
    await hass.config_entries.async_reload(loaded.entry_id)
    answers = {"delivery": {**DELIVERY, "report_address": "127.0.0.1"}}
    result = await submit(hass, loaded, {**WANTED, **answers})
    assert result["type"] is FlowResultType.CREATE_ENTRY


# Which extensions are shown


async def test_only_chosen_extensions_are_shown(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Devices and entities of the others go, and come back."""
    everybody = devices(hass, loaded)
    await choose(hass, loaded, extensions=["1000"])
    assert "Jayson" in devices(hass, loaded)
    trunks = set(loaded.runtime_data.inventory.trunks)
    assert devices(hass, loaded) == {"Jayson", *trunks}
    assert state_of(hass, "sensor.yeastar_s100_jayson_state") == "idle"
    assert hass.states.get("sensor.yeastar_s100_hazel_state") is None
    await choose(hass, loaded, extensions=[])
    assert devices(hass, loaded) == everybody


async def test_only_chosen_extensions_are_counted(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The number is that of the phones one can see."""
    await choose(hass, loaded, extensions=["1000", "1002"])
    count = "sensor.yeastar_s100_registered_extensions"
    assert state_of(hass, count) == "2"
    for number in ("1002", "1003"):
        pbx.state.extensions[number].status = ExtensionStatus.UNAVAILABLE
    await pass_time(hass, 60)
    assert state_of(hass, count) == "1"
    await choose(hass, loaded, extensions=[])
    assert state_of(hass, count) == "3"


async def test_calls_know_every_extension(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A phone that is not shown still has a name when it calls one that is."""
    await choose(hass, loaded, extensions=["1000"])
    pbx.internal_call("1002", "1000")
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.yeastar_s100_jayson_connected_party") == "Amy"


async def test_an_extension_chosen_before_it_exists(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It appears when the PBX gets it; others that come do not."""
    await choose(hass, loaded, extensions=["1000", "1999"])
    assert "Attic" not in devices(hass, loaded)
    for number, name in (("1999", "Attic"), ("1998", "Cellar")):
        pbx.state.extensions[number] = Extension(number, name)
    await pass_time(hass, 60)
    assert "Attic" in devices(hass, loaded)
    assert "Cellar" not in devices(hass, loaded)


# How long calls are remembered


@pytest.mark.parametrize(("days", "known"), [(1, set()), (3, {"1000"})])
async def test_calls_are_remembered_for_so_many_days(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    days: int,
    known: set[str],
) -> None:
    """What is older is forgotten when the log is read or written."""
    await choose(hass, loaded, call_log_days=days)
    pbx.internal_call("1002", "1000")
    pbx.answer("1000")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    log = loaded.runtime_data.calls.log
    assert len(log) == 1
    with freeze_time(dt_util.utcnow() + timedelta(days=2), tick=True):
        await hass.config_entries.async_reload(loaded.entry_id)
    remembered = loaded.runtime_data.calls.log.values()
    assert {call.callee for call in remembered} == known


async def test_the_prompt_to_ring_with(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Is kept without the spaces around it, and goes when it is emptied."""
    await submit(hass, loaded, WANTED | {"calls": {**CALLS, "ring_prompt": " 111 "}})
    assert loaded.options["ring_prompt"] == "111"
    await submit(hass, loaded, WANTED)
    assert "ring_prompt" not in loaded.options
