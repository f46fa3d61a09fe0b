"""Files of contacts as phones, mail programs and people make them."""

import pytest

from custom_components.yeastar.phonebook.contact_formats import (
    Entry,
    as_csv,
    as_vcards,
    read_contacts,
)
from custom_components.yeastar.phonebook.contacts import Contact

GRANDMA = Entry(name="Grandma", numbers=("+49 30 123456", "0171 1234567"))

PHONE = """BEGIN:VCARD
VERSION:3.0
N:;Grandma;;;
FN:Grandma
TEL;TYPE=HOME:+49 30 123456
item1.TEL;TYPE=CELL,pref:0171
  1234567
EMAIL:grandma@example.com
END:VCARD
"""
OLD_PHONE = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;
TEL;CELL:0171 1234567
NOTE;ENCODING=QUOTED-PRINTABLE:two=0D=0A=
lines
END:VCARD
"""
VERSION_4 = """BEGIN:VCARD\r
VERSION:4.0\r
FN:Smith\\, Ann\r
TEL;VALUE=uri;TYPE="voice,home":tel:+1-555-555-5555;ext=5555\r
PHOTO;MEDIATYPE=image/gif:http://www.example.com/pub/photos/ann.gif\r
END:VCARD\r
"""
COMPANY = "BEGIN:VCARD\nVERSION:3.0\nFN:\nORG:Acme;Sales\nTEL:030 1\nEND:VCARD\n"
GOOGLE = """First Name,Last Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,Notes
Ann,Smith,Mobile,+1 555 555 5555 ::: +1 555 555 5556,,likes tea
"""
OUTLOOK = """"First Name";"Last Name";"Business Fax";"Home Phone";"Mobile Phone"
"Ann";"Smith";"030 9";"030 1";"0171 2"
"""
GERMAN = "Name;Telefon;Handy\nJörg Müller;030 1;0171 2\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PHONE, GRANDMA),
        (PHONE.replace("\n", "\r\n"), GRANDMA),
        (OLD_PHONE, Entry(name="Jörg Müller", numbers=("0171 1234567",))),
        (VERSION_4, Entry(name="Smith, Ann", numbers=("+1-555-555-5555",))),
        (COMPANY, Entry(name="Acme Sales", numbers=("030 1",))),
        (
            GOOGLE,
            Entry(name="Ann Smith", numbers=("+1 555 555 5555", "+1 555 555 5556")),
        ),
        (OUTLOOK, Entry(name="Ann Smith", numbers=("030 1", "0171 2"))),
        (GERMAN, Entry(name="Jörg Müller", numbers=("030 1", "0171 2"))),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read(content: str, expected: Entry, encoding: str) -> None:
    """Whatever program wrote it, and on whatever system."""
    assert read_contacts(content.encode(encoding)) == [expected]


def test_a_file_of_an_old_windows_is_read() -> None:
    """It is no Unicode."""
    (entry,) = read_contacts(GERMAN.encode("cp1252"))
    assert entry.name == "Jörg Müller"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"BEGIN:VCARD",
        b"BEGIN:VCARD\nFN:No number\nEND:VCARD",
        b"BEGIN:VCARD\nTEL:030 1\nEND:VCARD",
        b"END:VCARD",
        b"Name,Phone\nNo number,\n,030 1\n",
        b"only one line",
        b"\x00\x01\x02",
    ],
)
def test_a_file_without_contacts_has_none(content: bytes) -> None:
    """A contact needs a name and a number."""
    assert read_contacts(content) == []


@pytest.mark.parametrize("written", [as_vcards, as_csv])
def test_what_is_written_is_read_again(written: object) -> None:
    """With all that a contact has."""
    contacts = [
        Contact("1", "Smith, Ann; \\o/", ("+49 30 1", "*21"), "+49 30 1", voice=True),
        Contact("2", "Jörg", ("0171 2",), picture="/local/joerg.jpg"),
    ]
    assert callable(written)
    assert read_contacts(written(contacts).encode()) == [
        Entry("Smith, Ann; \\o/", ("+49 30 1", "*21"), "+49 30 1", voice=True),
        Entry("Jörg", ("0171 2",), voice=False, picture="/local/joerg.jpg"),
    ]
