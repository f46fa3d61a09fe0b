"""Call detail records, as they come in reports."""

from datetime import datetime
import json
from typing import Any

import pytest

from custom_components.yeastar.pbx.models import CallDirection, CallRecord, RecordStatus
from custom_components.yeastar.pbx.records import record_of_report
from custom_components.yeastar.pbx.s_series.reports import parse_report

from .samples import SAMPLES


def record(**fields: Any) -> CallRecord:
    """Return the record in a NewCdr report with these fields."""
    body = json.dumps({"action": "NewCdr", "callid": "1.2", **fields})
    return record_of_report(parse_report(body.encode()))


def test_the_records_of_the_guides_are_read() -> None:
    """Of all editions, with all their spellings."""
    records = [
        record_of_report(parse_report(sample.body))
        for sample in SAMPLES
        if sample.name == "NewCdr"
    ]

    assert [
        (
            found.direction,
            found.source_trunk,
            found.destination_trunk,
            found.duration,
            found.talk_duration,
        )
        for found in records
    ] == [
        (CallDirection.INTERNAL, "", "", 3, 2),
        (CallDirection.OUTBOUND, "", "Apple_test", 29, 29),
        (CallDirection.INBOUND, "Apple_test", "", 38, 29),
        (CallDirection.OUTBOUND, "", "sip-142", 4, 4),
        (CallDirection.INBOUND, "sip-142", "", 18, 9),
        (CallDirection.INTERNAL, "", "", 19, 14),
        (CallDirection.OUTBOUND, "", "SPS-6-36", 6, 3),
    ]
    assert [found.trunk for found in records] == [
        found.source_trunk or found.destination_trunk for found in records
    ]
    assert {found.status for found in records} == {RecordStatus.ANSWERED}


def test_every_field_of_a_record_is_read() -> None:
    """From the guide's longest sample."""
    assert record(
        timestart="2017-09-14 09:30:15",
        callfrom="1000",
        callto="91000",
        srctrunkname="SIP-142",
        desttrunkname="Apple_test",
        didnumber="5503300",
        callduraction="29",
        talkduraction="20",
        status="ANSWERED",
        type="Outbound",
        recording="20170914093038-1505352615.274-1000-91000-Outbound.wav",
    ) == CallRecord(
        started=datetime(2017, 9, 14, 9, 30, 15),
        caller="1000",
        callee="91000",
        member="",
        duration=29,
        talk_duration=20,
        source_trunk="SIP-142",
        destination_trunk="Apple_test",
        status=RecordStatus.ANSWERED,
        direction=CallDirection.OUTBOUND,
        called_number="5503300",
        recording="20170914093038-1505352615.274-1000-91000-Outbound.wav",
    )


def test_a_record_may_lack_everything() -> None:
    """Absent keys are normal in v1."""
    assert record() == CallRecord(
        started=None,
        caller="",
        callee="",
        member="",
        duration=0,
        talk_duration=0,
        source_trunk="",
        destination_trunk="",
        status=None,
        direction=None,
        called_number="",
        recording="",
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ANSWERED", RecordStatus.ANSWERED),
        ("ANSWERD", RecordStatus.ANSWERED),
        ("Answered", RecordStatus.ANSWERED),
        ("NO ANSWER", RecordStatus.NO_ANSWER),
        ("NO ANSWERED", RecordStatus.NO_ANSWER),
        ("BUSY", RecordStatus.BUSY),
        ("FAILED", RecordStatus.FAILED),
        ("VOICEMAIL", RecordStatus.VOICEMAIL),
        ("ABDUCTED", None),
        ("", None),
    ],
)
def test_how_a_call_ended(word: str, status: RecordStatus | None) -> None:
    """In all spellings of the guides."""
    assert record(status=word).status is status


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        ("Inbound", CallDirection.INBOUND),
        ("Outbound", CallDirection.OUTBOUND),
        ("Internal", CallDirection.INTERNAL),
        ("Callback", CallDirection.CALLBACK),
        ("INBOUND", CallDirection.INBOUND),
        ("Transfer", None),
        ("", None),
    ],
)
def test_which_way_a_call_went(word: str, direction: CallDirection | None) -> None:
    """None for kinds that are no direction."""
    assert record(type=word).direction is direction


@pytest.mark.parametrize(
    ("callto", "callee", "member"),
    [
        ("6200(4002)", "6200", "4002"),
        ("4002", "4002", ""),
        ("1000(+491713920010)", "1000", "+491713920010"),
        ("+49 (30) 1234", "+49 (30) 1234", ""),
        ("(4002)", "(4002)", ""),
        ("6200()", "6200()", ""),
    ],
)
def test_a_called_group_is_told_from_who_answered_for_it(
    callto: str, callee: str, member: str
) -> None:
    """Only where it is written just so."""
    found = record(callto=callto)

    assert (found.callee, found.member) == (callee, member)


@pytest.mark.parametrize(
    "spelling", ["desttrunkname", "dsttrcunkname", "dsttrunkname", "dstrunkname"]
)
def test_every_spelling_of_the_outgoing_trunk_is_understood(spelling: str) -> None:
    """Four are known."""
    found = record(**{"srctrunkname": "", spelling: "SIP-142"})

    assert (found.source_trunk, found.destination_trunk) == ("", "SIP-142")
    assert found.trunk == "SIP-142"


def test_the_trunk_of_a_record_is_that_of_the_caller_first() -> None:
    """A call that was forwarded to the outside has two (seen by real programs)."""
    found = record(srctrunkname="SIP-142", dsttrunkname="GSM2-8")

    assert found.trunk == "SIP-142"


def test_the_called_number_without_one_is_empty() -> None:
    """Asterisk writes `s` then."""
    assert record(callto="s").callee == ""


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0),
        (29, 29),
        ("604801", 604800),
        pytest.param("9" * 5000, 604800, id="endless"),
        ("-5", 0),
        ("1.5", 0),
        ("²", 0),
        ("٣", 0),
        (None, 0),
        ([5], 0),
    ],
)
def test_durations_are_bounded_whole_seconds(written: object, seconds: int) -> None:
    """By a week; what is no number is 0."""
    found = record(callduraction=written, talkduraction=written)

    assert (found.duration, found.talk_duration) == (seconds, seconds)


def test_talking_takes_no_longer_than_the_call() -> None:
    """A record that says so is bounded."""
    found = record(callduraction="10", talkduraction="25")

    assert (found.duration, found.talk_duration) == (10, 10)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "2017-09-14", "2017-13-14 09:30:15", 1505352615]
)
def test_a_start_that_is_no_time_is_left_open(written: object) -> None:
    """None is no error."""
    assert record(timestart=written).started is None
