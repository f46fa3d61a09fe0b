"""The example office that a simulator starts with."""

from .state import (
    Extension,
    ExtensionStatus,
    Ivr,
    MonitorMode,
    Queue,
    RingGroup,
    State,
    Trunk,
)


def example_office() -> State:
    """Return an office after the vendor's samples."""
    state = State(prompts={"hello111", "appletest", "111", "1", "queue1", "queue2"})
    for extension in (
        Extension("1000", "Jayson", may_be_monitored=True),
        Extension("1001", "Erwin Co", status=ExtensionStatus.UNAVAILABLE),
        Extension("1002", "Amy", may_be_monitored=True),
        Extension("1003", "Ina Tang", may_dial_out=False),
        Extension("1005", "Supervisor", monitor_mode=MonitorMode.EXTENSIVE),
        Extension(
            "1006",
            "Front door",
            type="FXS",
            port="Span2-Port1",
            status=ExtensionStatus.IDLE,
            call_waiting=False,
        ),
    ):
        extension.reported = extension.status
        state.extensions[extension.number] = extension
    for trunk in (
        Trunk("SIP-142"),
        Trunk("FXO2-3", "FXO", "Idle", "Span2-Port3"),
        Trunk("FXO2-4", "FXO", "Fault", "Span2-Port4"),
        Trunk("GSM-trunk", "GSM", "Idle", "Span2-Port7"),
        Trunk("GSM2-8", "GSM", "No SIM", "Span2-Port8"),
    ):
        state.trunks[trunk.name] = trunk
    state.ivrs["6500"] = Ivr("6500", "Welcome", {"1": "1000", "2": "6700"})
    state.queues["6700"] = Queue("6700", "Support", ["1000", "1002", "1003"])
    state.ring_groups["6200"] = RingGroup("6200", "Sales", ["1000", "1002"])
    return state


def household() -> State:
    """Return the house of the demo: rooms, people, a way out and one broken line."""
    state = State(prompts={"dinner", "doorbell", "alarm"}, record_calls=True)
    state.device.utc_offset = 1
    for extension in (
        Extension("1000", "Kitchen", may_be_monitored=True),
        Extension("1001", "Office", monitor_mode=MonitorMode.EXTENSIVE),
        Extension("1002", "Anna", may_be_monitored=True),
        Extension("1003", "Workshop"),
        Extension(
            "1004",
            "Front door",
            type="FXS",
            port="Span2-Port1",
            status=ExtensionStatus.IDLE,
            call_waiting=False,
            may_dial_out=False,
        ),
        Extension("1005", "Guest room", status=ExtensionStatus.UNAVAILABLE),
    ):
        extension.reported = extension.status
        state.extensions[extension.number] = extension
    for trunk in (
        Trunk("SIP-Home"),
        Trunk("GSM-Mobile", "GSM", "Idle", "Span2-Port7"),
        Trunk("FXO2-4", "FXO", "Fault", "Span2-Port4"),
    ):
        state.trunks[trunk.name] = trunk
    state.ivrs["6500"] = Ivr("6500", "Welcome", {"1": "1000", "2": "6700"})
    state.queues["6700"] = Queue("6700", "Workshop orders", ["1001", "1003"])
    state.ring_groups["6200"] = RingGroup("6200", "Whole house", ["1000", "1002"])
    return state
