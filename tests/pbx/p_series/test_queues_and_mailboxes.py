"""What only a P-Series has: queues with agents, mailboxes, contacts, presence, capacity."""

import pytest

from custom_components.yeastar.pbx.errors import PbxRefusedError, Refusal
from custom_components.yeastar.pbx.models import (
    AttendedStep,
    Capacity,
    ExtensionChange,
    Presence,
    RecordingStep,
)
from tests.simulator.p_series.state import Contact

from .house import House

JAYSON, AMY, INA = "1000", "1002", "1003"
MUM, TRUNK = "5503301", "SIP-142"


def queue_of(house: House) -> str:
    """Return the number of the only queue."""
    (number,) = house.box.state.queues
    return number


# Queues


async def test_an_idle_queue(house: House) -> None:
    """The PBX answers that it found nothing, which means that nothing goes on."""
    status = await house.pbx.queue_status(queue_of(house))
    assert (status.waiting, status.ringing, status.active) == (0, 0, 0)
    assert {agent.number for agent in status.agents} == set(
        house.box.state.queues[queue_of(house)].agents
    )
    assert all(agent.free for agent in status.agents if agent.logged_in)


async def test_a_caller_in_a_queue(house: House) -> None:
    """It waits, rings an agent, and talks with it."""
    house.box.outside_call(MUM, to=queue_of(house), trunk=TRUNK)
    await house.settle()
    status = await house.pbx.queue_status(queue_of(house))
    assert status.waiting + status.ringing >= 1


async def test_an_agent_logs_out_and_pauses(house: House) -> None:
    """By the ids of the extension and of the queue, which are not their numbers."""
    queue = queue_of(house)
    agents = house.box.state.queues[queue].agents
    dynamic = next(a.number for a in agents.values() if a.is_dynamic)
    await house.pbx.log_agent(queue, dynamic, login=False)
    assert not agents[dynamic].is_logged_in
    await house.pbx.log_agent(queue, dynamic, login=True)
    await house.pbx.pause_agent(queue, dynamic, pause=True)
    assert agents[dynamic].is_logged_in
    assert agents[dynamic].is_paused
    status = await house.pbx.queue_status(queue)
    (agent,) = [agent for agent in status.agents if agent.number == dynamic]
    assert (agent.logged_in, agent.paused, agent.free) == (True, True, False)
    await house.pbx.pause_agent(queue, dynamic, pause=False)
    assert not agents[dynamic].is_paused


async def test_a_queue_that_is_not_there(house: House) -> None:
    """It is refused before anything but the list is asked for."""
    with pytest.raises(PbxRefusedError) as caught:
        await house.pbx.queue_status("6999")
    assert caught.value.reason is Refusal.QUEUE_UNKNOWN


# Mailboxes


async def test_a_voicemail_is_listed_played_and_marked_as_read(house: House) -> None:
    """Each message has an id of its own."""
    call = house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.voicemail(call)
    house.box.outside_hangs_up(call)
    (message,) = await house.pbx.voicemails([JAYSON])
    assert (message.mailbox, message.caller, message.is_read) == (JAYSON, MUM, False)

    async with house.pbx.voicemail_sound(message.id) as sound:
        assert b"".join([piece async for piece in sound.pieces()]).startswith(b"RIFF")
    await house.pbx.mark_voicemail_read(message.id)
    (message,) = await house.pbx.voicemails([JAYSON])
    assert message.is_read


async def test_a_file_of_another_place_is_not_asked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token would go there."""

    async def elsewhere(endpoint: str, *args: object) -> dict[str, object]:
        return {"errcode": 0, "download_resource_url": "/other/place"}

    monkeypatch.setattr(house.pbx.session, "get", elsewhere)
    with pytest.raises(Exception, match="another place"):
        async with house.pbx.voicemail_sound("1"):
            pass


async def test_company_contacts(house: House) -> None:
    """With all their numbers, in the order of the PBX's page."""
    house.box.state.contacts[7] = Contact(
        7, "Anna", numbers={"mobile_number": "0611", "business_number": "0622"}
    )
    contacts = await house.pbx.company_contacts()
    assert [(c.name, c.numbers) for c in contacts if c.name.startswith("Anna")] == [
        ("Anna", ("0622", "0611"))
    ]


async def test_how_many_calls_live(house: House) -> None:
    """Beside how many may."""
    house.box.internal_call(JAYSON, AMY)
    assert await house.pbx.capacity() == Capacity(
        calls=1, most_calls=house.box.state.device.call_capacity
    )


# Presence


async def test_presence_is_told_by_event_and_list(house: House) -> None:
    """The event comes at once."""
    house.box.set_presence(JAYSON, Presence.LUNCH)
    await house.settle()
    assert house.pbx.inventory.extensions[JAYSON].presence == Presence.LUNCH
    house.box.state.extensions[AMY].presence = Presence.AWAY
    await house.pbx.poll(slowly=False)
    assert house.pbx.inventory.extensions[AMY].presence == Presence.AWAY


async def test_presence_is_set(house: House) -> None:
    """By the id of the extension, and nothing else is sent."""
    await house.pbx.update_extension(JAYSON, ExtensionChange(presence=Presence.AWAY))
    extension = house.box.state.extensions[JAYSON]
    assert extension.presence == Presence.AWAY
    (request,) = [r for r in house.box.requests if r.endpoint == "extension/update"]
    assert request.body == {"id": extension.id, "presence_status": "away"}


# Calls


async def talk(house: House) -> None:
    """Let Jayson and Amy talk."""
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()


async def test_a_call_is_parked(house: House) -> None:
    """The other side waits in the slot that the PBX names."""
    await talk(house)
    slot = await house.pbx.park(JAYSON)
    assert slot
    await house.settle()
    assert house.state(AMY) == "in_call"
    assert house.state(JAYSON) == "idle"


async def test_an_attended_transfer(house: House) -> None:
    """The extension asks first, and leaves then."""
    await talk(house)
    await house.pbx.consult(JAYSON, INA, permission_of="")
    house.box.answer(INA)
    await house.settle()
    await house.pbx.continue_transfer(JAYSON, AttendedStep.COMPLETE)
    await house.settle()
    assert house.state(JAYSON) == "idle"
    assert house.state(AMY) == house.state(INA) == "in_call"


async def test_an_attended_transfer_that_is_cancelled(house: House) -> None:
    """The two who talked talk again."""
    await talk(house)
    await house.pbx.consult(JAYSON, INA, permission_of="")
    house.box.answer(INA)
    await house.settle()
    await house.pbx.continue_transfer(JAYSON, AttendedStep.CANCEL)
    await house.settle()
    assert house.state(INA) == "idle"
    assert house.state(AMY) == "in_call"


async def test_a_third_party_joins(house: House) -> None:
    """It is rung, and talks with both."""
    await talk(house)
    await house.pbx.add_member(JAYSON, INA, permission_of="")
    await house.settle()
    assert house.state(INA) == "ringing"
    house.box.answer(INA)
    await house.settle()
    assert {house.state(n) for n in (JAYSON, AMY, INA)} == {"in_call"}


async def test_a_call_is_recorded_in_parts(house: House) -> None:
    """Started, paused and gone on with."""
    await talk(house)
    (call,) = house.box.calls.values()
    for step, recorded, paused in (
        (RecordingStep.START, True, False),
        (RecordingStep.PAUSE, True, True),
        (RecordingStep.RESUME, True, False),
    ):
        await house.pbx.record(JAYSON, step)
        assert (call.recorded, call.paused) == (recorded, paused)


async def test_an_extension_without_a_call(house: House) -> None:
    """It is asked for once, and the error says that there is none."""
    with pytest.raises(PbxRefusedError) as caught:
        await house.pbx.park(JAYSON)
    assert caught.value.reason is Refusal.CALL_UNKNOWN
