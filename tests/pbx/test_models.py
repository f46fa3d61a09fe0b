"""What a PBX tells of itself, and what is made of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx import (
    CallDirection,
    CallStatus,
    Destination,
    DeviceInfo,
    Extension,
    ExtensionSettings,
    ExtensionState,
    Forwarding,
    ForwardTo,
    Listing,
    PbxProtocolError,
    Trunk,
    TrunkCall,
    TrunkState,
)
from custom_components.yeastar.pbx.models import extension_numbers, extension_state
from custom_components.yeastar.pbx.s_series.wire import Json, Pairs

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
    Extension.from_wire,
    Trunk.from_wire,
    TrunkCall.inbound_from_wire,
    TrunkCall.outbound_from_wire,
    DeviceInfo.from_wire,
    ExtensionSettings.from_wire,
    Destination.ivr_from_wire,
    Destination.queue_from_wire,
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

    assert Extension.from_wire(row) == Extension(
        number="1000",
        name="Front door",
        state=ExtensionState.IDLE,
        status="Idle",
        type="FXS",
        port="Span2-Port1",
    )


def test_an_extension_needs_only_its_number() -> None:
    """Which is its name, then."""
    assert Extension.from_wire({"extnumber": 1000}) == Extension(
        number="1000", name="1000", state=None, status="", type="", port=""
    )


def test_a_state_nobody_knows_keeps_the_word_of_the_pbx() -> None:
    """So that it can be told to a person."""
    extension = Extension.from_wire({"extnumber": "1", "status": "In a meeting"})

    assert (extension.state, extension.status) == (None, "In a meeting")


@pytest.mark.parametrize("word", ["Registered", "Ringing", "Busy", "Hold"])
def test_a_phone_that_could_ring_is_registered(word: str) -> None:
    """Whatever it is doing."""
    assert Extension.from_wire({"extnumber": "1", "status": word}).is_registered


@pytest.mark.parametrize(
    "word", ["Unavailable", "Unregistered", "Malfunction", "Fxsnoport", "Unknown", ""]
)
def test_a_phone_that_could_not_ring_is_not_registered(word: str) -> None:
    """Nor one in a state that nobody knows."""
    assert not Extension.from_wire({"extnumber": "1", "status": word}).is_registered


# Trunks


@pytest.mark.parametrize(("word", "state"), TRUNK_WORDS.items())
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_every_word_for_a_trunk_is_known_in_any_case(
    word: str, state: TrunkState, change: Callable[[str], str]
) -> None:
    """Of all types of trunks."""
    trunk = Trunk.from_wire({"trunkname": "T", "status": change(word)})

    assert trunk.state is state


@pytest.mark.parametrize("word", ["Unknown", "", "No", "On fire"])
def test_other_words_for_a_trunk_mean_nothing(word: str) -> None:
    """The vendor's own Unknown among them."""
    trunk = Trunk.from_wire({"trunkname": "T", "status": word})

    assert (trunk.state, trunk.status) == (None, word)


def test_a_trunk_is_read() -> None:
    """Every field of its row."""
    row: Json = {
        "trunkname": "GSM2-7",
        "status": "No SIM",
        "type": "gsm",
        "port": "Span2-Port7",
    }

    assert Trunk.from_wire(row) == Trunk(
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
    assert Trunk.from_wire({"trunkname": "T", "status": word}).has_problem


@pytest.mark.parametrize(
    "word",
    ["Registered", "Registering", "Disable", "Idle", "Busy", "Up", "Unknown", ""],
)
def test_any_other_line_has_none(word: str) -> None:
    """Neither one that was switched off, nor one in a state nobody knows."""
    assert not Trunk.from_wire({"trunkname": "T", "status": word}).has_problem


# Calls


def test_an_inbound_call_is_read() -> None:
    """From the guide's own sample."""
    (answer,) = answers("inbound/query")

    assert TrunkCall.inbound_from_wire(answer["inbound"][0]) == TrunkCall(
        leg_id="1495698433.203",
        direction=CallDirection.INBOUND,
        caller="1000",
        callee="1002",
        trunk="SIP-142",
        status=CallStatus.TALKING,
        extensions=("1002",),
    )


def test_an_outbound_call_is_read() -> None:
    """From the guide's own sample, which names no extension."""
    (answer,) = answers("outbound/query")

    assert TrunkCall.outbound_from_wire(answer["outbound"][0]) == TrunkCall(
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
    call = TrunkCall.inbound_from_wire({"inboundid": "1.2", "status": word})

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


# Settings


def settings(**fields: object) -> ExtensionSettings:
    """Return the settings in a row with these fields."""
    return ExtensionSettings.from_wire({"extnumber": "1000", **fields})  # type: ignore[dict-item]


def test_the_settings_of_the_guide_are_read() -> None:
    """Every field of its sample, misspelling included."""
    row = answers("extension/query")[0]["extinfos"][0]

    assert ExtensionSettings.from_wire({**row, "moblie": "0151"}) == ExtensionSettings(
        number="1000",
        name="Jayson",
        state=ExtensionState.IDLE,
        type="SIP",
        port="",
        caller_id="1000",
        email="",
        mobile="0151",
        language="System Default",
        voicemail=True,
        do_not_disturb=False,
        always_forward=Forwarding(to=ForwardTo.OFF),
        no_answer_forward=Forwarding(to=ForwardTo.VOICEMAIL),
        busy_forward=Forwarding(to=ForwardTo.VOICEMAIL),
        ring_simultaneously=False,
        ring_timeout=30,
        max_duration="Follow System",
        call_restriction=False,
        may_be_monitored=False,
        monitor_mode="Disabled",
    )


@pytest.mark.parametrize("row", [a["extinfos"][0] for a in answers("extension/query")])
def test_no_password_is_among_the_settings(row: dict[str, str]) -> None:
    """The PBX sends three of them, two in clear."""
    secret = "s3cret"
    sent = {**row, "registerpassword": secret, "loginpassword": secret}

    told = repr(ExtensionSettings.from_wire({**sent, "vmsecret": secret}))

    assert secret not in told


def test_settings_need_only_the_number() -> None:
    """Whatever is missing is off or empty."""
    assert settings() == ExtensionSettings(
        number="1000",
        name="1000",
        state=None,
        type="",
        port="",
        caller_id="",
        email="",
        mobile="",
        language="",
        voicemail=False,
        do_not_disturb=False,
        always_forward=Forwarding(to=ForwardTo.OFF),
        no_answer_forward=Forwarding(to=ForwardTo.OFF),
        busy_forward=Forwarding(to=ForwardTo.OFF),
        ring_simultaneously=False,
        ring_timeout=None,
        max_duration="",
        call_restriction=False,
        may_be_monitored=False,
        monitor_mode="",
    )


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("dnd", "do_not_disturb"),
        ("hasvoicemail", "voicemail"),
        ("ringsimultaneous", "ring_simultaneously"),
        ("callrestriction", "call_restriction"),
        ("allowbeingmonitored", "may_be_monitored"),
    ],
)
@pytest.mark.parametrize(
    ("word", "on"),
    [("on", True), ("ON", True), ("off", False), ("", False), ("1", False)],
)
def test_a_switch_is_on_if_it_says_so(
    wire: str, ours: str, word: str, on: bool
) -> None:
    """In any case; every other word is off."""
    assert getattr(settings(**{wire: word}), ours) is on


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("username", "name"),
        ("port", "port"),
        ("callerid", "caller_id"),
        ("email", "email"),
        ("mobile", "mobile"),
        ("moblie", "mobile"),
        ("language", "language"),
        ("maxduration", "max_duration"),
        ("monitormode", "monitor_mode"),
    ],
)
def test_settings_that_are_text_are_kept_as_they_are(wire: str, ours: str) -> None:
    """Under names of our own."""
    assert getattr(settings(**{wire: "x"}), ours) == "x"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30", 30), (25, 25), ("", None), ("Follow System", None), ("9" * 30, None)],
)
def test_a_ring_timeout_is_a_number_of_seconds(
    written: object, seconds: int | None
) -> None:
    """One that no program could pass on is none."""
    assert settings(ringtimeout=written).ring_timeout == seconds


@pytest.mark.parametrize(
    ("switch", "prefix", "ours"),
    [
        ("alwaysforward", "atransfer", "always_forward"),
        ("noanswerforward", "ntransfer", "no_answer_forward"),
        ("busyforward", "btransfer", "busy_forward"),
    ],
)
@pytest.mark.parametrize(
    ("fields", "forwarding"),
    [
        ({"to": "Voicemail", "prefix": ""}, Forwarding(to=ForwardTo.VOICEMAIL)),
        (
            {"to": "Extension", "ext": "1001", "num": "1002"},
            Forwarding(to=ForwardTo.EXTENSION, number="1001"),
        ),
        (
            {"to": "extension", "num": "1001"},
            Forwarding(to=ForwardTo.EXTENSION, number="1001"),
        ),
        (
            {"to": "Custom Number", "prefix": "9", "num": "0151"},
            Forwarding(to=ForwardTo.CUSTOM_NUMBER, number="0151", prefix="9"),
        ),
        (
            {"to": "Mobile Number", "prefix": "9"},
            Forwarding(to=ForwardTo.MOBILE, prefix="9"),
        ),
        ({"to": "The moon", "num": "1"}, Forwarding(to=None, number="1")),
    ],
    ids=["voicemail", "extension", "its number", "outside", "mobile", "unknown"],
)
def test_a_forwarding_says_where_calls_go(
    fields: dict[str, str],
    forwarding: Forwarding,
    switch: str,
    prefix: str,
    ours: str,
) -> None:
    """With the prefix that leads outside, where there is one."""
    row = {f"{prefix}{key}": value for key, value in fields.items()}

    assert getattr(settings(**row, **{switch: "on"}), ours) == forwarding
    off = Forwarding(to=ForwardTo.OFF)
    assert getattr(settings(**row, **{switch: "off"}), ours) == off


@pytest.mark.parametrize(
    ("parse", "kind"),
    [(Destination.ivr_from_wire, "ivr"), (Destination.queue_from_wire, "queue")],
    ids=["ivr", "queue"],
)
def test_a_destination_has_a_number_and_a_name(
    parse: Callable[[Json], Destination], kind: str
) -> None:
    """The number is the name of one without."""
    number = f"{kind}number"

    assert parse({number: "6500", f"{kind}name": "Hi", "password": "x"}) == (
        Destination(number="6500", name="Hi")
    )
    assert parse({number: 6500}) == Destination(number="6500", name="6500")


# Lists


def listing(value: Json, *, may_be_missing: bool = False) -> Listing[Trunk]:
    """Read a list of trunks."""
    return Listing.from_wire(value, Trunk.from_wire, may_be_missing=may_be_missing)


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
        ("extensionlist/query", "extlist", Extension.from_wire),
        ("trunklist/query", "trunklist", Trunk.from_wire),
        ("inbound/query", "inbound", TrunkCall.inbound_from_wire),
        ("outbound/query", "outbound", TrunkCall.outbound_from_wire),
        ("extension/query", "extinfos", ExtensionSettings.from_wire),
        ("ivr/query", "ivr", Destination.ivr_from_wire),
        ("queue/query", "queues", Destination.queue_from_wire),
    ],
)
def test_the_lists_of_the_guide_are_read_completely(
    operation: str, key: str, parse: Callable[[Json], object]
) -> None:
    """All their rows make sense."""
    for answer in answers(operation):
        found = Listing.from_wire(answer[key], parse, may_be_missing=False)

        assert found.complete
        assert len(found.items) == len(answer[key])


# The PBX itself


def test_the_device_information_of_the_guide_is_read() -> None:
    """Every field of it."""
    answer = answers("deviceinfo/query")[0]

    assert DeviceInfo.from_wire(answer["deviceinfo"]) == DeviceInfo(
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
    assert DeviceInfo.from_wire({"sn": 369364835218}) == DeviceInfo(
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
    assert DeviceInfo.from_wire({"sn": "1", "uptime": written}).uptime == uptime


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
    assert DeviceInfo.from_wire({"sn": "1", "uptime": written}).uptime is None


@given(st.from_regex(r"(\d+days )?\d+:\d\d:\d\d", fullmatch=True))
def test_every_uptime_that_is_read_leads_to_a_date(written: str) -> None:
    """It is subtracted from now to tell the last restart."""
    info = DeviceInfo.from_wire({"sn": "1", "uptime": written})

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
    info = DeviceInfo.from_wire({"sn": "1", "systemtime": written})

    assert info.system_time == datetime(
        2019, 10, 17, 23, 7, 43, tzinfo=timezone(offset)
    )


@pytest.mark.parametrize(
    "written",
    [
        "",
        "now",
        "2019-10-17 23:07:43",
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
    assert DeviceInfo.from_wire({"sn": "1", "systemtime": written}).system_time is None


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
    info = DeviceInfo.from_wire({"sn": "1", "systemtime": written})

    assert info.utc_offset(received) == info.utc_offset(elsewhere) == offset


def test_a_clock_that_cannot_be_read_has_no_offset() -> None:
    """None is no error."""
    assert DeviceInfo.from_wire({"sn": "1"}).utc_offset(datetime.now(UTC)) is None


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
