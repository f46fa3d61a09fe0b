"""The options of a PBX: the form, and what they change in the house."""

from datetime import timedelta
from typing import Any

from freezegun import freeze_time
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.helpers import deliver, members_of, pass_time, state_of
from tests.simulator import Simulator
from tests.simulator.state import Extension, ExtensionStatus

PHONES = {"call_log_days": 30, "recordings": True, "supervision": True}
CALLS = {"outside_calls": "administrators", "number_format": "national"}
VOICE = {
    "voice_sentences": False,
    "voice_extension": "1000",
    "voice_scope": "any",
    "llm_actions": True,
}
REPORTS = {
    "reports": "own_port",
    "report_port": 8261,
    "pbx_report_port": 8334,
    "whole_reports": True,
}
WANTED: dict[str, dict[str, Any]] = {
    "phones": PHONES,
    "calls": CALLS,
    "voice": VOICE,
    "reports": REPORTS,
}


async def open_form(
    hass: HomeAssistant, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Return the form of a step, chosen in the menu."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    form = await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": step}
    )
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == step
    return form


async def submit(
    hass: HomeAssistant, entry: MockConfigEntry, step: str, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Open the form of a step and submit it with these answers."""
    form = await open_form(hass, entry, step)
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


def fields(form: ConfigFlowResult) -> dict[str, Any]:
    """Return the selectors of a form's fields."""
    schema = form["data_schema"]
    assert schema is not None
    return {str(marker): value for marker, value in schema.schema.items()}


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form is filled in with."""
    schema = form["data_schema"]
    assert schema is not None
    return {
        str(marker): marker.description["suggested_value"]
        for marker in schema.schema
        if marker.description
    }


def devices(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the names of what the PBX has."""
    return {device.name or "" for device in members_of(hass, entry)}


# The forms


async def test_the_menu_offers_four_steps(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Each is short enough to be seen at once."""
    menu = await hass.config_entries.options.async_init(loaded.entry_id)
    assert menu["menu_options"] == list(WANTED)
    for step in WANTED:
        assert len(fields(await open_form(hass, loaded, step))) <= 5


async def test_each_step_is_saved_beside_the_others(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What a step does not ask for stays, also what others keep there."""
    await choose(hass, loaded, of_tomorrow="any")
    for step, answers in WANTED.items():
        result = await submit(hass, loaded, step, answers)
        assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options == {
        **PHONES,
        **CALLS,
        **VOICE,
        **REPORTS,
        "of_tomorrow": "any",
    }


async def test_a_submitted_form_loads_the_entry_anew(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Options take effect without a restart."""
    before = loaded.runtime_data
    await submit(hass, loaded, "reports", {"reports": "off"})
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.runtime_data is not before


async def test_an_empty_form_has_the_defaults(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Who opens a form and submits it changes nothing."""
    for step in WANTED:
        await submit(hass, loaded, step, {})
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
        "pbx_report_port": 8333,
        "whole_reports": False,
    }


async def test_a_form_shows_what_is_set(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Of its own fields."""
    phones = {"extensions": ["1000"], "call_log_days": 7}
    await choose(hass, loaded, **phones, outside_prefix="9")
    assert suggested(await open_form(hass, loaded, "phones")) == phones
    assert suggested(await open_form(hass, loaded, "calls")) == {"outside_prefix": "9"}


@pytest.mark.parametrize(
    ("step", "option", "before", "emptied"),
    [
        ("phones", "extensions", ["1000"], [" "]),
        ("phones", "ring_prompt", "doorbell", ""),
        ("calls", "outside_prefix", "9", " "),
        ("calls", "area_code", "030", "( )"),
        ("calls", "sms_trunk", "GSM-trunk", None),
        ("voice", "voice_extension", "1000", None),
        ("reports", "report_address", "192.0.2.1", " "),
    ],
)
async def test_an_emptied_field_is_forgotten(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    step: str,
    option: str,
    before: object,
    emptied: object,
) -> None:
    """What is left out, or is only blank, is no option any more."""
    await choose(hass, loaded, **{option: before})
    answers = {key: value for key, value in WANTED[step].items() if key != option}
    if emptied is not None:
        answers[option] = emptied
    await submit(hass, loaded, step, answers)
    assert option not in loaded.options


async def test_the_forms_offer_extensions_and_gsm_trunks(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """By name, as the PBX knows them."""
    phones = fields(await open_form(hass, loaded, "phones"))
    extensions = phones["extensions"].config["options"]
    assert {"value": "1000", "label": "Jayson (1000)"} in extensions
    assert len(extensions) == len(pbx.state.extensions)
    calls = fields(await open_form(hass, loaded, "calls"))
    assert calls["sms_trunk"].config["options"] == ["GSM-trunk", "GSM2-8"]


async def test_the_default_phone_is_shown_by_name(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A select that took any text would show the bare number."""
    await choose(hass, loaded, voice_extension="1000")
    selector = fields(await open_form(hass, loaded, "voice"))["voice_extension"]
    assert {"value": "1000", "label": "Jayson (1000)"} in selector.config["options"]
    assert not selector.config["custom_value"]


async def test_a_default_phone_that_is_gone_can_be_kept(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """It is shown by its number."""
    await choose(hass, loaded, voice_extension="1999")
    form = await open_form(hass, loaded, "voice")
    result = await go_on(hass, form, {**VOICE, "voice_extension": "1999"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options["voice_extension"] == "1999"


async def test_the_forms_open_while_the_pbx_is_away(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Then numbers and names are typed."""
    await hass.config_entries.async_unload(loaded.entry_id)
    for step, option in (
        ("phones", "extensions"),
        ("calls", "sms_trunk"),
        ("voice", "voice_extension"),
    ):
        selector = fields(await open_form(hass, loaded, step))[option]
        assert selector.config["options"] == []
        assert selector.config["custom_value"]


@pytest.mark.parametrize(
    ("step", "wrong", "error", "right"),
    [
        ("calls", {"outside_prefix": "9x"}, "not_diallable", {"outside_prefix": "9"}),
        ("calls", {"area_code": "Berlin"}, "not_diallable", {"area_code": "030"}),
        ("phones", {"call_log_days": 0}, "invalid_days", {"call_log_days": 1}),
        ("phones", {"call_log_days": 3651}, "invalid_days", {"call_log_days": 3650}),
        ("reports", {"report_port": 99999}, "invalid_port", {"report_port": 65535}),
        ("reports", {"report_port": 0}, "invalid_port", {"report_port": 1024}),
        (
            "reports",
            {"pbx_report_port": 65536},
            "invalid_port",
            {"pbx_report_port": 65535},
        ),
        (
            "reports",
            {"report_address": "http://192.0.2.1/"},
            "invalid_report_address",
            {"report_address": "192.0.2.1"},
        ),
        (
            "reports",
            {"report_address": "192.0.2.1:81230"},
            "invalid_report_address",
            {"report_address": "192.0.2.1:18123"},
        ),
        (
            "reports",
            {"report_address": "home.example:port"},
            "invalid_report_address",
            {"report_address": "home.example"},
        ),
        (
            "reports",
            {"report_address": "[2001:db8::1"},
            "invalid_report_address",
            {"report_address": "[2001:db8::1]:18123"},
        ),
    ],
)
async def test_an_error_is_at_its_field(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    step: str,
    wrong: dict[str, Any],
    error: str,
    right: dict[str, Any],
) -> None:
    """What was typed is still there, and can be corrected."""
    pbx.state.device.firmwarever = "30.15.0.4"
    await hass.config_entries.async_reload(loaded.entry_id)
    again = await submit(hass, loaded, step, {**WANTED[step], **wrong})
    (field,) = wrong
    assert again["errors"] == {field: error}
    assert suggested(again) == {**WANTED[step], **wrong}
    done = await go_on(hass, again, {**WANTED[step], **right})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert right.items() <= loaded.options.items()


@pytest.mark.parametrize("firmware", ["30.6.0.16", "30.10.0.58"])
async def test_an_older_firmware_takes_no_address(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, firmware: str
) -> None:
    """It always posts to the address that logged in."""
    pbx.state.device.firmwarever = firmware
    await hass.config_entries.async_reload(loaded.entry_id)
    answers = {**REPORTS, "report_address": "192.0.2.1"}
    again = await submit(hass, loaded, "reports", answers)
    assert again["errors"] == {"report_address": "firmware_without_report_address"}
    done = await go_on(hass, again, REPORTS)
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("firmware", ["30.10.0.59", "30.11.0.2", "37.1.0.3", "beta 4"])
async def test_a_newer_or_unknown_firmware_takes_an_address(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, firmware: str
) -> None:
    """What cannot be compared is not refused."""
    pbx.state.device.firmwarever = firmware
    await hass.config_entries.async_reload(loaded.entry_id)
    answers = {**REPORTS, "report_address": " 127.0.0.1 "}
    result = await submit(hass, loaded, "reports", answers)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options["report_address"] == "127.0.0.1"


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
    assert state_of(hass, "sensor.jayson") == "idle"
    assert hass.states.get("sensor.hazel") is None
    await choose(hass, loaded, extensions=[])
    assert devices(hass, loaded) == everybody


async def test_only_chosen_extensions_are_counted(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The number is that of the phones one can see."""
    await choose(hass, loaded, extensions=["1000", "1002"])
    count = "sensor.yeastar_s100_phones_online"
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
    assert state_of(hass, "sensor.jayson_connected_party") == "Amy"


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
    await submit(hass, loaded, "phones", {**PHONES, "ring_prompt": " 111 "})
    assert loaded.options["ring_prompt"] == "111"
    await submit(hass, loaded, "phones", PHONES)
    assert "ring_prompt" not in loaded.options
