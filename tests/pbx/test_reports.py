"""What a PBX posts, and what is understood of it."""

from collections.abc import Iterator
from contextlib import suppress
import json
from operator import attrgetter
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx.errors import PbxProtocolError
from custom_components.yeastar.pbx.models import ExtensionState
from custom_components.yeastar.pbx.report_fields import MAX_FIELDS
from custom_components.yeastar.pbx.reports import (
    Party,
    PartyKind,
    PartyStatus,
    Report,
    ReportType,
)
from custom_components.yeastar.pbx.s_series.listings import extension_state
from custom_components.yeastar.pbx.s_series.reports import (
    is_complete,
    outlasts_polls,
    parse_report,
)
from custom_components.yeastar.pbx.wire import MAX_VALUES

from .samples import SAMPLES, Sample, named

# As printed, with a comma before a closing brace.
INVALID = named("event", "CallFailed", "v2")
EVENTS = [
    sample for sample in SAMPLES if sample.kind == "event" and sample not in INVALID
]
TYPES = {
    "ALERT": ReportType.ALERTING,
    "ANSWER": ReportType.CALLEE_ANSWERED,
    "ANSWERED": ReportType.CALLER_CONNECTED,
    "BYE": ReportType.HANG_UP,
    "BootUp": ReportType.BOOT,
    "CallFailed": ReportType.CALL_FAILED,
    "CallStatus": ReportType.CALL_STATUS,
    "ConfigChange": ReportType.CONFIG_CHANGED,
    "DTMF": ReportType.KEY_PRESSED,
    "ExtensionStatus": ReportType.EXTENSION_STATUS,
    "Forward": ReportType.CALL_FORWARDED,
    "Incoming": ReportType.INCOMING,
    "Invite": ReportType.INVITE,
    "NewCdr": ReportType.CALL_RECORD,
    "PlayPromptEnd": ReportType.PROMPT_ENDED,
    # Printed once by mistake.
    "RI": ReportType.UNKNOWN,
    "RING": ReportType.RINGING,
    "Tranfer": ReportType.CALL_TRANSFERRED,
    "satisfaction": ReportType.SURVEY_RESULT,
    "sms-send": ReportType.SMS_RESULT,
    "uacstacall": ReportType.UNKNOWN,
}
LABEL = attrgetter("label")
SECRET = "s3cret"
SECRET_KEYS = [
    "loginpassword",
    "password",
    "pincode",
    "refreshtoken",
    "registerpassword",
    "secret",
    "token",
    "vmsecret",
]


def parse(**fields: Any) -> Report:
    """Parse a report with these fields."""
    return parse_report(json.dumps({"action": "RING", **fields}).encode())


def extension(number: str, status: PartyStatus | None = None) -> Party:
    """Return an extension as a party."""
    return Party(kind=PartyKind.EXTENSION, number=number, status=status)


# The vendor's samples


@pytest.mark.parametrize("sample", EVENTS, ids=LABEL)
def test_the_type_of_every_sample_is_known(sample: Sample) -> None:
    """Of one printed by mistake, that it is unknown."""
    assert parse_report(sample.body).type is TYPES[sample.name]


@pytest.mark.parametrize("sample", EVENTS, ids=LABEL)
def test_call_and_serial_number_of_every_sample_are_kept(sample: Sample) -> None:
    """Empty where the guide prints none."""
    report = parse_report(sample.body)
    printed = json.loads(sample.raw)

    assert report.call_id == printed.get("callid", "")
    assert report.serial_number == printed.get("sn", "")


@pytest.mark.parametrize("sample", INVALID, ids=LABEL)
def test_a_sample_that_is_no_json_is_refused(sample: Sample) -> None:
    """No guess is made at what it meant."""
    with pytest.raises(PbxProtocolError):
        parse_report(sample.body)


@pytest.mark.parametrize(
    "wire",
    # As the samples spell it, as a page names it, as it should be, and loudly.
    ["Tranfer", "CallTransfer", "Transfer", "TRANFER"],
)
def test_spellings_of_a_type_mean_the_same(wire: str) -> None:
    """Guides and boxes do not agree on them."""
    assert parse(action=wire).type is ReportType.CALL_TRANSFERRED


@pytest.mark.parametrize("wire", ["Forward", "CallForward", "forward"])
def test_forwarding_is_told_from_transferring(wire: str) -> None:
    """API v2 has a type for each."""
    assert parse(action=wire).type is ReportType.CALL_FORWARDED


@pytest.mark.parametrize(
    "wire",
    ["DTMF", "DTMF event", "dtmf EVENT", "DTMFEvent", "DTMF_EVENT", "dtmf-event"],
)
def test_spellings_of_a_key_press_mean_the_same(wire: str) -> None:
    """Real boxes send both."""
    assert parse(action=wire).type is ReportType.KEY_PRESSED


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("ConferenceStatus", ReportType.CONFERENCE_STATUS),
        ("QueueAgentRingNoAnswerTimeout", ReportType.QUEUE_AGENT_NO_ANSWER),
    ],
)
def test_types_without_a_sample_are_known(wire: str, expected: ReportType) -> None:
    """Only their names are documented."""
    assert parse(action=wire).type is expected


# Parties


def test_a_repeated_key_is_two_parties_in_the_order_they_came() -> None:
    """The called side comes first in a RING; an ordinary parser loses it."""
    report = parse_report(
        b'{"action":"RING","callid":"1495706238.328",'
        b'"ext":{"extid":"1000"},"ext":{"extid":"1002"}}'
    )

    assert report.parties == (
        extension("1000", PartyStatus.RINGING),
        extension("1002", PartyStatus.ALERTING),
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"action":"RING","outbound":{"from":"1","to":"2"},"ext":{"extid":"1"}}',
        (
            b'{"action":"RING","call":[{"outbound":{"from":"1","to":"2"}},'
            b'{"ext":{"extid":"1"}}]}'
        ),
        (
            b'{"event":"RING","members":[{"outbound":{"from":"1","to":"2"}},'
            b'{"ext":{"number":"1"}}]}'
        ),
    ],
    ids=["v1", "v1.0.2", "v2"],
)
def test_order_is_kept_across_kinds_of_parties(body: bytes) -> None:
    """Whichever shape the report has."""
    kinds = [party.kind for party in parse_report(body).parties]

    assert kinds == [PartyKind.OUTBOUND, PartyKind.EXTENSION]


@pytest.mark.parametrize(
    "body",
    [
        (
            b'{"action":"ANSWER","callid":"1.2","ext":{"extid":"1006"},'
            b'"inbound":{"from":"55","to":"1006","trunk":"T","inboundid":"1.3"}}'
        ),
        (
            b'{"action":"ANSWER","callid":"1.2","call":[{"ext":{"extid":"1006"}},'
            b'{"inbound":{"from":"55","to":"1006","trunk":"T","inboundid":"1.3"}}],'
            b'"sn":"369"}'
        ),
        (
            b'{"event":"ANSWER","callid":"1.2","members":[{"ext":{"number":"1006"}},'
            b'{"inbound":{"from":"55","to":"1006","trunkname":"T","channelid":"1.3"}}],'
            b'"sn":"369"}'
        ),
    ],
    ids=["v1", "v1.0.2", "v2"],
)
def test_all_shapes_tell_the_same(body: bytes) -> None:
    """Which one comes depends on login and firmware, not on us."""
    report = parse_report(body)

    assert report.call_id == "1.2"
    assert report.parties == (
        extension("1006", PartyStatus.ANSWERED),
        Party(
            kind=PartyKind.INBOUND,
            number="55",
            caller="55",
            callee="1006",
            trunk="T",
            status=PartyStatus.CONNECTED,
            id="1.3",
        ),
    )


def test_of_an_outbound_leg_the_number_is_the_one_that_is_called() -> None:
    """The other side's, as of every party."""
    (party,) = parse(outbound={"from": "1002", "to": "41000"}).parties

    assert (party.number, party.caller, party.callee) == ("41000", "1002", "41000")


@pytest.mark.parametrize(
    ("kind", "row", "party_id"),
    [
        ("inbound", {"inboundid": "1.2"}, "1.2"),
        ("outbound", {"outboundid": "1.3"}, "1.3"),
        ("inbound", {"inboundid": "1.2", "channelid": "PJSIP/x-1"}, "1.2"),
        ("inbound", {"outboundid": "1.2"}, ""),
        ("outbound", {"channelid": "PJSIP/trunk-x-5"}, "PJSIP/trunk-x-5"),
        ("ext", {"extid": "1000", "channelid": "1.4"}, "1.4"),
    ],
)
def test_a_party_has_the_id_of_its_leg_or_else_of_its_channel(
    kind: str, row: dict[str, str], party_id: str
) -> None:
    """Which of them operations take is up to the call tracker."""
    (party,) = parse(**{kind: row}).parties

    assert party.id == party_id


@pytest.mark.parametrize("kind", ["inbound", "outbound"])
def test_the_number_s_is_none(kind: str) -> None:
    """Asterisk starts there when no number was called."""
    (party,) = parse(**{kind: {"from": "55", "to": "s"}}).parties

    assert (party.caller, party.callee) == ("55", "")
    assert party.number == ("55" if kind == "inbound" else "")


@pytest.mark.parametrize(
    "ext",
    [
        {"extid": ["106", "101"]},
        [{"extid": "106"}, {"extid": "101"}],
        [{"number": "106"}, {"number": "101"}],
        {"extid": [106, 101]},
        {"extid": ["106", "", None, {}, "101"]},
    ],
)
def test_several_extensions_in_one_value_are_parties_in_order(ext: object) -> None:
    """A clone of the PBX writes them so."""
    assert [party.number for party in parse(ext=ext).parties] == ["106", "101"]


@pytest.mark.parametrize("ext", [None, "1000", 7, [], [None], {}, {"extid": {}}, [[]]])
def test_what_names_no_extension_is_no_party(ext: object) -> None:
    """It is no error either."""
    assert parse(ext=ext).parties == ()


@pytest.mark.parametrize("key", ["call", "members"])
@pytest.mark.parametrize("parties", [None, "x", 7, [None, "x", 7, [], {}, {"who": {}}]])
def test_a_list_of_parties_that_makes_no_sense_has_none(
    key: str, parties: object
) -> None:
    """The report itself still counts."""
    assert parse(**{key: parties}).parties == ()


@pytest.mark.parametrize("key", ["call", "members"])
def test_a_single_party_needs_no_list(key: str) -> None:
    """Boxes leave lists out elsewhere, too."""
    assert parse(**{key: {"ext": {"extid": "1000"}}}).parties == (
        extension("1000", PartyStatus.RINGING),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ALERT", PartyStatus.ALERTING),
        ("RING", PartyStatus.RINGING),
        ("ANSWER", PartyStatus.ANSWERED),
        ("ANSWERED", PartyStatus.CONNECTED),
        ("HOLD", PartyStatus.ON_HOLD),
        ("BYE", PartyStatus.ENDED),
        ("bye", PartyStatus.ENDED),
        ("Whistling", None),
        ("", None),
    ],
)
def test_each_party_of_v2_has_its_own_status(
    word: str, status: PartyStatus | None
) -> None:
    """In words of any case; unknown ones are none."""
    report = parse(
        action="CallStatus",
        members=[{"ext": {"number": "1023", "memberstatus": word}}],
    )

    assert report.parties == (extension("1023", status),)


@pytest.mark.parametrize(
    ("action", "first", "others"),
    [
        ("RING", PartyStatus.RINGING, PartyStatus.ALERTING),
        ("ALERT", PartyStatus.ALERTING, PartyStatus.RINGING),
        ("ANSWER", PartyStatus.ANSWERED, PartyStatus.CONNECTED),
        ("ANSWERED", PartyStatus.CONNECTED, PartyStatus.ANSWERED),
        ("BYE", PartyStatus.ENDED, PartyStatus.ENDED),
        ("Incoming", None, None),
        ("Tranfer", None, None),
    ],
)
def test_the_type_of_a_v1_report_tells_the_statuses_of_its_phones(
    action: str, first: PartyStatus | None, others: PartyStatus | None
) -> None:
    """The first of several phones is the one that it is about."""
    report = parse(action=action, call=[{"ext": {"extid": i}} for i in "123"])

    assert [party.status for party in report.parties] == [first, others, others]


EXT: dict[str, object] = {"ext": {"extid": "1000"}}
INBOUND: dict[str, object] = {"inbound": {"from": "55", "to": "88"}}
OUTBOUND: dict[str, object] = {"outbound": {"from": "1000", "to": "66"}}
ACTIONS = ["RING", "ALERT", "ANSWER", "ANSWERED", "BYE"]
# What the types say about the called side and about the caller's.
CALLED_AND_CALLER = {
    "RING": (PartyStatus.RINGING, PartyStatus.ALERTING),
    "ALERT": (PartyStatus.RINGING, PartyStatus.ALERTING),
    "ANSWER": (PartyStatus.ANSWERED, PartyStatus.CONNECTED),
    "ANSWERED": (PartyStatus.ANSWERED, PartyStatus.CONNECTED),
    "BYE": (PartyStatus.ENDED, PartyStatus.ENDED),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("caller", "called"),
    [
        (INBOUND, EXT),
        (EXT, OUTBOUND),
        (INBOUND, OUTBOUND),
    ],
    ids=["inbound", "outbound", "forwarded outside"],
)
@pytest.mark.parametrize("called_first", [True, False])
def test_a_trunk_leg_tells_the_sides_whatever_the_order(
    action: str,
    caller: dict[str, object],
    called: dict[str, object],
    called_first: bool,
) -> None:
    """An inbound leg is the caller's side, and an outbound leg beside a phone is not."""
    rows = [called, caller] if called_first else [caller, called]

    first, second = parse(action=action, call=rows).parties

    found = (first.status, second.status)
    assert (found if called_first else found[::-1]) == CALLED_AND_CALLER[action]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("place", range(3))
def test_all_phones_beside_an_inbound_leg_are_called(action: str, place: int) -> None:
    """Wherever the leg stands among them."""
    rows = [{"ext": {"extid": number}} for number in ("1000", "1002")]
    rows.insert(place, {"inbound": {"from": "55", "to": "88"}})

    report = parse(action=action, call=rows)

    called, caller = CALLED_AND_CALLER[action]
    assert [party.status for party in report.parties] == [
        caller if party.kind is PartyKind.INBOUND else called
        for party in report.parties
    ]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("leg", "is_called"), [(INBOUND, False), (OUTBOUND, True)], ids=["in", "out"]
)
def test_a_trunk_leg_by_itself_tells_its_side(
    action: str, leg: dict[str, object], is_called: bool
) -> None:
    """Both legs of a callback are called."""
    (party,) = parse(action=action, **leg).parties

    called, caller = CALLED_AND_CALLER[action]
    assert party.status is (called if is_called else caller)
    both = parse(action=action, call=[OUTBOUND, OUTBOUND]).parties
    assert [party.status for party in both] == [called, called]


def test_a_status_a_party_names_itself_counts_more_than_the_type() -> None:
    """It is the more exact one."""
    report = parse(ext={"extid": "1", "memberstatus": "HOLD"})

    assert report.parties == (extension("1", PartyStatus.ON_HOLD),)


def test_what_a_party_is_not_told_is_empty() -> None:
    """So the guide prints it, in a PlayPromptEnd."""
    (party,) = parse(action="PlayPromptEnd", outbound={"trunkname": "T"}).parties

    assert party == Party(kind=PartyKind.OUTBOUND, trunk="T")


# The fields of a report


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("agentringtime", "agent_ring_time"),
        ("callduraction", "call_duration"),
        ("callduration", "call_duration"),
        ("callfrom", "call_from"),
        ("callto", "call_to"),
        ("conferencename", "conference_name"),
        ("conferencenumber", "conference_number"),
        ("desttrunkname", "destination_trunk"),
        ("didnumber", "did_number"),
        ("dsttrcunkname", "destination_trunk"),
        ("dsttrunkname", "destination_trunk"),
        ("dstrunkname", "destination_trunk"),
        ("extid", "extension"),
        ("extnumber", "extension"),
        ("flag", "key_index"),
        ("info", "key"),
        ("infos", "keys"),
        ("reason", "reason"),
        ("registeredIP", "registered_ip"),
        ("smsid", "sms_id"),
        ("srctrunkname", "source_trunk"),
        ("surveyresult", "survey_result"),
        ("talkduraction", "talk_duration"),
        ("talkduration", "talk_duration"),
        ("timestart", "time_start"),
        ("trunkname", "trunk"),
        ("type", "kind"),
        ("someNewField", "some_new_field"),
        ("some new-field", "some_new_field"),
    ],
)
def test_fields_are_named_in_words(wire: str, ours: str) -> None:
    """Misspellings included; a new one becomes snake case."""
    assert parse(**{wire: "x"}).fields == {ours: "x"}


@pytest.mark.parametrize(
    "key", ["action", "event", "callid", "sn", "call", "members", "ext", "inbound"]
)
def test_what_has_a_place_of_its_own_is_no_field(key: str) -> None:
    """Not even with a value that makes no sense."""
    assert parse(**{key: "x"}).fields == {}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (480, "480"),
        (None, ""),
        ("  x ", "x"),
        (["a", 1], ["a", "1"]),
        ({"b": 2}, {"b": "2"}),
    ],
)
def test_values_of_any_type_are_kept_as_text(sent: object, kept: object) -> None:
    """Boxes mix text and numbers."""
    report = parse(reason=sent)

    assert report.fields == {"reason": kept}
    assert report.raw == {"action": "RING", "reason": kept}


def test_a_word_is_text_even_where_the_field_is_not() -> None:
    """Empty for what is no text or not there."""
    report = parse(reason="DND", members=[], list=["x"])

    assert report.word("reason") == "DND"
    assert report.word("list") == ""
    assert report.word("missing") == ""


@pytest.mark.parametrize(
    "number", ["1495700976.270", "1495700976.0000000000000000010", "1e3"]
)
def test_an_unquoted_call_id_keeps_every_digit(number: str) -> None:
    """As a number it would lose some."""
    report = parse_report(b'{"action":"RING","callid":%s}' % number.encode())

    assert report.call_id == number


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"extension": "1000"}, "1000"),
        ({"extid": "1000"}, "1000"),
        ({"extension": "1000", "ext": {"extid": "1001"}}, "1000"),
        ({"ext": {"extid": "1000"}}, "1000"),
        ({"ext": {"extid": "1000"}, "inbound": {"from": "5"}}, "1000"),
        ({"ext": {"extid": ["1000", "1000"]}}, "1000"),
        ({"ext": {"extid": ["1000", "1001"]}}, ""),
        ({"extension": ["1000"]}, ""),
        ({"inbound": {"from": "1000"}}, ""),
        ({}, ""),
    ],
)
def test_a_report_is_about_an_extension_if_it_names_just_one(
    fields: dict[str, object], expected: str
) -> None:
    """By a field of its own or among the parties."""
    assert parse(**fields).extension == expected


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Ringing", ExtensionState.RINGING),
        ("Registered", ExtensionState.IDLE),
        ("Whistling", None),
    ],
)
def test_an_extension_status_report_tells_the_state(
    status: str, state: ExtensionState | None
) -> None:
    """None for a word nobody knows."""
    report = parse(action="ExtensionStatus", extension="1000", status=status)

    assert report.extension == "1000"
    assert extension_state(report.word("status")) is state


# What was sent, without secrets


def test_raw_is_what_was_sent_with_repeated_keys_as_lists() -> None:
    """Nothing that was sent is lost."""
    report = parse_report(
        b'{"action":"BYE","ext":{"extid":"1"},"x":"y","ext":{"extid":"2"}}'
    )

    assert report.raw == {
        "action": "BYE",
        "ext": [{"extid": "1"}, {"extid": "2"}],
        "x": "y",
    }


@pytest.mark.parametrize("key", [*SECRET_KEYS, "PinCode", "PASSWORD", " pincode "])
@pytest.mark.parametrize(
    "nest",
    [
        lambda secret: secret,
        lambda secret: {"x": secret},
        lambda secret: {"ext": {"extid": "1", **secret}},
        lambda secret: {"call": [{"inbound": {"from": "1", **secret}}]},
        lambda secret: {"x": [{"y": [[{"z": secret}]]}]},
    ],
    ids=["top", "object", "party", "list of parties", "deep"],
)
def test_a_secret_is_nowhere_at_any_depth(key: str, nest: Any) -> None:
    """Neither in the fields, nor in raw, nor among the parties."""
    assert SECRET not in repr(parse(**nest({key: SECRET})))


def test_a_secret_that_is_an_object_is_gone_as_a_whole() -> None:
    """All that stands under its key is secret."""
    assert SECRET not in repr(parse(pincode={"value": [SECRET]}))


@pytest.mark.parametrize(
    "body", [b'{"x":"s3cret"', b'{"x":"s3cret"}', b'"s3cret"', b"s3cret"]
)
def test_an_error_does_not_repeat_what_was_sent(body: bytes) -> None:
    """It may have held a secret."""
    with pytest.raises(PbxProtocolError) as caught:
        parse_report(body)

    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__ or not caught.value.__context__


# How it is written


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"action":"BootUp"}',
        b'{"action":"BootUp"}\0',
        b'{"action":"BootUp"}\0\r\n\0',
        b'\r\n\t {"action":"BootUp"} \n',
        b'\0\xef\xbb\xbf{"action":"BootUp"}',
        b'{"action": " BootUp "}',
        b'{"action":"BootUp","x":NaN}',
    ],
    ids=["BOM", "NUL", "NULs", "white space", "NUL and BOM", "padded", "NaN"],
)
def test_untidy_json_is_understood(body: bytes) -> None:
    """Byte order marks, NULs and white space are harmless."""
    assert parse_report(body).type is ReportType.BOOT


def test_text_that_is_no_utf_8_does_not_spoil_the_rest() -> None:
    """A caller's name travels through many networks, in many encodings."""
    report = parse_report(
        b'{"action":"ExtensionStatus","status":"Idle","x":"M\xfcller"}'
    )

    assert extension_state(report.word("status")) is ExtensionState.IDLE
    assert report.fields["x"] == "M\N{REPLACEMENT CHARACTER}ller"


def test_control_characters_in_text_do_not_spoil_the_rest() -> None:
    """Strict JSON would forbid them."""
    report = parse_report(b'{"action":"ExtensionStatus","status":"Idle","x":"a\tb"}')

    assert extension_state(report.word("status")) is ExtensionState.IDLE


@pytest.mark.parametrize("name", ["value", "\\ud800"])
def test_half_a_surrogate_pair_is_replaced(name: str) -> None:
    """It is no text that could be stored or sent on, nor shown."""
    report = parse_report(b'{"action":"X","%s":"a\\ud83d"}' % name.encode())

    json.dumps([report.raw, report.fields], ensure_ascii=False).encode()
    assert next(iter(report.fields.values())) == "a?"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"null",
        b"7",
        b'"BootUp"',
        b"[]",
        b'[{"action":"BootUp"}]',
        b"{}",
        b'{"action":""}',
        b'{"action":null}',
        b'{"action":{}}',
        b'{"action":["BootUp"]}',
        b'{"status":"Success"}',
        b'{"action":"BootUp"',
        b'{"action":"BootUp"}{"action":"BootUp"}',
        b"action=BootUp",
        b"<html></html>",
        '{"action":"BootUp"}'.encode("utf-16"),
        pytest.param(b'{"action":"BootUp","x":%s}' % (b"9" * 5000), id="endless"),
    ],
)
def test_what_is_no_report_is_refused(body: bytes) -> None:
    """With an error of ours, whatever it is instead."""
    with pytest.raises(PbxProtocolError):
        parse_report(body)


@pytest.mark.parametrize("depth", [100, 900, 1100, 60_000, 300_000])
@pytest.mark.parametrize("brackets", [(b"[", b"]"), (b'{"x":', b"}")])
def test_endless_nesting_is_refused(depth: int, brackets: tuple[bytes, bytes]) -> None:
    """Before anything walks through it and runs out of stack."""
    opening, closing = brackets
    nested = opening * depth + b"1" + closing * depth

    with pytest.raises(PbxProtocolError):
        parse_report(b'{"action":"RING","x":%s}' % nested)


def test_nesting_deeper_than_any_guide_shows_is_understood() -> None:
    """The bound is far from what boxes send."""
    nested: Any = "x"
    for _ in range(12):
        nested = {"x": nested}

    assert parse(x=nested["x"]).raw["x"] == nested["x"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.just(SECRET).map(lambda secret: {"pincode": secret}),
    lambda values: (
        st.lists(values)
        | st.dictionaries(
            st.text()
            | st.sampled_from(
                ["ext", "inbound", "outbound", "call", "members", "extid", "callid"]
            ),
            values,
        )
    ),
)


def every_key(value: object) -> Iterator[str]:
    """Return the keys at every depth."""
    match value:
        case dict():
            for key, inner in value.items():
                yield key
                yield from every_key(inner)
        case list():
            for item in value:
                yield from every_key(item)


@given(st.binary())
def test_arbitrary_bytes_are_a_report_or_refused(body: bytes) -> None:
    """No other error ever escapes."""
    with suppress(PbxProtocolError):
        parse_report(body)


@given(JSON)
def test_arbitrary_json_is_a_report_or_refused(value: object) -> None:
    """No other error ever escapes."""
    with suppress(PbxProtocolError):
        parse_report(json.dumps(value).encode())


@given(
    st.sampled_from(sorted(TYPES)),
    st.dictionaries(st.sampled_from(["ext", "call", "members", "inbound", "x"]), JSON),
)
def test_a_report_of_a_known_type_is_understood_whatever_is_in_it(
    action: str, fields: dict[str, object]
) -> None:
    """It holds no secret, and can be stored and sent on."""
    report = parse(action=action, **fields)

    assert report.type is TYPES[action]
    assert "pincode" not in list(every_key([report.raw, report.fields]))
    # It can be stored and sent on.
    json.dumps([report.raw, report.fields], ensure_ascii=False).encode()


# Bounds


def test_a_report_has_no_more_fields_than_any_pbx_sends() -> None:
    """The first ones are kept."""
    fields = {f"k{number}": "v" for number in range(2 * MAX_FIELDS)}
    report = parse_report(json.dumps({"action": "Any", **fields}).encode())
    assert list(report.fields) == list(fields)[:MAX_FIELDS]


@pytest.mark.parametrize("value", [{}, [], "", 0], ids=repr)
def test_a_report_of_thousands_of_values_is_refused_unread(value: object) -> None:
    """Reading them would take much longer than their bytes let expect."""
    body = {"action": "Any", "rows": [value] * (MAX_VALUES + 1)}
    with pytest.raises(PbxProtocolError):
        parse_report(json.dumps(body).encode())


def test_a_hundred_phones_that_ring_are_understood() -> None:
    """No PBX rings more at once."""
    members = [
        {
            "ext": {
                "number": str(1000 + phone),
                "channelid": f"PJSIP/{1000 + phone}-{phone:08x}",
                "memberstatus": "RING",
                "name": "Any, {name}",
            }
        }
        for phone in range(100)
    ]
    body = {"event": "CallStatus", "callid": "1", "members": members}
    assert len(parse_report(json.dumps(body).encode()).parties) == 100


@pytest.mark.parametrize(
    "body",
    [
        b'{"action":"RING"}',
        b' {"action":"RING","ext":{"extid":"1000"}}\r\n\0',
        b'{"action":"}{{{"}',
        b'{"action":"a\\"}"}',
        b'{"a":"' + b'","a":"' * 10_000,
    ],
)
def test_a_body_that_is_whole_is_not_waited_for(body: bytes) -> None:
    """Nor one of more texts than any report has."""
    assert is_complete(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"action":"RING","ext":{"extid":"1000"}',
        b'{"action":"RING","name":"}',
        b'{"action":"RING","name":"a\\"}',
        b'{"action":"RING","name":"a\\',
        b'{"action":"RING",',
    ],
)
def test_half_a_body_is_waited_for(body: bytes) -> None:
    """Wherever a packet ends."""
    assert not is_complete(body)


@pytest.mark.parametrize(
    ("body", "outlasts"),
    [
        (b'{"action":"BYE"}', True),
        (b'{ "event" : "NewCdr" }', True),
        (b'{"callid":"1","action":"Invite"}', True),
        (b'{"action":"sms-send"}', True),
        (b'{"Event":"SMS_Send"}', True),
        (b'{"action":"RING"}', False),
        (b'{"action":"ExtensionStatus","name":"BYE"}', False),
    ],
)
def test_what_no_poll_tells_is_known_unread(body: bytes, outlasts: bool) -> None:
    """It is kept rather than others when too many come."""
    assert outlasts_polls(body) is outlasts
