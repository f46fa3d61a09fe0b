"""How numbers are written, for the eye and for the PBX."""

from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

# What people write into a number for the eye.
_FOR_THE_EYE = str.maketrans("", "", " -.()[]\u00a0\u2011")
_DIALLABLE = frozenset("0123456789+*#")


class NumberFormat(StrEnum):
    """How outside numbers go to the PBX.

    Attributes:
        NATIONAL: as somebody in this country dials them, also those abroad.
        INTERNATIONAL_00: with 00 and the country code, also those of this country.
    """

    AS_STORED = "as_stored"
    NATIONAL = "national"
    INTERNATIONAL_00 = "international_00"


def diallable(number: str) -> str:
    """Return a number without what is there for the eye."""
    return number.translate(_FOR_THE_EYE)


def undiallable(number: str) -> str | None:
    """Return the first character that is on no telephone, None if all are."""
    return next((letter for letter in number if letter not in _DIALLABLE), None)


def outside_form(number: str, number_format: NumberFormat, country: str | None) -> str:
    """Return a number in the wanted form; what is no full number stays as it is.

    Emergency and other short numbers, and codes with `*` or `#`, mean something to
    the network or to the PBX that no rewriting preserves.
    """
    if number_format is NumberFormat.AS_STORED or set(number) & {"*", "#"}:
        return number
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if not phonenumbers.is_valid_number(parsed):
        return number
    if number_format is NumberFormat.INTERNATIONAL_00:
        e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        return f"00{e164.removeprefix('+')}"
    if country is None:
        return number
    if phonenumbers.country_code_for_region(country) == parsed.country_code:
        dialled = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    else:
        dialled = phonenumbers.format_out_of_country_calling_number(parsed, country)
    return "".join(filter(str.isdigit, dialled))
