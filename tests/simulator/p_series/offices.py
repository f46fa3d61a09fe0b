"""The offices of the S-Series simulator on a P-Series: same numbers and names, new ids."""

import time

from tests.simulator import offices
from tests.simulator.state import State as SeriesSState

from .records import Archive
from .state import Agent, GroupMailbox, Ivr, Queue, RingGroup, State, TrunkStatus

TRUNK_STATUS = {
    "Registered": TrunkStatus.IDLE,
    "Idle": TrunkStatus.IDLE,
    "Fault": TrunkStatus.FXO_FAULT,
    "No SIM": TrunkStatus.NO_SIM,
}
FIRST_PHONE = 2000


def example_office() -> State:
    """Return the office after the vendor's samples."""
    return _moved(offices.example_office())


def household() -> State:
    """Return the house of the demo: rooms, people, a way out and one broken line.

    All who live there share a mailbox.
    """
    state = _moved(offices.household())
    family = ["1000", "1001", "1002", "1003"]
    state.mailboxes["6100"] = GroupMailbox(1, "6100", "Family", family)
    return state


def leave_messages(archive: Archive) -> None:
    """Let callers of the house have left messages in the last two days."""
    for mailbox, caller, hours, seconds, is_read in (
        ("6100", "01705550134", 26, 31, True),
        ("6100", "0305550127", 5, 18, False),
        ("6100", "06905550188", 1, 12, False),
        ("1002", "01525550171", 3, 9, False),
    ):
        received = time.time() - hours * 3600
        archive.leave(mailbox, caller, received, seconds, is_read=is_read)


def large_office(extensions: int = 500) -> State:
    """Return an office with many phones, for measurements."""
    state = State()
    for number in range(FIRST_PHONE, FIRST_PHONE + extensions):
        state.add_extension(str(number), f"Phone {number}")
    state.device.extension_capacity = max(500, extensions)
    state.add_trunk("SIP-142")
    return state


def _moved(old: SeriesSState) -> State:
    """Return a P-Series with what is configured on an S-Series."""
    state = State(prompts=set(old.prompts), record_calls=old.record_calls)
    state.device.utc_offset = old.device.utc_offset
    for phone in old.extensions.values():
        extension = state.add_extension(
            phone.number,
            phone.username,
            type=phone.type,
            call_waiting=phone.call_waiting,
            may_dial_out=phone.may_dial_out,
            may_be_monitored=phone.may_be_monitored,
            monitor_mode=phone.monitor_mode,
        )
        extension.devices = dict.fromkeys(extension.devices, phone.ready)
    for line in old.trunks.values():
        kind = "peer" if line.type == "SIP" else line.type
        state.add_trunk(line.name, kind, status=TRUNK_STATUS[line.status])
    for menu in old.ivrs.values():
        ivr = Ivr(state.new_id("ivr"), menu.number, menu.name, dict(menu.keys))
        state.ivrs[ivr.number] = ivr
    for line_up in old.queues.values():
        agents = {
            number: Agent(number, is_dynamic=index > 0)
            for index, number in enumerate(line_up.agents)
        }
        queue = Queue(state.new_id("queue"), line_up.number, line_up.name, agents)
        state.queues[queue.number] = queue
    for old_group in old.ring_groups.values():
        group = RingGroup(
            state.new_id("ring_group"),
            old_group.number,
            old_group.name,
            list(old_group.members),
        )
        state.ring_groups[group.number] = group
    return state
