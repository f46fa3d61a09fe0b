"""The form that asks for a contact, and every sentence it has for what cannot be."""

import json
from pathlib import Path
from string import Formatter
from typing import Any

from homeassistant.config_entries import SOURCE_USER, SubentryFlowContext
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.phonebook.contacts import SUBENTRY_CONTACT
from tests.helpers import add_contact, deliver, state_of
from tests.simulator import Simulator

TEXTS = Path(__file__).parents[2] / "custom_components/yeastar/translations/en.json"
CONTACT = json.loads(TEXTS.read_text())["config_subentries"]["contact"]
GRANDMA = {"name": "Grandma", "numbers": ["+49 30 123456"], "voice": False}


@pytest.fixture(autouse=True)
def at_home(hass: HomeAssistant) -> None:
    """Let Home Assistant be in Germany."""
    hass.config.country = "DE"


async def ask(
    hass: HomeAssistant, entry: MockConfigEntry, user_input: dict[str, Any]
) -> Any:
    """Return what the form for a new contact answers."""
    flow = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CONTACT),
        context=SubentryFlowContext(source=SOURCE_USER),
    )
    assert flow["type"] is FlowResultType.FORM
    return await hass.config_entries.subentries.async_configure(
        flow["flow_id"], user_input
    )


async def change(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    contact_id: str,
    user_input: dict[str, Any],
) -> Any:
    """Return what the form to change a contact answers."""
    flow = await entry.start_subentry_reconfigure_flow(hass, contact_id)
    assert flow["step_id"] == "reconfigure"
    return await hass.config_entries.subentries.async_configure(
        flow["flow_id"], user_input
    )


async def test_a_contact_may_have_a_picture(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """That Home Assistant serves itself; the cards show no other."""
    for elsewhere in ("https://example.com/a.jpg", "//example.com/a.jpg", "a.jpg"):
        result = await ask(hass, loaded, {**GRANDMA, "picture": elsewhere})
        assert result["errors"] == {"picture": "picture_elsewhere"}
    result = await ask(hass, loaded, {**GRANDMA, "picture": " /local/a.jpg "})
    assert result["data"]["picture"] == "/local/a.jpg"


async def test_a_contact_is_added(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """What a person entered is kept as it was written, without what nobody sees."""
    result = await ask(
        hass,
        loaded,
        {
            "name": " Grandma  Anna ",
            "numbers": [" +49 30 123456", "0171 1234567 ", "", "030 123456"],
            "sms_number": "+49 171 1234567",
            "voice": True,
        },
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (subentry,) = loaded.subentries.values()
    assert subentry.title == "Grandma Anna"
    assert subentry.data == {
        "numbers": ["+49 30 123456", "0171 1234567"],
        "sms_number": "0171 1234567",
        "voice": True,
    }


async def test_a_contact_may_be_reached_by_voice_only_if_wanted(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """The form begins with no."""
    contact_id = await add_contact(hass, loaded, "Grandma", "+49 30 123456")
    contact = loaded.runtime_data.contacts.by_id[contact_id]
    assert (contact.voice, contact.sms_number) == (False, "")


@pytest.mark.parametrize(
    ("wrong", "field", "key"),
    [
        ({"name": "  "}, "name", "name_empty"),
        ({"name": "0800 1"}, "name", "name_is_number"),
        ({"name": "jayson"}, "name", "name_of_extension"),
        ({"name": "UNCLE  bob"}, "name", "name_of_contact"),
        ({"numbers": []}, "numbers", "numbers_empty"),
        ({"numbers": ["", " "]}, "numbers", "numbers_empty"),
        ({"numbers": ["030 12x"]}, "numbers", "number_character"),
        ({"numbers": ["1", "1000"]}, "numbers", "number_of_extension"),
        ({"sms_number": "0171 7654321"}, "sms_number", "sms_number_not_listed"),
    ],
)
async def test_what_cannot_be_a_contact(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    wrong: dict[str, Any],
    field: str,
    key: str,
) -> None:
    """It is said at the field, in a whole sentence, and can be put right."""
    await add_contact(hass, loaded, "Uncle Bob", "+49 171 1234567")
    result = await ask(hass, loaded, GRANDMA | wrong)
    assert result["errors"] == {field: key}
    placeholders = result["description_placeholders"]
    wanted = {name for _, name, _, _ in Formatter().parse(CONTACT["error"][key])}
    assert wanted - {None} == set(placeholders)
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], GRANDMA
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_contact_is_changed(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The form shows what is known; the new name shows at once, the call goes on."""
    contact_id = await add_contact(
        hass, loaded, "Grandma", "+49 30 123456", sms_number="030123456"
    )
    call = pbx.outside_call("030123456", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    party = "sensor.jayson_connected_party"
    assert state_of(hass, party) == "Grandma"
    coordinator = loaded.runtime_data

    flow = await loaded.start_subentry_reconfigure_flow(hass, contact_id)
    assert flow["data_schema"]
    suggested = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    assert suggested == {
        "name": "Grandma",
        "numbers": ["+49 30 123456"],
        "sms_number": "+49 30 123456",
        "voice": False,
    }
    result = await hass.config_entries.subentries.async_configure(
        flow["flow_id"], GRANDMA | {"name": "Granny"}
    )
    assert (result["type"], result["reason"]) == ("abort", "reconfigure_successful")
    await hass.async_block_till_done()
    assert state_of(hass, party) == "Granny"
    assert "sms_number" not in loaded.subentries[contact_id].data
    assert loaded.runtime_data is coordinator
    assert list(coordinator.calls.living) == [call.callid]


async def test_a_contact_may_keep_its_name_and_numbers(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """It is not in its own way, others are."""
    contact_id = await add_contact(hass, loaded, "Grandma", "+49 30 123456")
    await add_contact(hass, loaded, "Uncle Bob", "+49 171 1234567")
    result = await change(hass, loaded, contact_id, GRANDMA | {"voice": True})
    assert result["type"] is FlowResultType.ABORT
    assert loaded.subentries[contact_id].data["voice"]
    result = await change(hass, loaded, contact_id, GRANDMA | {"name": "Uncle Bob"})
    assert result["errors"] == {"name": "name_of_contact"}


async def test_a_contact_is_added_while_the_pbx_is_away(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """It needs nothing of the PBX."""
    entry.add_to_hass(hass)
    result = await ask(hass, entry, GRANDMA)
    assert result["type"] is FlowResultType.CREATE_ENTRY


def test_every_error_has_a_sentence() -> None:
    """And no sentence is left over."""
    code = Path(TEXTS.parents[1] / "flows" / "contact.py").read_text()
    assert all(f'"{key}"' in code for key in CONTACT["error"])
