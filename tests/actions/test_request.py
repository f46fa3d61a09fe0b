"""What the words of an action mean, and what is refused before anything is sent."""

from collections.abc import AsyncGenerator, Callable

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.yeastar.const import DOMAIN
from tests.simulator import Simulator

from .conftest import Act, Sent
from .words import refused


@pytest.mark.parametrize(
    "extension", ["1000", pytest.param(1000, id="int"), "Jayson", "jayson", " 1000 "]
)
async def test_an_extension_by_number_or_name(
    act: Act, sent: Sent, extension: object
) -> None:
    """A number, a number without quotes and the name of its user all work."""
    await act("dial", extension=extension, number="Amy")
    assert sent("extension/dial_extension") == [
        {"caller": "1000", "callee": "1002", "autoanswer": "no"}
    ]


async def test_an_extension_by_device(
    act: Act, sent: Sent, device_id: Callable[[str], str]
) -> None:
    """A device works for both sides."""
    await act("dial", extension=device_id("1000"), number=device_id("1002"))
    assert sent("extension/dial_extension") == [
        {"caller": "1000", "callee": "1002", "autoanswer": "no"}
    ]


async def test_an_unknown_extension(pbx: Simulator, act: Act) -> None:
    """An extension that does not exist is named."""
    before = len(pbx.requests)
    with refused("extension_not_found") as said:
        await act("dial", extension="1999", number="1000")
    assert "1999" in said.sentence
    assert len(pbx.requests) == before


async def test_an_ambiguous_extension(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, act: Act
) -> None:
    """Two people of one name are told apart by their numbers."""
    pbx.add_extension("1010", "Amy")
    await loaded.runtime_data.coordinator.async_refresh()
    with refused("extension_ambiguous") as said:
        await act("dial", extension="Amy", number="1000")
    assert "1002, 1010" in said.sentence


@pytest.mark.parametrize("key", ["", "trunk_SIP-142"])
async def test_a_device_that_is_no_extension(
    act: Act, device_id: Callable[[str], str], key: str
) -> None:
    """The PBX itself and a trunk cannot pick up a phone."""
    with refused("not_an_extension"):
        await act("dial", extension=device_id(key), number="1000")


@pytest.mark.parametrize(
    ("data", "given"),
    [({}, "-"), ({"extension": "1000", "call_id": "1.1"}, "extension, call_id")],
)
async def test_exactly_one_target(act: Act, data: dict[str, str], given: str) -> None:
    """None and two are refused, saying what was given."""
    with refused("one_of") as said:
        await act("hang_up", **data)
    assert given in said.sentence


@pytest.mark.parametrize("action", ["hang_up", "transfer"])
async def test_a_float_is_no_call_id(act: Act, action: str) -> None:
    """YAML has eaten the last zero of 1495700976.270; the hint says what to do."""
    target = {"extension": "1000"} if action == "transfer" else {}
    with refused("quote_it") as said:
        await act(action, call_id=1495700976.27, **target)
    assert "quotes" in said.sentence


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("+49 (30) 123-45.67", "+49301234567"),
        ("*72#", "*72#"),
        (41000, "41000"),
        ("06 11\u00a011\u201111", "06111111"),
        ("[41000]", "41000"),
        ("06/11 11\u201311", "06111111"),
        ("\u2068\u0660\u0661\u0661\u2069", "011"),
    ],
)
async def test_numbers_are_made_diallable(
    act: Act, sent: Sent, number: object, dialled: str
) -> None:
    """What people write for the eye is taken out."""
    await act("dial", extension="1000", number=number)
    assert sent("extension/dial_outbound")[0]["outto"] == dialled


@pytest.mark.parametrize(
    ("number", "character"),
    [
        ("0611x", "x"),
        ("06\u281111", "\u2811 (braille pattern dots-15, U+2811)"),
        ("06;11", ";"),
        ("Nobody", "N"),
    ],
)
async def test_characters_of_no_telephone(
    pbx: Simulator, act: Act, number: str, character: str
) -> None:
    """The sentence says which character cannot be dialled."""
    before = len(pbx.requests)
    with refused("number_character") as said:
        await act("dial", extension="1000", number=number)
    assert f"remove “{character}”" in said.sentence
    assert len(pbx.requests) == before


@pytest.mark.parametrize("number", ["", " ", "( ) -"])
async def test_an_empty_number(act: Act, number: str) -> None:
    """Nothing to dial is said so."""
    with refused("number_empty"):
        await act("dial", extension="1000", number=number)


# Which PBX


@pytest.fixture
async def second(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator
) -> AsyncGenerator[tuple[MockConfigEntry, Simulator]]:
    """Return a second PBX beside the first."""
    other = Simulator()
    other.state.device.sn = "999"
    await other.start()
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Annexe",
        unique_id="999",
        data={**loaded.data, "port": other.port, "webhook_id": "f" * 64},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry, other
    await hass.config_entries.async_unload(entry.entry_id)
    await other.stop()


async def test_several_pbxs(
    act: Act,
    sent: Sent,
    second: tuple[MockConfigEntry, Simulator],
    loaded: MockConfigEntry,
    device_id: Callable[[str], str],
) -> None:
    """With two PBXs, a device or the entry says which one is meant."""
    entry, other = second
    with pytest.raises(ServiceValidationError) as caught:
        await act("hang_up", extension="1000")
    assert caught.value.translation_key == (
        "service_found_multiple_config_entry_for_domain"
    )
    await act("dial", extension="1000", number="1002", config_entry_id=entry.entry_id)
    assert not sent("extension/dial_extension")
    assert other.calls
    await act("dial", extension=device_id("1000"), number="1002")
    assert sent("extension/dial_extension")
    with refused("device_of_another_pbx"):
        await act(
            "hang_up", extension=device_id("1000"), config_entry_id=entry.entry_id
        )


async def test_a_pbx_that_is_not_loaded(
    hass: HomeAssistant, act: Act, loaded: MockConfigEntry
) -> None:
    """An entry that is switched off, or was never there, is said so."""
    with pytest.raises(ServiceValidationError):
        await act("hang_up", extension="1000", config_entry_id="nonsense")
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(ServiceValidationError):
        await act("hang_up", extension="1000", config_entry_id=loaded.entry_id)


# Who may


async def test_administrators_and_automations_may_do_everything(
    act: Act, sent: Sent, hass_admin_user: User
) -> None:
    """An automation has no user; what it may was decided by who wrote it."""
    for user in (None, hass_admin_user):
        await act("dial", extension="1000", number="41000", user=user, auto_answer=True)
        await act("hang_up", extension="1000", user=user)
    assert len(sent("extension/dial_outbound")) == 2


async def test_an_ordinary_person(act: Act, sent: Sent, ordinary: User) -> None:
    """Who controls the extension may dial, but not open its microphone."""
    await act("dial", extension="1000", number="1002", user=ordinary)
    await act("hang_up", extension="1000", user=ordinary)
    await act("dial", extension="1000", number="41000", user=ordinary)
    with refused("auto_answer_administrators"):
        await act(
            "dial", extension="1000", number="1002", auto_answer=True, user=ordinary
        )


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("dial", {"extension": "1000", "number": "1002"}),
        ("hang_up", {"extension": "1000"}),
    ],
)
async def test_who_may_only_look(
    pbx: Simulator, act: Act, reader: User, action: str, data: dict[str, str]
) -> None:
    """A read-only user is refused before anything is sent."""
    before = len(pbx.requests)
    with pytest.raises(Unauthorized):
        await act(action, user=reader, **data)
    assert len(pbx.requests) == before


async def test_control_of_one_extension(
    hass: HomeAssistant, pbx: Simulator, act: Act, loaded: MockConfigEntry
) -> None:
    """The permission is that on the extension's state entity."""
    entity_id = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, f"{loaded.unique_id}_1000_state"
    )
    assert entity_id
    MockUser(is_owner=True).add_to_hass(hass)
    user = MockUser().add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {entity_id: {"control": True}}}})
    await act("dial", extension="1000", number="1002", user=user)
    with pytest.raises(Unauthorized):
        await act("dial", extension="1002", number="1000", user=user)
    # The call of the two is theirs as much as anybody's; one between others is not.
    other = pbx.outside_call("5503301", to="1003", trunk="SIP-142")
    await pbx.settle()
    with pytest.raises(Unauthorized):
        await act("hang_up", call_id=other.callid, user=user)


async def test_a_user_who_is_gone(
    hass: HomeAssistant, act: Act, ordinary: User
) -> None:
    """A person removed meanwhile does nothing any more."""
    await hass.auth.async_remove_user(ordinary)
    with pytest.raises(HomeAssistantError):
        await act("hang_up", extension="1000", user=ordinary)
