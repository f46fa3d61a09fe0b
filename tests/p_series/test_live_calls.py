"""What only a P-Series does to living calls: park, ask first, invite, record."""

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import ADMINISTRATORS, CONF_OUTSIDE_CALLS, DOMAIN
from tests.actions.words import refused
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.calls import Call, MemberStatus

from .conftest import Act, body_of, deliver, pass_time

TRUNK = "SIP-142"


@pytest.fixture
async def call(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> Call:
    """Return a call from outside that Jayson answered."""
    call = pbx.outside_call("5503301", to="1000", trunk=TRUNK)
    pbx.answer("1000")
    await deliver(hass, pbx)
    return call


def numbers(call: Call) -> set[str]:
    """Return who is in a call."""
    return {member.number for member in call.living}


def holds(call: Call, number: str) -> bool:
    """Return whether a member has a call on hold."""
    (member,) = (member for member in call.living if member.number == number)
    return member.status is MemberStatus.HOLD


# Parking


async def test_a_call_is_parked(pbx: PSeriesSimulator, call: Call, act: Act) -> None:
    """The phone is free, the caller waits in the slot that is answered."""
    answer = await act("park", extension="Jayson")
    assert answer == {"slot": call.slot} == {"slot": "6000"}
    assert numbers(call) == {"5503301"}


async def test_a_call_is_parked_in_a_slot_that_is_meant(call: Call, act: Act) -> None:
    """If it is free."""
    await act("park", extension="1000", slot="6003")
    assert call.slot == "6003"


async def test_a_phone_without_a_call_parks_none(act: Act) -> None:
    """In words."""
    with refused("pbx_no_call", HomeAssistantError):
        await act("park", extension="1002")


async def test_another_phone_takes_the_parked_call(
    hass: HomeAssistant, pbx: PSeriesSimulator, call: Call, act: Act
) -> None:
    """It rings first; once it is answered, it talks with who was parked."""
    slot = (await act("park", extension="Jayson"))["slot"]
    await act("retrieve", extension="Amy", slot=slot)
    body = body_of(pbx, "call/dial")
    assert body == {"caller": "1002", "callee": slot, "auto_answer": "no"}
    assert state_of(hass, "sensor.amy") == "ringing"
    pbx.answer("1002")
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    assert numbers(call) == {"5503301", "1002"}
    assert state_of(hass, "sensor.amy") == "in_call"
    assert state_of(hass, "sensor.jayson") == "idle"
    assert state_of(hass, "sensor.amy_connected_party") == "5503301"


async def test_the_call_of_a_phone_that_took_a_parked_one_ends_once(
    hass: HomeAssistant, pbx: PSeriesSimulator, call: Call, act: Act
) -> None:
    """No call stays when the parked party hangs up."""
    await act("park", extension="Jayson")
    await act("retrieve", extension="1002", slot="6000")
    pbx.answer("1002")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert state_of(hass, "sensor.amy") == "idle"
    assert (await act("get_calls")) == {"calls": []}


async def test_a_slot_where_nobody_waits(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, act: Act
) -> None:
    """The PBX tells it when the phone was answered; the call is over then."""
    await act("retrieve", extension="1002", slot="6001")
    pbx.answer("1002")
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert state_of(hass, "sensor.amy") == "idle"
    assert (await act("get_calls")) == {"calls": []}


async def test_a_slot_is_a_number(loaded: MockConfigEntry, act: Act) -> None:
    """Nothing else is dialled."""
    with refused("number_character"):
        await act("retrieve", extension="1002", slot="here")


# Attended transfer


async def test_a_transfer_after_asking(
    hass: HomeAssistant, pbx: PSeriesSimulator, call: Call, act: Act
) -> None:
    """The caller is held, and talks with the destination in the end."""
    answer = await act(
        "transfer", call_id=call.call_id, mode="attended", extension="1002"
    )
    assert answer == {"call_id": call.call_id}
    assert state_of(hass, "sensor.amy") == "ringing"
    pbx.answer("1002")
    await deliver(hass, pbx)
    await act("transfer", call_id=call.call_id, mode="attended", step="complete")
    assert numbers(call) == {"5503301", "1002"}


async def test_a_transfer_that_is_cancelled(
    pbx: PSeriesSimulator, call: Call, act: Act
) -> None:
    """The second call ends, the first is as it was."""
    await act("transfer", call_id=call.call_id, mode="attended", extension="1002")
    pbx.answer("1002")
    await act("transfer", call_id=call.call_id, mode="attended", step="cancel")
    assert numbers(call) == {"5503301", "1000"}


async def test_all_three_talk(pbx: PSeriesSimulator, call: Call, act: Act) -> None:
    """In one call."""
    await act("transfer", call_id=call.call_id, mode="attended", extension="1002")
    pbx.answer("1002")
    await act("transfer", call_id=call.call_id, mode="attended", step="three_way")
    assert numbers(call) == {"5503301", "1000", "1002"}


async def test_swapping_who_is_talked_to(
    pbx: PSeriesSimulator, call: Call, act: Act
) -> None:
    """The caller is heard again, and the destination waits."""
    await act("transfer", call_id=call.call_id, mode="attended", extension="1002")
    pbx.answer("1002")
    assert holds(call, "1000")
    await act("transfer", call_id=call.call_id, mode="attended", step="swap")
    assert not holds(call, "1000")
    await act("transfer", call_id=call.call_id, mode="attended", step="swap")
    assert holds(call, "1000")


async def test_a_phone_that_called_transfers_as_well(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, act: Act
) -> None:
    """It is the one that talks in the call, too."""
    call = pbx.outgoing_call("1000", "5503302", TRUNK)
    pbx.answer_outside(call)
    await deliver(hass, pbx)
    await act("transfer", call_id=call.call_id, mode="attended", extension="1002")
    pbx.answer("1002")
    await act("transfer", call_id=call.call_id, mode="attended", step="complete")
    assert numbers(call) == {"5503302", "1002"}


@pytest.mark.parametrize("permission", [{}, {"permission_of": "1002"}])
async def test_a_number_outside_is_asked_first(
    pbx: PSeriesSimulator, call: Call, act: Act, permission: dict[str, str]
) -> None:
    """With the permission that is given, or that of the phone in the call."""
    await act(
        "transfer",
        call_id=call.call_id,
        mode="attended",
        number="0611111111",
        **permission,
    )
    body = body_of(pbx, "call/transfer")
    assert body["number"] == "0611111111"
    assert body["dial_permission"] == permission.get("permission_of", "1000")


async def test_a_step_of_a_transfer_takes_no_destination(call: Call, act: Act) -> None:
    """Where the call goes was said when it began."""
    with refused("step_without_destination"):
        await act(
            "transfer",
            call_id=call.call_id,
            mode="attended",
            step="complete",
            extension="1002",
        )


async def test_a_step_without_asking(call: Call, act: Act) -> None:
    """A blind transfer has none."""
    with refused("step_of_attended"):
        await act("transfer", call_id=call.call_id, step="complete")


async def test_a_transfer_that_was_not_begun_is_not_completed(
    call: Call, act: Act
) -> None:
    """The PBX refuses it."""
    with refused("pbx_operation_failed", HomeAssistantError):
        await act("transfer", call_id=call.call_id, mode="attended", step="complete")


async def test_a_call_that_rings_cannot_ask(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, act: Act
) -> None:
    """No phone talks in it."""
    call = pbx.outside_call("5503301", to="1000", trunk=TRUNK)
    await deliver(hass, pbx)
    with refused("transfer_not_answered"):
        await act("transfer", call_id=call.call_id, mode="attended", extension="1002")


# One more party


async def test_an_extension_is_invited(
    hass: HomeAssistant, pbx: PSeriesSimulator, call: Call, act: Act
) -> None:
    """The call goes on meanwhile, and has three parties then."""
    await act("add_member", extension="1000", number="Amy")
    assert state_of(hass, "sensor.amy") == "ringing"
    pbx.answer("1002")
    assert numbers(call) == {"5503301", "1000", "1002"}


@pytest.mark.parametrize("permission", [{}, {"permission_of": "1002"}])
async def test_a_number_outside_is_invited(
    pbx: PSeriesSimulator, call: Call, act: Act, permission: dict[str, str]
) -> None:
    """With the permission that is given, or that of the phone in the call."""
    await act("add_member", extension="1000", number="0611111111", **permission)
    body = body_of(pbx, "call/add_member")
    assert body["dial_permission"] == permission.get("permission_of", "1000")


# Recording


async def test_a_call_is_recorded(call: Call, act: Act) -> None:
    """From now on, with pauses."""
    await act("record", extension="1000")
    assert (call.recorded, call.paused) == (True, False)
    await act("record", extension="1000", step="pause")
    assert call.paused
    await act("record", extension="1000", step="resume")
    assert not call.paused


# Who may


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("park", {"extension": "1000"}),
        ("retrieve", {"extension": "1002", "slot": "6000"}),
        ("add_member", {"extension": "1000", "number": "1002"}),
        ("record", {"extension": "1000"}),
        ("transfer", {"mode": "attended", "extension": "1002"}),
    ],
)
async def test_who_may_not_control_the_phone(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    call: Call,
    hass_read_only_user: User,
    name: str,
    data: dict[str, str],
) -> None:
    """Nothing is sent to the PBX."""
    if name == "transfer":
        data = {**data, "call_id": call.call_id}
    before = len(pbx.requests)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            name,
            data,
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert not [r for r in pbx.requests[before:] if r.method == "POST"]


async def test_numbers_outside_may_be_left_to_administrators(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    call: Call,
    hass_admin_user: User,
) -> None:
    """Those who are not invite extensions only."""
    options = {CONF_OUTSIDE_CALLS: ADMINISTRATORS}
    hass.config_entries.async_update_entry(loaded, options=options)
    user = await hass.auth.async_create_user("Amy", group_ids=["system-users"])
    context = Context(user_id=user.id)
    data = {"extension": "1000", "number": "0611111111"}
    with refused("outside_administrators"):
        await hass.services.async_call(
            DOMAIN, "add_member", data, blocking=True, context=context
        )


# A PBX that cannot


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("park", {"extension": "1000"}),
        ("retrieve", {"extension": "1002", "slot": "6000"}),
        ("add_member", {"extension": "1000", "number": "1002"}),
        ("record", {"extension": "1000"}),
    ],
)
async def test_another_pbx_refuses_in_words(
    hass: HomeAssistant, s_series: MockConfigEntry, name: str, data: dict[str, str]
) -> None:
    """Its API knows no such thing."""
    with refused("pbx_unsupported_request", HomeAssistantError):
        await hass.services.async_call(DOMAIN, name, data, blocking=True)


@pytest.mark.parametrize("step", ["start", "complete", "cancel", "three_way", "swap"])
async def test_another_pbx_cannot_ask_first(
    hass: HomeAssistant, s_series: MockConfigEntry, step: str
) -> None:
    """The sentence says how the call can be transferred, and nothing is sent."""
    data = {"call_id": "1495700976.275", "mode": "attended", "step": step}
    if step == "start":
        data["extension"] = "1002"
    with refused("attended_unsupported") as said:
        await hass.services.async_call(DOMAIN, "transfer", data, blocking=True)
    assert "This PBX cannot ask the destination first" in said.sentence
