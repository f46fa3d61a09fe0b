"""The contacts of the company: names for callers, and contacts if a person wants so."""

from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.actions.words import refused
from tests.helpers import add_contact, state_of
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.state import Contact

from .conftest import deliver

PARTY = "sensor.jayson_connected_party"


@pytest.fixture
def pbx(hass: HomeAssistant, pbx: PSeriesSimulator) -> PSeriesSimulator:
    """Return a PBX that knows Anna, and others whose contacts make no sense here."""
    hass.config.country = "US"
    people = (
        Contact(1, "Anna", "Smith", numbers={"business_number": "+1 212 555 0101"}),
        Contact(2, "Ben", numbers={"mobile_number": "+1 212 555 0102"}),
        Contact(3, "Same", "Number", numbers={"mobile_number": "+12125550102"}),
        Contact(4, "Jayson", numbers={"mobile_number": "+12125550104"}),
        Contact(5, "Inside", numbers={"other_number": "1002"}),
        Contact(6, "No", "Number"),
        Contact(7, "4711", numbers={"other_number": "+12125550107"}),
    )
    pbx.state.contacts = {contact.id: contact for contact in people}
    return pbx


async def export(
    hass: HomeAssistant, context: Context | None = None, **data: str
) -> Any:
    """Make contacts, and return what the action answers."""
    return await hass.services.async_call(
        DOMAIN,
        "export_contacts",
        data,
        blocking=True,
        context=context,
        return_response=True,
    )


async def test_a_caller_is_named_as_the_pbx_knows_them(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """With or without the country code."""
    pbx.outside_call("2125550101", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, PARTY) == "Anna Smith"


async def test_a_contact_of_home_assistant_comes_first(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """It was entered here."""
    await add_contact(hass, loaded, "Annie", "+12125550101")
    pbx.outside_call("2125550101", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, PARTY) == "Annie"


async def test_a_new_contact_names_a_call_that_lives(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Once the contacts are read again."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, PARTY) == "5503301"
    pbx.state.contacts[8] = Contact(8, "Grandma", numbers={"home_number": "5503301"})
    await loaded.runtime_data.company_contacts.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, PARTY) == "Grandma"


async def test_contacts_that_cannot_be_read_stay_as_they_were(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """The next reading may succeed."""
    pbx.refuse_next(10005, "company_contact/list")
    await loaded.runtime_data.company_contacts.async_refresh()
    pbx.outside_call("2125550101", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, PARTY) == "Anna Smith"


async def test_contacts_are_exported(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Those whose name and number no contact and no extension has, once."""
    answer = await export(hass)
    assert answer["added"] == ["Anna Smith", "Ben"]
    assert answer["left_out"] == [
        "Same Number",
        "Jayson",
        "Inside",
        "No Number",
        "4711",
    ]
    contacts = loaded.runtime_data.contacts
    assert [contact.name for contact in contacts.by_id.values()] == answer["added"]
    assert contacts.named("ben")[0].numbers == ("+1 212 555 0102",)
    assert (await export(hass))["added"] == []


async def test_contacts_are_exported_to_the_pbx(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Those whose name it does not know, with the numbers that it does not know."""
    await add_contact(hass, loaded, "Grandma", "+1 212 555-0110", "212 555 0111")
    await add_contact(hass, loaded, "Plumber", "212 555 0102", "212 555 0112")
    await add_contact(hass, loaded, "ANNA SMITH", "+12125550113")
    await add_contact(hass, loaded, "Benny", "212 555 0102")
    before = dict(pbx.state.contacts)
    answer = await export(hass, to="pbx")
    assert answer == {
        "added": ["Grandma", "Plumber"],
        "left_out": ["ANNA SMITH", "Benny"],
    }
    added = [c for key, c in pbx.state.contacts.items() if key not in before]
    assert [(c.name, list(c.numbers.values())) for c in added] == [
        ("Grandma", ["+12125550110", "2125550111"]),
        ("Plumber", ["2125550112"]),
    ]
    assert before.items() <= pbx.state.contacts.items()
    assert (await export(hass, to="pbx"))["added"] == []


async def test_a_contact_with_more_numbers_than_the_pbx_has_fields(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """The first ones are kept, none as a fax."""
    numbers = [f"+1212555020{digit}" for digit in range(9)]
    await add_contact(hass, loaded, "Grandma", *numbers)
    await export(hass, to="pbx")
    (contact,) = (c for c in pbx.state.contacts.values() if c.name == "Grandma")
    assert list(contact.numbers.values()) == numbers[:7]
    assert not [kind for kind in contact.numbers if kind.endswith("fax")]


async def test_a_contact_that_the_pbx_does_not_accept(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """The others are added."""
    await add_contact(hass, loaded, "Grandma", "+12125550110")
    await add_contact(hass, loaded, "Plumber", "+12125550111")
    pbx.refuse_next(40002, "company_contact/create")
    answer = await export(hass, to="pbx")
    assert answer == {"added": ["Plumber"], "left_out": ["Grandma"]}


async def test_a_pbx_that_allows_no_new_contacts(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """The action says why."""
    await add_contact(hass, loaded, "Grandma", "+12125550110")
    pbx.refuse_next(10005, "company_contact/create")
    with refused("pbx_access_denied", HomeAssistantError):
        await export(hass, to="pbx")


async def test_a_contact_that_was_exported_names_the_callers_of_the_pbx(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """It is read again at once."""
    await add_contact(hass, loaded, "Grandma", "+12125550110")
    await export(hass, to="pbx")
    assert loaded.runtime_data.company_contacts.name_of("2125550110") == "Grandma"


async def test_contacts_are_exported_by_administrators(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    hass_admin_user: User,
) -> None:
    """Others may not change what belongs to all."""
    user = await hass.auth.async_create_user("Amy", group_ids=["system-users"])
    with refused("export_administrators"):
        await export(hass, Context(user_id=user.id))
    with refused("export_administrators"):
        await export(hass, Context(user_id=user.id), to="pbx")
    assert not any(r.endpoint == "company_contact/create" for r in pbx.requests)
    assert not loaded.runtime_data.contacts.by_id


async def test_another_pbx_has_no_contacts_to_export(
    hass: HomeAssistant, s_series: MockConfigEntry
) -> None:
    """It says so in words."""
    with refused("pbx_unsupported_request", HomeAssistantError):
        await export(hass)
