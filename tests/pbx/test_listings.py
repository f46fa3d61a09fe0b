"""What a PBX tells of itself, and what is read from it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx.errors import PbxProtocolError
from custom_components.yeastar.pbx.listing_reader import read_list
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallStatus,
    Destination,
    DestinationKind,
    Device,
    Extension,
    ExtensionState,
    Listing,
    Trunk,
    TrunkState,
)
from custom_components.yeastar.pbx.s_series.listings import (
    TrunkCall,
    extension_numbers,
    extension_state,
    read_device,
    read_extension,
    read_inbound_call,
    read_ivr,
    read_outbound_call,
    read_queue,
    read_trunk,
)
from custom_components.yeastar.pbx.s_series.settings_operations import read_settings
from custom_components.yeastar.pbx.wire import Json, Pairs

from .samples import named

EXTENSION_WORDS = {
    "Registered": ExtensionState.IDLE,
    "Idle": ExtensionState.IDLE,
    "Ringing": ExtensionState.RINGING,
    "Busy": ExtensionState.IN_CALL,
    "InUse": ExtensionState.IN_CALL,
    "Hold": ExtensionState.ON_HOLD,
    "Unavailable": ExtensionState.UNREGISTERED,
    "Unregistered": ExtensionState.UNREGISTERED,
    "Malfunction": ExtensionState.MALFUNCTION,
    "Fxsnoport": ExtensionState.NO_PORT,
}
TRUNK_WORDS = {
    "Registered": TrunkState.REGISTERED,
    "Registered (Unmonitored)": TrunkState.REGISTERED,
    "Registering": TrunkState.REGISTERING,
    "Failure": TrunkState.FAILURE,
    "Disable": TrunkState.DISABLED,
    "Disabled": TrunkState.DISABLED,
    "Fault": TrunkState.FAULT,
    "Idle": TrunkState.IDLE,
    "Busy": TrunkState.BUSY,
    "Alarm": TrunkState.ALARM,
    "Down": TrunkState.DOWN,
    "Up": TrunkState.UP,
    "Power Off": TrunkState.POWER_OFF,
    "No SIM": TrunkState.NO_SIM,
    "No Signal": TrunkState.NO_SIGNAL,
    "Pin Error": TrunkState.PIN_ERROR,
    "Unregister": TrunkState.UNREGISTERED,
    "Unregistered": TrunkState.UNREGISTERED,
}
ROW_PARSERS: list[Callable[[Json], object]] = [
    read_extension,
    read_trunk,
    read_inbound_call,
    read_outbound_call,
    read_device,
    read_settings,
    read_ivr,
    read_queue,
]
ROW_PARSER_NAMES = [
    "extension",
    "trunk",
    "inbound",
    "outbound",
    "device",
    "settings",
    "ivr",
    "queue",
]
# One row that each of the parsers above understands.
ROW: dict[str, Json] = {
    "extnumber": "1000",
    "trunkname": "SIP-142",
    "inboundid": "1.2",
    "outboundid": "1.3",
    "sn": "369364835218",
    "ivrnumber": "6500",
    "queuenumber": "6700",
}


def answers(name: str) -> list[dict[str, Any]]:
    """Return the vendor's printed answers of an operation."""
    return [json.loads(sample.raw) for sample in named("response", name)]


# Extensions


@pytest.mark.parametrize(("word", "state"), EXTENSION_WORDS.items())
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_every_word_for_an_extension_is_known_in_any_case(
    word: str, state: ExtensionState, change: Callable[[str], str]
) -> None:
    """Boxes write them in lower case at times."""
    assert extension_state(change(word)) is state


@pytest.mark.parametrize("word", ["Unknown", "", "Regist", "In a meeting", "1"])
def test_other_words_for_an_extension_mean_nothing(word: str) -> None:
    """The vendor's own Unknown among them."""
    assert extension_state(word) is None


def test_an_extension_is_read() -> None:
    """Every field of its row."""
    row: Json = {
        "extnumber": "1000",
        "status": "Idle",
        "type": "FXS",
        "port": "Span2-Port1",
        "username": "Front door",
    }

    assert read_extension(row) == Extension(
        number="1000",
        name="Front door",
        state=ExtensionState.IDLE,
        status="Idle",
        type="FXS",
        port="Span2-Port1",
    )


def test_an_extension_needs_only_its_number() -> None:
    """Which is its name, then."""
    assert read_extension({"extnumber": 1000}) == Extension(
        number="1000", name="1000", state=None, status="", type="", port=""
    )


def test_a_state_nobody_knows_keeps_the_word_of_the_pbx() -> None:
    """So that it can be told to a person."""
    extension = read_extension({"extnumber": "1", "status": "In a meeting"})

    assert (extension.state, extension.status) == (None, "In a meeting")


@pytest.mark.parametrize("word", ["Registered", "Ringing", "Busy", "Hold"])
def test_a_phone_that_could_ring_is_registered(word: str) -> None:
    """Whatever it is doing."""
    assert read_extension({"extnumber": "1", "status": word}).is_registered


@pytest.mark.parametrize(
    "word", ["Unavailable", "Unregistered", "Malfunction", "Fxsnoport", "Unknown", ""]
)
def test_a_phone_that_could_not_ring_is_not_registered(word: str) -> None:
    """Nor one in a state that nobody knows."""
    assert not read_extension({"extnumber": "1", "status": word}).is_registered


# Trunks


@pytest.mark.parametrize(("word", "state"), TRUNK_WORDS.items())
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_every_word_for_a_trunk_is_known_in_any_case(
    word: str, state: TrunkState, change: Callable[[str], str]
) -> None:
    """Of all types of trunks."""
    trunk = read_trunk({"trunkname": "T", "status": change(word)})

    assert trunk.state is state


@pytest.mark.parametrize("word", ["Unknown", "", "No", "On fire"])
def test_other_words_for_a_trunk_mean_nothing(word: str) -> None:
    """The vendor's own Unknown among them."""
    trunk = read_trunk({"trunkname": "T", "status": word})

    assert (trunk.state, trunk.status) == (None, word)


def test_a_trunk_is_read() -> None:
    """Every field of its row."""
    row: Json = {
        "trunkname": "GSM2-7",
        "status": "No SIM",
        "type": "gsm",
        "port": "Span2-Port7",
    }

    assert read_trunk(row) == Trunk(
        name="GSM2-7",
        state=TrunkState.NO_SIM,
        status="No SIM",
        type="GSM",
        port="Span2-Port7",
    )


@pytest.mark.parametrize(
    "word",
    [
        "Failure",
        "Fault",
        "Alarm",
        "Down",
        "Power Off",
        "No SIM",
        "No Signal",
        "Pin Error",
        "Unregister",
    ],
)
def test_a_line_that_is_out_of_order_has_a_problem(word: str) -> None:
    """Somebody should look at it."""
    assert read_trunk({"trunkname": "T", "status": word}).has_problem


@pytest.mark.parametrize(
    "word",
    ["Registered", "Registering", "Disable", "Idle", "Busy", "Up", "Unknown", ""],
)
def test_any_other_line_has_none(word: str) -> None:
    """Neither one that was switched off, nor one in a state nobody knows."""
    assert not read_trunk({"trunkname": "T", "status": word}).has_problem


# Calls


def test_an_inbound_call_is_read() -> None:
    """From the guide's own sample."""
    (answer,) = answers("inbound/query")

    assert read_inbound_call(answer["inbound"][0]) == TrunkCall(
        leg_id="1495698433.203",
        direction=CallDirection.INBOUND,
        caller="1000",
        callee="1002",
        trunk="SIP-142",
        status=CallStatus.TALKING,
        extensions=("1002",),
    )


@pytest.mark.parametrize("read", [read_inbound_call, read_outbound_call])
def test_the_number_s_is_none(read: Callable[[Json], TrunkCall]) -> None:
    """Asterisk starts there when no number was called."""
    assert read({"inboundid": "1.2", "outboundid": "1.2", "to": "s"}).callee == ""


def test_an_outbound_call_is_read() -> None:
    """From the guide's own sample, which names no extension."""
    (answer,) = answers("outbound/query")

    assert read_outbound_call(answer["outbound"][0]) == TrunkCall(
        leg_id="1495705009.316",
        direction=CallDirection.OUTBOUND,
        caller="1002",
        callee="41000",
        trunk="SIP-142",
        status=CallStatus.TALKING,
        extensions=(),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Progress", CallStatus.RINGING),
        ("Wait", CallStatus.WAITING),
        ("Talking", CallStatus.TALKING),
        ("talking", CallStatus.TALKING),
        ("Dreaming", None),
        (None, None),
    ],
)
def test_how_far_a_call_got(word: str | None, status: CallStatus | None) -> None:
    """None for a word nobody knows."""
    call = read_inbound_call({"inboundid": "1.2", "status": word})

    assert call.status is status


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ([{"extid": "1000"}], ("1000",)),
        ({"extid": "1000"}, ("1000",)),
        ({"extid": 1000}, ("1000",)),
        ({"number": "1000"}, ("1000",)),
        ({"extid": ["1000", 1001]}, ("1000", "1001")),
        ([{"extid": "1000"}, {"number": "1001"}], ("1000", "1001")),
        (["1000", 1001], ("1000", "1001")),
        ([["1000", "1001"]], ("1000", "1001")),
        (Pairs([("extid", "1000")]), ("1000",)),
        (Pairs([("number", ["1000"])]), ("1000",)),
        ([{}, None, {"extid": ""}, {"extid": {}}, {"name": "x"}], ()),
        ("1000", ()),
        (None, ()),
    ],
)
def test_extensions_are_found_in_every_shape(
    value: Json, numbers: tuple[str, ...]
) -> None:
    """What names none is passed over."""
    assert extension_numbers(value) == numbers


# IVRs and queues


@pytest.mark.parametrize(
    ("parse", "kind"),
    [(read_ivr, DestinationKind.IVR), (read_queue, DestinationKind.QUEUE)],
    ids=["ivr", "queue"],
)
def test_a_destination_has_a_number_and_a_name(
    parse: Callable[[Json], Destination], kind: DestinationKind
) -> None:
    """The number is the name of one without."""
    number = f"{kind}number"

    assert parse({number: "6500", f"{kind}name": "Hi", "password": "x"}) == (
        Destination(kind=kind, number="6500", name="Hi")
    )
    assert parse({number: 6500}) == Destination(kind=kind, number="6500", name="6500")


# Lists


def listing(value: Json, *, may_be_missing: bool = False) -> Listing[Trunk]:
    """Read a list of trunks."""
    return read_list(value, read_trunk, may_be_missing=may_be_missing)


def test_a_list_keeps_its_order() -> None:
    """It is the PBX's own."""
    found = listing([{"trunkname": name} for name in "bac"])

    assert [trunk.name for trunk in found.items] == ["b", "a", "c"]


@pytest.mark.parametrize("value", [[], [{"trunkname": "a"}], {"trunkname": "a"}])
def test_a_list_whose_rows_all_make_sense_is_complete(value: Json) -> None:
    """An empty one as well."""
    assert listing(value).complete


def test_a_single_row_needs_no_list() -> None:
    """Boxes write a single one without."""
    assert [trunk.name for trunk in listing({"trunkname": "a"}).items] == ["a"]


@pytest.mark.parametrize("broken", [None, 42, "a", [], {}, {"trunkname": None}])
def test_a_broken_row_costs_completeness_but_no_other_row(broken: Json) -> None:
    """What it stood for may still exist."""
    found = listing([{"trunkname": "a"}, broken, {"trunkname": "b"}])

    assert [trunk.name for trunk in found.items] == ["a", "b"]
    assert not found.complete


@pytest.mark.parametrize("value", [None, "", "none", 0, True, {}])
def test_what_is_no_list_is_incomplete(value: Json) -> None:
    """So it removes nothing."""
    assert listing(value) == Listing(items=(), complete=False)


@pytest.mark.parametrize("value", [None, "", []])
def test_a_list_that_may_be_missing_is_complete_without(value: Json) -> None:
    """As of calls: no list is no calls."""
    assert listing(value, may_be_missing=True) == Listing(items=(), complete=True)


@pytest.mark.parametrize("value", ["none", 7, True, [None], {"x": 1}])
def test_nonsense_is_incomplete_even_where_a_list_may_be_missing(value: Json) -> None:
    """Something was there that nobody could read."""
    assert listing(value, may_be_missing=True) == Listing(items=(), complete=False)


@pytest.mark.parametrize(
    ("operation", "key", "parse"),
    [
        ("extensionlist/query", "extlist", read_extension),
        ("trunklist/query", "trunklist", read_trunk),
        ("inbound/query", "inbound", read_inbound_call),
        ("outbound/query", "outbound", read_outbound_call),
        ("extension/query", "extinfos", read_settings),
        ("ivr/query", "ivr", read_ivr),
        ("queue/query", "queues", read_queue),
    ],
)
def test_the_lists_of_the_guide_are_read_completely(
    operation: str, key: str, parse: Callable[[Json], object]
) -> None:
    """All their rows make sense."""
    for answer in answers(operation):
        found = read_list(answer[key], parse, may_be_missing=False)

        assert found.complete
        assert len(found.items) == len(answer[key])


# The PBX itself


def test_the_device_information_of_the_guide_is_read() -> None:
    """Every field of it."""
    answer = answers("deviceinfo/query")[0]

    assert read_device(answer["deviceinfo"]) == Device(
        name="Yeastar S100",
        serial_number="369364835218",
        hardware_version="V1.30 0000-0000",
        firmware_version="30.5.0.19",
        local_time=datetime(2017, 5, 24, 23, 25, 20),
        zone=timezone(timedelta(hours=-8)),
        uptime=timedelta(hours=3, minutes=25, seconds=4),
    )


def test_the_device_information_needs_only_the_serial_number() -> None:
    """Everything else may be missing."""
    assert read_device({"sn": 369364835218}) == Device(
        name="Yeastar PBX",
        serial_number="369364835218",
        hardware_version="",
        firmware_version="",
        local_time=None,
        zone=None,
        uptime=None,
    )


@pytest.mark.parametrize(
    ("written", "uptime"),
    [
        ("00:32:59", timedelta(minutes=32, seconds=59)),
        ("03:25:04", timedelta(hours=3, minutes=25, seconds=4)),
        ("1day 00:00:01", timedelta(days=1, seconds=1)),
        ("3days 03:57:42", timedelta(days=3, hours=3, minutes=57, seconds=42)),
        ("3 days, 03:57:42", timedelta(days=3, hours=3, minutes=57, seconds=42)),
        ("1000days 23:59:59", timedelta(days=1000, hours=23, minutes=59, seconds=59)),
    ],
)
def test_uptimes_are_read(written: str, uptime: timedelta) -> None:
    """With and without days."""
    assert read_device({"sn": "1", "uptime": written}).uptime == uptime


@pytest.mark.parametrize(
    "written",
    [
        "",
        "forever",
        "3days",
        "12:30",
        "-1days 00:00:00",
        "999999999999days 00:00:00",
        pytest.param("9" * 5000 + "days 00:00:00", id="endless days"),
        pytest.param("9" * 5000 + ":00:00", id="endless hours"),
        # Longer than any calendar reaches back.
        "999999999days 00:00:00",
        "99999999999:00:00",
    ],
)
def test_other_uptimes_are_not(written: str) -> None:
    """None is no error."""
    assert read_device({"sn": "1", "uptime": written}).uptime is None


@given(st.from_regex(r"(\d+days )?\d+:\d\d:\d\d", fullmatch=True))
def test_every_uptime_that_is_read_leads_to_a_date(written: str) -> None:
    """It is subtracted from now to tell the last restart."""
    info = read_device({"sn": "1", "uptime": written})

    assert datetime(2026, 1, 1) - (info.uptime or timedelta()) <= datetime(2026, 1, 1)


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("2019-10-17 23:07:43 UTC-8", timedelta(hours=-8)),
        ("2019-10-17 23:07:43 UTC+8", timedelta(hours=8)),
        ("2019-10-17 23:07:43 UTC+08:00", timedelta(hours=8)),
        ("2019-10-17 23:07:43 UTC+5:30", timedelta(hours=5, minutes=30)),
        ("2019-10-17 23:07:43 UTC-3:30", -timedelta(hours=3, minutes=30)),
        ("2019-10-17 23:07:43 UTC+0", timedelta()),
        ("2019-10-17 23:07:43 UTC", timedelta()),
        ("2019-10-17 23:07:43UTC-8", timedelta(hours=-8)),
    ],
)
def test_the_clock_is_read_with_its_offset(written: str, offset: timedelta) -> None:
    """Whole and half hours, and none at all."""
    info = read_device({"sn": "1", "systemtime": written})

    assert info.local_time == datetime(2019, 10, 17, 23, 7, 43)
    assert info.zone == timezone(offset)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "now",
        "2019-13-17 23:07:43 UTC-8",
        "2019-10-17 25:07:43 UTC-8",
        "2019-10-17 UTC-8",
        "2019-10-17 23:07:43 UTC+24",
        "2019-10-17 23:07:43 UTC-99:99",
        pytest.param("-" * 5000 + " 23:07:43 UTC-8", id="endless date"),
    ],
)
def test_other_clocks_are_not(written: str) -> None:
    """None is no error."""
    info = read_device({"sn": "1", "systemtime": written})

    assert (info.local_time, info.zone) == (None, None)


def test_a_clock_may_name_no_zone() -> None:
    """Its time is read nevertheless."""
    info = read_device({"sn": "1", "systemtime": "2019-10-17 23:07:43"})

    assert info.local_time == datetime(2019, 10, 17, 23, 7, 43)
    assert info.zone is None


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        # To the second, a little behind, and minutes ahead.
        ("2019-10-17 23:00:00 UTC-8", timedelta(hours=-8)),
        ("2019-10-17 22:59:57 UTC-8", timedelta(hours=-8)),
        ("2019-10-17 23:06:00 UTC-8", timedelta(hours=-8)),
        # It does not say that it is summer there, or no zone at all.
        ("2019-10-18 00:00:00 UTC-8", timedelta(hours=-7)),
        ("2019-10-18 12:30:00", timedelta(hours=5, minutes=30)),
    ],
)
def test_the_offset_is_that_of_the_clock(written: str, offset: timedelta) -> None:
    """Whatever zone it names: alarms follow the clock."""
    received = datetime(2019, 10, 18, 7, 0, 0, tzinfo=UTC)
    elsewhere = received.astimezone(timezone(timedelta(hours=2)))
    info = read_device({"sn": "1", "systemtime": written})

    assert info.utc_offset(received) == info.utc_offset(elsewhere) == offset


def test_a_clock_that_cannot_be_read_has_no_offset() -> None:
    """None is no error."""
    assert read_device({"sn": "1"}).utc_offset(datetime.now(UTC)) is None


# What makes no sense


@pytest.mark.parametrize("parse", ROW_PARSERS, ids=ROW_PARSER_NAMES)
@pytest.mark.parametrize("row", [None, 42, "row", [], [{}], True, {}, {"x": {}}])
def test_a_row_that_makes_no_sense_is_refused(
    parse: Callable[[Json], object], row: Json
) -> None:
    """With an error of ours."""
    with pytest.raises(PbxProtocolError):
        parse(row)


@pytest.mark.parametrize("parse", ROW_PARSERS, ids=ROW_PARSER_NAMES)
@pytest.mark.parametrize("value", [None, "", "  ", [], {}, ["1"], {"x": "1"}])
def test_a_row_without_what_names_it_is_refused(
    parse: Callable[[Json], object], value: Json
) -> None:
    """Nothing could be done with it."""
    with pytest.raises(PbxProtocolError):
        parse(dict.fromkeys(ROW, value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("parse", ROW_PARSERS, ids=ROW_PARSER_NAMES)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "alwaysforward",
                "atransfernum",
                "atransferprefix",
                "atransferto",
                "callee",
                "devicename",
                "dnd",
                "firmwarever",
                "from",
                "hardwarever",
                "mobile",
                "port",
                "ringtimeout",
                "status",
                "systemtime",
                "to",
                "trunk",
                "type",
                "uptime",
                "username",
            ]
        ),
        JSON,
    )
)
def test_a_row_that_is_named_is_read_whatever_else_is_in_it(
    parse: Callable[[Json], object], row: dict[str, Json]
) -> None:
    """No value of another field is an error."""
    parse({**row, **ROW})
