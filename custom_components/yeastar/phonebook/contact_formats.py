"""Reads and writes contacts as vCard (RFC 6350, and what versions 2.1 and 3.0 differ in) and CSV."""

from collections.abc import Iterable, Iterator, Mapping
import csv
from dataclasses import dataclass
import io
import quopri
import re

from .contacts import Contact

MAX_FILE = 5_000_000
"""Bytes; photos are most of them."""
_NAMES = ("name", "display name", "full name", "fn", "contact", "vollständiger name")
_GIVEN = ("first name", "given name", "firstname", "vorname")
_FAMILY = ("last name", "family name", "lastname", "surname", "nachname")
_NUMBER = re.compile(
    r"phone|telefo|téléphone|mobil|numbers?\b|\b(tel|nummer|número|numéro|numero|handy"
    r"|cell|gsm|电话|手机|号码)\b"
)
_NO_NUMBER = re.compile(r"phonetic|type|label|mail|fax|sms number|house|account")


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact as a file has it.

    Attributes:
        picture: a path at Home Assistant, empty for none.
        sms_number: one of the numbers, empty for none.
        voice: None if the file does not say whether it may be called by voice.
    """

    name: str
    numbers: tuple[str, ...]
    sms_number: str = ""
    voice: bool | None = None
    picture: str = ""


def read_contacts(content: bytes) -> list[Entry]:
    """Return the contacts of a file, which are all that have a name and a number."""
    text = _decoded(content)
    is_vcard = text.lstrip().upper().startswith("BEGIN:VCARD")
    entries = _of_vcards(text) if is_vcard else _of_csv(text)
    return [entry for entry in entries if entry.name and entry.numbers]


def _decoded(content: bytes) -> str:
    """Return the text of a file: Unicode, or else what Windows writes in the west."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


# vCard


def _of_vcards(text: str) -> Iterator[Entry]:
    card: dict[str, list[str]] = {}
    for name, value in _properties(text):
        if (name, value.upper()) == ("BEGIN", "VCARD"):
            card = {}
        elif (name, value.upper()) == ("END", "VCARD"):
            yield _of_card(card)
        else:
            card.setdefault(name, []).append(value)


def _properties(text: str) -> Iterator[tuple[str, str]]:
    """Return the properties of cards with what they say, by name without a group."""
    # A line that begins with a space goes on the one before.
    lines = iter(re.sub(r"\r?\n[ \t]", "", text).splitlines())
    for line in lines:
        head, colon, value = line.partition(":")
        if not colon:
            continue
        name, *parameters = head.upper().split(";")
        if any("QUOTED-PRINTABLE" in parameter for parameter in parameters):
            while value.endswith("="):
                value = value[:-1] + next(lines, "")
            value = _decoded(quopri.decodestring(value.encode()))
        yield name.rpartition(".")[2], value.strip()


def _of_card(card: Mapping[str, list[str]]) -> Entry:
    def first(name: str) -> str:
        return next(iter(card.get(name, ())), "")

    family, given, *_ = [*_parts(first("N")), ""]
    name = (
        _unescaped(first("FN"))
        or f"{given} {family}".strip()
        or " ".join(_parts(first("ORG")))
    )
    photo = first("PHOTO")
    return Entry(
        name=" ".join(name.split()),
        numbers=tuple(filter(None, map(_number, card.get("TEL", ())))),
        sms_number=_number(first("X-YEASTAR-SMS")),
        voice=_truth(first("X-YEASTAR-VOICE")),
        picture=photo if photo.startswith("/") else "",
    )


def _parts(value: str) -> list[str]:
    return [_unescaped(part) for part in re.split(r"(?<!\\);", value)]


def _unescaped(value: str) -> str:
    return re.sub(r"\\([,;\\nN])", lambda m: m[1] if m[1] in ",;\\" else " ", value)


def _number(value: str) -> str:
    """Return a number, which is a `tel:` address in version 4."""
    return _unescaped(value).removeprefix("tel:").partition(";")[0].strip()


# CSV


def _of_csv(text: str) -> Iterator[Entry]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heads = [head.strip().casefold() for head in next(rows, [])]
    for row in rows:
        cells = [cell.strip() for cell in row]
        yield _of_row(list(zip(heads, cells, strict=False)))


def _of_row(row: list[tuple[str, str]]) -> Entry:
    cells = dict(row)

    def first(heads: Iterable[str]) -> str:
        return next((cells[head] for head in heads if cells.get(head)), "")

    numbers = [
        number.strip()
        for head, cell in row
        if _NUMBER.search(head) and not _NO_NUMBER.search(head)
        for number in re.split(r" ::: |[;|\n]", cell)
    ]
    name = first(_NAMES) or f"{first(_GIVEN)} {first(_FAMILY)}"
    return Entry(
        name=" ".join(name.split()),
        numbers=tuple(dict.fromkeys(filter(None, numbers))),
        sms_number=first(("sms number",)),
        voice=_truth(first(("voice",))),
        picture=first(("picture",)),
    )


def _truth(word: str) -> bool | None:
    return {"yes": True, "true": True, "1": True, "no": False, "false": False}.get(
        word.casefold()
    )


# Writing


def as_vcards(contacts: Iterable[Contact]) -> str:
    """Return contacts as a file of vCards, version 3.0, which most programs read."""
    lines: list[str] = []
    for contact in contacts:
        name = _escaped(contact.name)
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"N:{name};;;;"]
        lines += [f"TEL:{_escaped(number)}" for number in contact.numbers]
        if contact.sms_number:
            lines.append(f"X-YEASTAR-SMS:{_escaped(contact.sms_number)}")
        lines.append(f"X-YEASTAR-VOICE:{'yes' if contact.voice else 'no'}")
        if contact.picture:
            lines.append(f"PHOTO;VALUE=uri:{contact.picture}")
        lines.append("END:VCARD")
    return "".join(f"{line}\r\n" for line in lines)


def _escaped(value: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", value)


def as_csv(contacts: Iterable[Contact]) -> str:
    """Return contacts as a table with one line of headings."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(("Name", "Numbers", "SMS number", "Voice", "Picture"))
    for contact in contacts:
        voice = "yes" if contact.voice else "no"
        numbers = "; ".join(contact.numbers)
        writer.writerow(
            (contact.name, numbers, contact.sms_number, voice, contact.picture)
        )
    return table.getvalue()
