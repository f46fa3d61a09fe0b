"""How numbers are written, for the eye and for the PBX."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from ..const import CONF_NUMBER_FORMAT

# What people write into a number for the eye.
_FOR_THE_EYE = str.maketrans("", "", " -.()[]\u00a0\u2011")
_DIALLABLE = frozenset("0123456789+*#")
LONGEST_NUMBER = 64
"""Characters, with what stands between the digits; E.164 allows 15 digits."""

# No guide names them; they are what SIP (RFC 3323) and Asterisk, which the PBX is
# made of, say instead of a number.
_WITHHELD = frozenset({"anonymous", "private", "restricted", "withheld"})
_UNKNOWN = frozenset({"", "asterisk", "unavailable", "unknown"})


class CallerId(StrEnum):
    """Why a caller has no number.

    Attributes:
        WITHHELD: the caller does not want to show it.
        UNKNOWN_NUMBER: nobody told it.
    """

    WITHHELD = "withheld"
    UNKNOWN_NUMBER = "unknown_number"


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


def as_option_says(number: str, options: Mapping[str, Any], country: str | None) -> str:
    """Return a number outside in the form that the options of a PBX ask for.

    Needs `load_countries` before.
    """
    wanted = options.get(CONF_NUMBER_FORMAT, NumberFormat.AS_STORED)
    return outside_form(number, NumberFormat(wanted), country)


def missing_number(caller: str) -> CallerId | None:
    """Return why there is no number in what the PBX calls one, None if there is."""
    word = caller.partition("@")[0].strip().casefold()
    if word in _WITHHELD:
        return CallerId.WITHHELD
    return CallerId.UNKNOWN_NUMBER if word in _UNKNOWN else None


def load_countries() -> None:
    """Read the tables of all countries from disk, once.

    Later nothing that looks at a number waits for the disk.
    """
    PhoneMetadata.load_all()


def comparable(number: str, country: str | None) -> str:
    """Return what all ways to write a number have in common.

    `+49 30 123456`, `0049 30 123456` and, at home in Germany, `030/123456` are one
    number. What is no full number is compared digit by digit. Needs
    `load_countries` before.
    """
    # Longer texts are no numbers, and would fill the cache.
    if len(number) > LONGEST_NUMBER:
        return diallable(number)
    return _comparable(number, country)


@lru_cache(maxsize=4096)
def _comparable(number: str, country: str | None) -> str:
    digits = diallable(number)
    if undiallable(digits) or set(digits) & {"*", "#"}:
        return digits
    try:
        parsed = phonenumbers.parse(digits, country)
    except NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(parsed):
        return digits
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
