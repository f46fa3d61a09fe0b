"""What takes the place of numbers, names, secrets and addresses."""

import csv
import json
import re

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yeastar.pbx.s_series.record_files import RECORD_COLUMNS
from scripts.pbx_probe.redaction import Redactor


def redacted(**fields: object) -> dict[str, object]:
    """Return an object with everything replaced."""
    body = Redactor().body(json.dumps(fields).encode())
    assert body is not None
    found: dict[str, object] = json.loads(body)
    return found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "Registered (Unmonitored)"),
        ("status", "Some New Word"),
        ("memberstatus", "ANSWERED"),
        ("reason", "486 Busy Here"),
        ("errno", "10003"),
        ("firmwarever", "30.10.0.67"),
        ("hardwarever", "V1.30 0000-0000"),
        ("model_name", "P-Series Software Edition"),
        ("systemtime", "2017-05-24 23:25:20 UTC-8"),
        ("time_start", "2026/10/16 15:04:09"),
        ("time", "05/24/2026 11:25:20 PM"),
        ("uptime", "3days 03:57:42"),
        ("extensionstatus", "22/500"),
        ("callid", "1571896991.2"),
        ("talkduraction", "42"),
        ("port", "Span2-Port1"),
        ("dnd", "off"),
        ("anything", ""),
        ("anything", " "),
        ("anything", None),
        ("anything", True),
        ("enb_something", 1),
        ("type", 30011),
        ("up_time", 24852),
    ],
)
def test_words_counts_and_times_stay(key: str, value: object) -> None:
    """They are what a capture is for."""
    assert redacted(**{key: value}) == {key: value}


@pytest.mark.parametrize(
    "number",
    ["1000", "01705550134", "+4917055501344", "0044", "*0312", "22", "7", "1000,1001,"],
)
@pytest.mark.parametrize("key", ["callfrom", "number", "anything"])
def test_a_number_keeps_its_form(number: str, key: str) -> None:
    """Its length, its zeros at the beginning and its signs."""
    new = redacted(**{key: number})[key]

    assert isinstance(new, str)
    assert new != number
    assert len(new) == len(number)
    for old, other in zip(number, new, strict=True):
        assert old.isdigit() == other.isdigit()
    zeros = len(number) - len(number.lstrip("0"))
    assert new.startswith("0" * zeros)


@pytest.mark.parametrize(
    "value",
    [
        "Anna Example",
        "pbx.example.org",
        "https://pbx.example.org/x?token=1",
        "Provider-SIP",
        "48a7d7481a5355aa4fb5dc285edeb40e",
        "Müller",
        "阮",
        "Status: of Anna",
    ],
)
def test_a_text_that_no_guide_knows_is_a_name(value: str) -> None:
    """Whatever it is, and under any key."""
    assert redacted(anything=value) == {"anything": "Name 1"}


@pytest.mark.parametrize(
    ("value", "new"),
    [
        ("192.168.5.10", "192.0.2.1"),
        ("192.168.5.10:5060", "192.0.2.1:5060"),
        ("00:1B:63:84:45:E6", "00:00:5E:00:53:01"),
        ("fe80::1ff:fe23:4567:890a", "2001:db8::1"),
        ("anna@example.org", "person1@example.com"),
    ],
)
def test_an_address_becomes_one_of_documents(value: str, new: str) -> None:
    """Of the kind that it was."""
    assert redacted(anything=value) == {"anything": new}


@pytest.mark.parametrize(
    "key", ["token", "vmsecret", "registerpassword", "reg_password", "pin_code"]
)
@pytest.mark.parametrize("value", ["on", "7391", 4812, "2017-05-24 23:25:20"])
def test_a_secret_never_stays(key: str, value: object) -> None:
    """Even where it looks like a word, a count or a time."""
    assert str(value) not in str(redacted(**{key: value}))


def test_a_serial_number_keeps_its_form() -> None:
    """Letters and digits are others."""
    new = redacted(sn="3631A2124")["sn"]

    assert isinstance(new, str)
    assert new != "3631A2124"
    assert [c.isdigit() for c in new] == [c.isdigit() for c in "3631A2124"]


def test_what_holds_a_number_and_a_name_keeps_its_form() -> None:
    """And both are the same as where they stand alone."""
    new = redacted(
        number="1000",
        name="Anna",
        group="6200",
        file="wav",
        trunk="to-the-world",
        channel_id="PJSIP/1000-0000001c",
        outside="PJSIP/trunk-to-the-world-endpoint-0000001d",
        call_from="Anna <1000>",
        callto="6200(1000)",
        call_path="queue-6200",
        recording="Anna-1000.wav",
    )

    number, group, trunk = new["number"], new["group"], new["trunk"]
    assert new["channel_id"] == f"PJSIP/{number}-0000001c"
    assert new["outside"] == f"PJSIP/trunk-{trunk}-endpoint-0000001d"
    assert new["call_from"] == f"{new['name']} <{number}>"
    assert new["callto"] == f"{group}({number})"
    assert new["call_path"] == f"queue-{group}"
    assert new["recording"] == f"{new['name']}-{number}.wav"


def test_the_same_is_always_replaced_by_the_same() -> None:
    """In every body, as text or without quotes."""
    redactor = Redactor()
    first = json.loads(redactor.body(b'{"number":"1000","name":"Anna"}') or "")
    second = json.loads(redactor.body(b'{"to":1000,"text":"Anna"}') or "")

    assert str(second["to"]) == first["number"]
    assert second["text"] == first["name"]


def test_repeated_keys_and_numbers_without_quotes_stay_as_they_came() -> None:
    """The parsers have to see what the PBX wrote."""
    body = b'\xef\xbb\xbf {"callid":1495700976.270,"ext":{},"ext":[1.50]}\0\n'

    new = Redactor().body(body)

    assert new is not None
    assert new.startswith('\ufeff {"callid":1495700976.270,"ext":{},"ext":[')
    assert new.endswith("]}\0\n")


def test_json_within_a_text_is_looked_into() -> None:
    """A P-Series writes its events so."""
    new = redacted(type=30008, msg='{"extension":"2002","status":"Ringing"}')

    inner = json.loads(str(new["msg"]))
    assert inner["status"] == "Ringing"
    assert inner["extension"] != "2002"


def test_keys_that_are_no_words_are_replaced() -> None:
    """A PBX may use a number or a name as a key."""
    text = Redactor().body('{"1000":1,"Zoë":2}'.encode())

    assert text is not None
    assert "1000" not in text
    assert "Zoë" not in text


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":1', b'{"a":1} b', b"[" * 9000])
def test_what_is_not_json_is_left_out(body: bytes) -> None:
    """It could be anything."""
    assert Redactor().body(body) is None


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_file_of_records_keeps_its_form(names: bool, quote: str) -> None:
    """With or without names of the columns, quotes and a byte order mark."""
    row = ["1495700976.27", "2017-05-25 16:29:36", "Anna<1000>", "5503301", "9", "7"]
    row += ["", "SIP-142", "ANSWERED", "Outbound", "", "", "", "369364835218"]
    lines = [",".join(RECORD_COLUMNS)] * names + [
        ",".join(f"{quote}{cell}{quote}" for cell in row)
    ]

    table = Redactor().table(("\ufeff" * names + "\r\n".join([*lines, ""])).encode())

    assert table is not None
    *head, new, last = table.split("\n")
    assert last == ""
    assert head == [f"\ufeff{lines[0]}\r"] * names
    cells = next(csv.reader([new.removesuffix("\r")]))
    assert new.startswith(quote) and new.endswith(f"{quote}\r")
    assert len(cells) == len(row)
    assert cells[:2] == row[:2]
    assert cells[4:7] == row[4:7]
    assert cells[8:10] == row[8:10]
    assert cells[2].startswith("Name 1<")
    # Whole words: what replaces a long number may have a short one in it.
    words = set(re.split(r'[",<>\s]+', new))
    assert not words & {"Anna", "1000", "5503301", "SIP-142", "369364835218"}


@pytest.mark.parametrize("body", [b"", b"<html>,callid", b"Anna,1000"])
def test_another_file_is_left_out(body: bytes) -> None:
    """It could be anything."""
    assert Redactor().table(body) is None


PRIVATE = st.text("abcdefgh XYZäß", min_size=8, max_size=20).map(
    lambda text: f"Q{text.strip()}q"
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["username", "name", "text", "to", "caller_id", "x"]),
        PRIVATE | st.lists(PRIVATE) | st.from_regex(r"\A[1-9][0-9]{8,11}\Z"),
    )
)
def test_no_private_text_is_left(fields: dict[str, object]) -> None:
    """Names and numbers of any kind, alone and in lists."""
    text = Redactor().body(json.dumps(fields).encode())

    assert text is not None
    for value in fields.values():
        for private in value if isinstance(value, list) else [value]:
            assert json.dumps(private, ensure_ascii=False) not in text
