"""What a PBX is and has: learned from queries and reports, and forgotten with care."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
import logging

import pytest

from custom_components.yeastar.pbx.inventory import (
    ABSENCES_TO_REMOVE,
    MAX_WORDS,
    UPTIME_JITTER,
    Inventory,
)
from custom_components.yeastar.pbx.models import (
    Device,
    Extension,
    ExtensionState,
    Listing,
    Trunk,
    TrunkState,
)

NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
IDLE, RINGING = ExtensionState.IDLE, ExtensionState.RINGING
AWAY = ExtensionState.UNREGISTERED
DEVICE = Device(
    name="Yeastar S100",
    serial_number="369364835218",
    hardware_version="V1.30",
    firmware_version="30.10.0.67",
    local_time=datetime(2026, 11, 28, 4, 0, 0),
    zone=timezone(timedelta(hours=-8)),
    uptime=timedelta(days=3),
)
LINE = Trunk(name="Line", state=TrunkState.REGISTERED, status="Registered", type="SIP")
GSM = Trunk(name="GSM", state=TrunkState.IDLE, status="Idle", type="GSM")


@pytest.fixture
def inventory() -> Inventory:
    """Return an inventory of a PBX that nothing is known of."""
    return Inventory("Home")


def phone(number: str, state: ExtensionState | None = IDLE, **fields: str) -> Extension:
    """Return an extension."""
    return Extension(number=number, name=fields.pop("name", number), state=state)


def phones(*extensions: Extension, complete: bool = True) -> Listing[Extension]:
    """Return a list of extensions."""
    return Listing(items=extensions, complete=complete)


def lines(*trunks: Trunk, complete: bool = True) -> Listing[Trunk]:
    """Return a list of trunks."""
    return Listing(items=trunks, complete=complete)


# The PBX itself


def test_nothing_is_known_at_first(inventory: Inventory) -> None:
    """And nothing changed."""
    assert inventory.device is None
    assert inventory.utc_offset is None
    assert inventory.last_restart is None
    assert (inventory.extensions, inventory.trunks, inventory.states) == ({}, {}, {})
    assert inventory.registered == 0
    assert not inventory.knows_trunks
    assert not inventory.device_changed
    assert not inventory.members_changed


def test_the_pbx_tells_what_it_is(inventory: Inventory) -> None:
    """With its clock and its start."""
    inventory.apply_device(DEVICE, NOW)

    assert inventory.device == DEVICE
    assert inventory.utc_offset == timedelta(hours=-8)
    assert inventory.last_restart == NOW - timedelta(days=3)
    assert inventory.device_changed
    assert not inventory.members_changed


def test_a_clock_that_goes_on_is_no_change(inventory: Inventory) -> None:
    """No entity shows it, but the newest is kept."""
    inventory.apply_device(DEVICE, NOW)
    inventory.forget_changes()
    later = replace(
        DEVICE,
        local_time=datetime(2026, 11, 28, 4, 5, 0),
        uptime=timedelta(days=3, minutes=5),
    )

    inventory.apply_device(later, NOW + timedelta(minutes=5))

    assert inventory.device == later
    assert not inventory.device_changed
    assert not inventory.members_changed


@pytest.mark.parametrize("jitter", [UPTIME_JITTER, -UPTIME_JITTER], ids=["+", "-"])
def test_clocks_that_jitter_are_no_restart(
    jitter: timedelta, inventory: Inventory
) -> None:
    """By two minutes at most."""
    inventory.apply_device(DEVICE, NOW)
    inventory.forget_changes()

    inventory.apply_device(replace(DEVICE, uptime=timedelta(days=3) + jitter), NOW)

    assert inventory.last_restart == NOW - timedelta(days=3)
    assert not inventory.device_changed


def test_a_restart_is_a_change(inventory: Inventory) -> None:
    """It is later than the one before."""
    inventory.apply_device(DEVICE, NOW)
    inventory.forget_changes()

    inventory.apply_device(replace(DEVICE, uptime=timedelta(minutes=1)), NOW)

    assert inventory.last_restart == NOW - timedelta(minutes=1)
    assert inventory.device_changed
    assert not inventory.members_changed


def test_a_restart_is_known_to_the_second(inventory: Inventory) -> None:
    """In UTC, whatever the zone of the time that is given."""
    local = NOW.replace(microsecond=999_999).astimezone(timezone(timedelta(hours=1)))

    inventory.apply_device(DEVICE, local)

    assert inventory.last_restart == NOW - timedelta(days=3)
    assert inventory.last_restart.tzinfo is UTC


def test_a_pbx_that_does_not_tell_its_uptime_keeps_its_restart(
    inventory: Inventory,
) -> None:
    """The one that is known."""
    inventory.apply_device(DEVICE, NOW)

    inventory.apply_device(replace(DEVICE, uptime=None), NOW)

    assert inventory.last_restart == NOW - timedelta(days=3)


def test_a_clock_that_is_set_is_a_change(inventory: Inventory) -> None:
    """Wake-up calls follow it."""
    inventory.apply_device(DEVICE, NOW)
    inventory.forget_changes()

    summer = datetime(2026, 11, 28, 5, 0, 0)
    inventory.apply_device(replace(DEVICE, local_time=summer), NOW)

    assert inventory.utc_offset == timedelta(hours=-7)
    assert inventory.device_changed


@pytest.mark.parametrize(
    "changed",
    [
        replace(DEVICE, firmware_version="30.11.0.7"),
        replace(DEVICE, name="Yeastar S300"),
    ],
    ids=["firmware", "name"],
)
def test_new_firmware_and_a_new_name_change_the_device_registry(
    changed: Device, inventory: Inventory
) -> None:
    """As extensions that came or went do."""
    inventory.apply_device(DEVICE, NOW)
    inventory.forget_changes()

    inventory.apply_device(changed, NOW)

    assert inventory.device_changed
    assert inventory.members_changed


# Trunks


def test_new_trunks_are_told(inventory: Inventory) -> None:
    """Each by its name."""
    inventory.apply_trunks(lines(LINE, GSM))

    assert inventory.trunks == {"Line": LINE, "GSM": GSM}
    assert inventory.changed_trunks == {"Line", "GSM"}
    assert inventory.members_changed


def test_trunks_that_are_as_before_are_not_told(inventory: Inventory) -> None:
    """Once is enough."""
    inventory.apply_trunks(lines(LINE, GSM))
    inventory.forget_changes()

    inventory.apply_trunks(lines(LINE, replace(GSM)))

    assert inventory.changed_trunks == set()
    assert not inventory.members_changed


def test_the_state_of_a_trunk_changes_it_alone(inventory: Inventory) -> None:
    """The device registry shows no states."""
    inventory.apply_trunks(lines(LINE, GSM))
    inventory.forget_changes()
    broken = replace(GSM, state=TrunkState.NO_SIM, status="No SIM")

    inventory.apply_trunk(broken)

    assert inventory.trunks["GSM"] == broken
    assert inventory.changed_trunks == {"GSM"}
    assert not inventory.members_changed


def test_another_type_of_a_trunk_changes_the_device_registry(
    inventory: Inventory,
) -> None:
    """It names the type."""
    inventory.apply_trunks(lines(LINE))
    inventory.forget_changes()

    inventory.apply_trunk(replace(LINE, type="IAX"))

    assert inventory.members_changed


@pytest.mark.parametrize("complete", [True, False])
def test_a_complete_list_makes_the_trunks_known(
    complete: bool, inventory: Inventory
) -> None:
    """Even an empty one; an incomplete one does not."""
    inventory.apply_trunks(lines(complete=complete))

    assert inventory.knows_trunks is complete
    assert inventory.has_all_trunks is complete


def test_trunks_that_are_awaited_are_not_all_known(inventory: Inventory) -> None:
    """Until a list has them, or they are gone."""
    inventory.expect((), ["Line", "GSM"])

    inventory.apply_trunks(lines(LINE))
    assert inventory.knows_trunks
    assert not inventory.has_all_trunks

    inventory.apply_trunks(lines(LINE, GSM))
    assert inventory.has_all_trunks


# Extensions


def test_new_extensions_are_told(inventory: Inventory) -> None:
    """With what they do, and how many could ring."""
    inventory.apply_extensions(phones(phone("1000"), phone("1001", AWAY)), 1)

    assert list(inventory.extensions) == ["1000", "1001"]
    assert inventory.states == {"1000": IDLE, "1001": AWAY}
    assert inventory.registered == 1
    assert inventory.changed_extensions == {"1000", "1001"}
    assert inventory.members_changed
    assert not inventory.unreported
    assert inventory.registrations == []


def test_extensions_that_are_as_before_are_not_told(inventory: Inventory) -> None:
    """Neither the same rows nor equal ones."""
    listing = phones(phone("1000"), phone("1001", AWAY))
    inventory.apply_extensions(listing, 1)
    inventory.forget_changes()

    inventory.apply_extensions(listing, 2)
    inventory.apply_extensions(phones(phone("1000"), phone("1001", AWAY)), 3)

    assert inventory.changed_extensions == set()
    assert not inventory.members_changed
    assert not inventory.device_changed
    assert not inventory.unreported


def test_a_new_name_changes_the_device_registry(inventory: Inventory) -> None:
    """The state alone does not."""
    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.forget_changes()

    inventory.apply_extensions(phones(phone("1000", RINGING)), 2)
    assert (inventory.changed_extensions, inventory.members_changed) == (
        {"1000"},
        False,
    )

    inventory.apply_extensions(phones(phone("1000", RINGING, name="Kitchen")), 3)
    assert inventory.members_changed


@pytest.mark.parametrize(
    ("before", "after", "registered"),
    [(AWAY, IDLE, 1), (IDLE, AWAY, 0), (None, RINGING, 1), (RINGING, None, 0)],
)
def test_phones_that_come_and_go_are_told(
    before: ExtensionState | None,
    after: ExtensionState | None,
    registered: int,
    inventory: Inventory,
) -> None:
    """They are counted by the PBX; one in an unknown state could not ring."""
    inventory.apply_extensions(phones(phone("1000", before)), 1)
    inventory.forget_changes()

    assert inventory.apply_state("1000", after, "word", 2)

    assert inventory.registered == registered
    assert inventory.device_changed
    assert inventory.registrations == [inventory.extensions["1000"]]


def test_what_a_phone_does_changes_no_count(inventory: Inventory) -> None:
    """It could ring before, and can after."""
    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.forget_changes()

    inventory.apply_state("1000", RINGING, "Ringing", 2)

    assert inventory.is_busy("1000")
    assert inventory.registered == 1
    assert not inventory.device_changed
    assert inventory.registrations == []


@pytest.mark.parametrize(
    ("state", "busy"),
    [
        (IDLE, False),
        (RINGING, True),
        (ExtensionState.IN_CALL, True),
        (ExtensionState.ON_HOLD, True),
        (AWAY, False),
        (None, False),
    ],
)
def test_a_phone_that_rings_or_talks_is_busy(
    state: ExtensionState | None, busy: bool, inventory: Inventory
) -> None:
    """On hold as well."""
    inventory.apply_extensions(phones(phone("1000", state)), 1)

    assert inventory.is_busy("1000") is busy
    assert not inventory.is_busy("9999")


def test_extensions_that_are_not_shown_are_not_counted(inventory: Inventory) -> None:
    """But they are known, and what they do changes them."""
    inventory.is_shown = {"1000", "1001"}.__contains__

    inventory.apply_extensions(
        phones(phone("1000"), phone("1001", AWAY), phone("1002")), 1
    )
    assert [e.number for e in inventory.shown_extensions] == ["1000", "1001"]
    assert set(inventory.extensions) == {"1000", "1001", "1002"}
    assert inventory.shown == 2
    assert inventory.registered == 1
    inventory.forget_changes()

    inventory.apply_state("1002", AWAY, "Unavailable", 2)
    assert inventory.registered == 1
    assert not inventory.device_changed
    assert inventory.changed_extensions == {"1002"}


# Which of two is newer


def test_a_query_finds_what_no_report_told(inventory: Inventory) -> None:
    """That proves that reports are missing."""
    inventory.apply_extensions(phones(phone("1000")), 1)

    inventory.apply_extensions(phones(phone("1000", RINGING)), 2)

    assert inventory.unreported
    inventory.forget_changes()
    assert not inventory.unreported


def test_a_new_name_proves_nothing(inventory: Inventory) -> None:
    """Reports do not tell names."""
    inventory.apply_extensions(phones(phone("1000")), 1)

    inventory.apply_extensions(phones(phone("1000", name="Kitchen")), 2)

    assert not inventory.unreported


def test_a_query_that_finds_what_a_report_told_proves_nothing(
    inventory: Inventory,
) -> None:
    """The report came first."""
    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.apply_state("1000", RINGING, "", 2)

    inventory.apply_extensions(phones(phone("1000", RINGING)), 3)

    assert not inventory.unreported


def test_a_query_that_was_sent_before_a_report_does_not_undo_it(
    inventory: Inventory,
) -> None:
    """It still tells the name; a later one is believed."""
    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.apply_state("1000", RINGING, "Ringing", 3)

    inventory.apply_extensions(phones(phone("1000", name="Kitchen")), 2)

    found = inventory.extensions["1000"]
    assert (found.name, found.state, found.status) == ("Kitchen", RINGING, "Ringing")
    assert inventory.states["1000"] is RINGING
    assert not inventory.unreported

    inventory.apply_extensions(phones(phone("1000", name="Kitchen")), 4)
    assert inventory.states["1000"] is IDLE
    assert inventory.unreported


def test_a_report_about_an_unknown_extension_teaches_nothing(
    inventory: Inventory,
) -> None:
    """A list has to tell its name first."""
    assert not inventory.apply_state("1000", RINGING, "Ringing", 1)

    assert inventory.extensions == {}
    assert inventory.states == {}
    assert inventory.changed_extensions == set()


# What is gone


def test_what_three_complete_lists_in_a_row_leave_out_is_removed(
    inventory: Inventory,
) -> None:
    """Two are not enough."""
    assert ABSENCES_TO_REMOVE == 3
    inventory.apply_extensions(phones(phone("1000"), phone("1001")), 1)
    inventory.apply_trunks(lines(LINE, GSM))
    inventory.forget_changes()

    for order in (2, 3):
        inventory.apply_extensions(phones(phone("1000")), order)
        inventory.apply_trunks(lines(LINE))
    assert set(inventory.extensions) == {"1000", "1001"}
    assert set(inventory.trunks) == {"Line", "GSM"}
    assert inventory.removed_extensions == inventory.removed_trunks == set()
    assert not inventory.members_changed

    inventory.apply_extensions(phones(phone("1000")), 4)
    inventory.apply_trunks(lines(LINE))
    assert set(inventory.extensions) == set(inventory.states) == {"1000"}
    assert set(inventory.trunks) == {"Line"}
    assert inventory.removed_extensions == inventory.changed_extensions == {"1001"}
    assert inventory.removed_trunks == inventory.changed_trunks == {"GSM"}
    assert inventory.members_changed


def test_an_extension_that_is_gone_is_counted_no_longer(inventory: Inventory) -> None:
    """The PBX itself shows how many there are."""
    inventory.is_shown = {"1000", "1001"}.__contains__
    inventory.apply_extensions(phones(phone("1000"), phone("1001"), phone("1002")), 1)
    assert inventory.registered == 2
    inventory.forget_changes()

    for order in (2, 3, 4):
        inventory.apply_extensions(phones(phone("1000"), phone("1002")), order)

    assert inventory.registered == 1
    assert inventory.device_changed
    assert not inventory.is_busy("1001")


def test_incomplete_lists_never_remove(inventory: Inventory) -> None:
    """What they leave out may be in the rows that made no sense."""
    inventory.apply_extensions(phones(phone("1000"), phone("1001")), 1)
    inventory.apply_trunks(lines(LINE, GSM))
    inventory.expect(["1009"], ["Gone"])

    for order in range(2, 12):
        inventory.apply_extensions(phones(phone("1000"), complete=False), order)
        inventory.apply_trunks(lines(complete=False))

    assert set(inventory.extensions) == {"1000", "1001"}
    assert set(inventory.trunks) == {"Line", "GSM"}
    assert inventory.removed_extensions == inventory.removed_trunks == set()


def test_incomplete_lists_do_not_count(inventory: Inventory) -> None:
    """Neither for nor against a removal: it takes three complete ones."""
    inventory.apply_extensions(phones(phone("1000")), 1)

    for order, complete in enumerate((True, False, True, False, False), 2):
        inventory.apply_extensions(phones(complete=complete), order)
        assert set(inventory.extensions) == {"1000"}

    inventory.apply_extensions(phones(), 9)
    assert inventory.removed_extensions == {"1000"}


def test_what_comes_back_in_between_is_counted_anew(inventory: Inventory) -> None:
    """The three lists have to be in a row."""
    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.apply_trunks(lines(LINE))

    for order, there in enumerate((0, 0, 1, 0, 0), 2):
        inventory.apply_extensions(phones(*[phone("1000")] * there), order)
        inventory.apply_trunks(lines(*[LINE] * there))

    assert set(inventory.extensions) == {"1000"}
    assert set(inventory.trunks) == {"Line"}


def test_what_was_removed_may_come_back(inventory: Inventory) -> None:
    """Then it is gone no longer."""
    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.apply_trunks(lines(LINE))
    for order in (2, 3, 4):
        inventory.apply_extensions(phones(), order)
        inventory.apply_trunks(lines())
    inventory.forget_changes()
    assert inventory.removed_extensions == {"1000"}
    assert inventory.removed_trunks == {"Line"}
    assert inventory.shown == 0

    # Even a list that is incomplete shows that it is there.
    inventory.apply_extensions(phones(phone("1000"), complete=False), 5)
    inventory.apply_trunks(lines(LINE, complete=False))

    assert inventory.removed_extensions == inventory.removed_trunks == set()
    assert inventory.states == {"1000": IDLE}
    assert inventory.shown == 1
    assert inventory.registered == 1
    assert inventory.members_changed
    assert inventory.changed_extensions == {"1000"}
    assert inventory.changed_trunks == {"Line"}


# What an earlier run knew


def test_what_an_earlier_run_knew_is_removed_if_it_stays_away(
    inventory: Inventory,
) -> None:
    """After three complete lists, although this run never saw it."""
    inventory.expect(["1000", "1009"], ["Line", "Gone"])

    for order in (1, 2):
        inventory.apply_extensions(phones(phone("1000")), order)
        inventory.apply_trunks(lines(LINE))
    assert inventory.removed_extensions == inventory.removed_trunks == set()
    assert not inventory.has_all_trunks

    inventory.forget_changes()
    inventory.apply_extensions(phones(phone("1000")), 3)
    inventory.apply_trunks(lines(LINE))
    assert inventory.removed_extensions == {"1009"}
    assert inventory.removed_trunks == {"Gone"}
    assert inventory.members_changed
    assert inventory.has_all_trunks


def test_what_an_earlier_run_knew_stays_if_it_is_there(inventory: Inventory) -> None:
    """It is like any other then."""
    inventory.expect(["1000"], ["Line"])

    inventory.apply_extensions(phones(phone("1000")), 1)
    inventory.apply_trunks(lines(LINE))
    for order in (2, 3):
        inventory.apply_extensions(phones(), order)
        inventory.apply_trunks(lines())

    assert set(inventory.extensions) == {"1000"}
    assert inventory.removed_extensions == inventory.removed_trunks == set()


def test_what_is_awaited_is_not_known(inventory: Inventory) -> None:
    """Only a list or a report tells what there is."""
    inventory.expect(["1000"], ["Line"])

    assert (inventory.extensions, inventory.trunks, inventory.states) == ({}, {}, {})
    assert inventory.changed_extensions == inventory.changed_trunks == set()


# Unknown words


def test_a_word_for_a_state_that_no_guide_knows_is_logged_once(
    inventory: Inventory, caplog: pytest.LogCaptureFixture
) -> None:
    """So that it can be reported; whichever extension or trunk has it."""
    caplog.set_level(logging.INFO)
    odd = replace(phone("1000", None), status="In a meeting")
    inventory.apply_extensions(phones(odd, replace(odd, number="1001")), 1)
    inventory.apply_state("1000", IDLE, "Registered", 2)
    inventory.apply_state("1000", None, "In a meeting", 3)
    inventory.apply_trunk(replace(LINE, state=None, status="On fire" + "!" * 99))
    inventory.apply_trunk(replace(GSM, state=None, status=""))

    messages = [record.getMessage() for record in caplog.records]
    assert messages == [
        "Home reports a state that is not documented: In a meeting",
        "Home reports a state that is not documented: On fire" + "!" * 53,
    ]


def test_no_more_than_twenty_words_are_logged(
    inventory: Inventory, caplog: pytest.LogCaptureFixture
) -> None:
    """A log is no place for nonsense without end."""
    caplog.set_level(logging.INFO)
    for number in range(50):
        inventory.apply_trunk(replace(LINE, state=None, status=f"word {number}"))

    assert len(caplog.records) == MAX_WORDS == 20
