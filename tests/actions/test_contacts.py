"""Contacts by name, wherever an action takes a number."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.helpers import add_contact, deliver
from tests.simulator import Simulator

from .conftest import Act, Sent
from .words import refused

TRUNK = "GSM-trunk"


@pytest.fixture(autouse=True)
async def contacts(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Know two people whose names begin alike, and a firm."""
    await add_contact(
        hass,
        loaded,
        "Anna Mobile",
        "+1 917 555-0100",
        "+1 212 555-0100",
        sms_number="+1 212 555-0100",
    )
    await add_contact(hass, loaded, "Anna Office", "212.555.0199")
    await add_contact(hass, loaded, "Taxi 24", "0800 24")


@pytest.mark.parametrize(
    ("name", "dialled"),
    [
        ("Anna Mobile", "+19175550100"),
        ("  anna   OFFICE ", "2125550199"),
        ("Taxi 24", "080024"),
    ],
)
async def test_dial_a_contact(act: Act, sent: Sent, name: str, dialled: str) -> None:
    """The first of several numbers; case and spaces of the name do not matter."""
    await act("dial", extension="1000", number=name)
    assert sent("extension/dial_outbound")[0]["outto"] == dialled


async def test_a_contact_is_dialled_as_outside_numbers_are(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Act, sent: Sent
) -> None:
    """With the prefix that the options ask for, and in their form."""
    hass.config.country = "US"
    options = {"outside_prefix": "9", "number_format": "international_00"}
    hass.config_entries.async_update_entry(loaded, options=options)
    await act("dial", extension="1000", number="Anna Office")
    assert sent("extension/dial_outbound")[0]["outto"] == "90012125550199"


@pytest.mark.parametrize("name", ["Anna", "ann"])
async def test_nobody_is_taken_for_somebody_else(
    pbx: Simulator, act: Act, name: str
) -> None:
    """The beginning of names lists whose they are, even if it is one alone."""
    before = len(pbx.requests)
    with refused("contact_unclear") as said:
        await act("dial", extension="1000", number=name)
    assert "Anna Mobile (+1 917 555-0100), Anna Office" in said.sentence
    with refused("contact_unclear"):
        await act("dial", extension="1000", number="Taxi")
    assert len(pbx.requests) == before


async def test_two_of_one_name_are_listed(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Act, sent: Sent
) -> None:
    """The form refuses that, but a new title does not ask it."""
    for subentry in list(loaded.subentries.values())[:2]:
        hass.config_entries.async_update_subentry(loaded, subentry, title="Anna")
    with refused("contact_ambiguous") as said:
        await act("dial", extension="1000", number="Anna")
    assert "Anna (+1 917 555-0100), Anna (212.555.0199)" in said.sentence
    assert not sent("extension/dial_outbound")


async def test_a_contact_and_an_extension_of_one_name_are_listed(
    pbx: Simulator, loaded: MockConfigEntry, act: Act, sent: Sent
) -> None:
    """The extension may have been renamed on the PBX."""
    pbx.add_extension("1010", "Anna Office")
    await loaded.runtime_data.coordinator.async_refresh()
    with refused("contact_ambiguous") as said:
        await act("dial", extension="1000", number="Anna Office")
    assert "Anna Office (1010), Anna Office (212.555.0199)" in said.sentence
    assert not sent("extension/dial_extension")


async def test_somebody_unknown(act: Act) -> None:
    """Who is no contact is no number either."""
    with refused("number_character") as said:
        await act("dial", extension="1000", number="Bertha")
    assert "neither a contact nor a number" in said.sentence


async def test_call_back_contacts(act: Act, sent: Sent, pbx: Simulator) -> None:
    """Both sides may be contacts."""
    pbx.add_trunk("SIP-2", type="SIP", status="Registered")
    await act(
        "callback",
        first_number="Anna Mobile",
        second_number="Anna Office",
        permission_of="1000",
    )
    (body,) = sent("outbound/dial_outbound")
    assert {"+19175550100", "2125550199"} <= set(body.values())


async def test_transfer_to_a_contact(
    hass: HomeAssistant, pbx: Simulator, act: Act, sent: Sent
) -> None:
    """As to any outside number."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    await act(
        "transfer", call_id=call.callid, number="Anna Mobile", permission_of="1000"
    )
    (body,) = sent("inbound/transfer_outbound")
    assert "+19175550100" in body.values()


async def test_a_ring_group_is_no_contact(act: Act) -> None:
    """Only where a number of somebody outside is meant."""
    with refused("number_character"):
        await act(
            "dial_to_ring_group",
            ring_group="Anna Mobile",
            number="Anna Mobile",
            permission_of="1000",
        )


async def test_write_to_a_contact(act: Act, pbx: Simulator) -> None:
    """At the number for messages, which need not be the first."""
    await act("send_sms", number="Anna Mobile", message="Hello", trunk=TRUNK)
    assert pbx.sms_sent == [(TRUNK, "+12125550100", "Hello")]


async def test_a_contact_without_a_number_for_messages(
    act: Act, pbx: Simulator
) -> None:
    """Its other numbers may be those of a phone on the wall."""
    with refused("contact_without_sms"):
        await act("send_sms", number="Anna Office", message="Hello", trunk=TRUNK)
    assert not pbx.sms_sent
