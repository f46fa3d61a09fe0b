"""One notion of a number: its written forms, which of them are the same, and dialling.

`+49 30 23125001`, `0049 (0)30 23125001`, `030/23125001`, `493023125001` and, where the
area code is 030, `23125001` are one number in Germany. Needs `load_countries` before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
import re
from typing import Any
import unicodedata

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from ..const import CONF_AREA_CODE, CONF_NUMBER_FORMAT, CONF_OUTSIDE_PREFIX
from .callers import bare, undiallable, without_separators

LONGEST_NUMBER = 64
"""Characters, with what stands between the digits; E.164 allows 15 digits."""
LOCAL = range(4, 9)
"""Digits of a number that is dialled without an area code."""
SHORTEST_FOREIGN = 10
"""Digits of an international number without its plus sign, to be taken for one."""
SURELY_COUNTRY = 4
"""Digits of the beginning of numbers, for it to have a country code without a plus."""
ANY = "*"
"""At the end of a number: all numbers that begin so."""

_TRUNK_ZERO = re.compile(r"^(\W*(?:\+|00)[\s\d]{1,6}?)[(\[]\s*0\s*[)\]]")
"""Of `+49 (0)30`: dialled at home only, in every country."""
_VANITY = re.compile(r"\+?\d{2,}[\dA-Za-z]*", re.ASCII)
"""Digits, then letters of the keypad: `0800FLOWERS`."""
_SERVICES = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.UAN,
    }
)


class NumberFormat(StrEnum):
    """How outside numbers go to the PBX.

    Attributes:
        AS_STORED: as entered; a number that has a country code, but neither plus sign
            nor 00, gets the plus sign.
        NATIONAL: as dialled in this country, also those abroad.
        INTERNATIONAL_00: with 00 and the country code, also those of this country.
    """

    AS_STORED = "as_stored"
    NATIONAL = "national"
    INTERNATIONAL_00 = "international_00"


def load_countries() -> None:
    """Read the tables of all countries from disk, once.

    Later nothing that looks at a number waits for the disk.
    """
    PhoneMetadata.load_all()


def diallable(number: str) -> str:
    """Return a number as digits: out of an address, without separators and `(0)`."""
    long, *others = _with_and_without_zero(bare(number))
    for short in others:
        shorter, longer = (_parsed(_with_plus(d), None) for d in (short, long))
        if _is_valid(shorter) or (_is_possible(shorter) and not _is_valid(longer)):
            return short
    return long


def _with_and_without_zero(text: str) -> list[str]:
    """Return the digits of a text, and those without the zero of `+49 (0)30`.

    In Italy the zero is part of the number, elsewhere it is not.
    """
    texts = dict.fromkeys((text, _TRUNK_ZERO.sub(r"\1", text)))
    return [without_separators(one) for one in texts]


def is_name(value: str) -> bool:
    """Return whether a text may name a person or a phone, since it is no number."""
    return undiallable(diallable(value)) is not None


def readable(character: str) -> str:
    """Return a character for a sentence; one that is not seen by its Unicode name."""
    if character.isascii() or character.isalnum():
        return character
    name = unicodedata.name(character, "unnamed").lower()
    return f"{character} ({name}, U+{ord(character):04X})"


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """How numbers are read and written where a PBX is.

    Attributes:
        country: of Home Assistant, None if it is not set.
        area_code: of the PBX's own place, empty if local numbers are not read.
        prefix: what the PBX wants before outside numbers, and shows with them.
        number_format: in which outside numbers go to the PBX.
    """

    country: str | None = None
    area_code: str = ""
    prefix: str = ""
    number_format: NumberFormat = NumberFormat.AS_STORED

    @staticmethod
    def of(options: Mapping[str, Any], country: str | None) -> NumberPlan:
        """Return the plan that the options of a PBX describe, asked for by each call."""
        return _plan(
            country,
            options.get(CONF_AREA_CODE, ""),
            options.get(CONF_OUTSIDE_PREFIX, ""),
            options.get(CONF_NUMBER_FORMAT, NumberFormat.AS_STORED),
        )

    # Comparing

    def readings(self, number: str) -> tuple[str, ...]:
        """Return what a number may mean, the most probable first.

        With plus sign and country code where it is a full number; else its digits.
        """
        # Longer texts are no numbers, and would fill the cache.
        if len(number) > LONGEST_NUMBER:
            return (without_separators(number),)
        return _readings(self, number)

    def normalized(self, number: str) -> str:
        """Return the one form that all ways to write a number have in common."""
        return self.readings(number)[0]

    def are_same(self, one: str, other: str) -> bool:
        """Return whether two texts are ways to write one number."""
        ones, others = self.readings(one), self.readings(other)
        return ones[0] in others or others[0] in ones

    def fits(self, pattern: str, number: str) -> bool:
        """Return whether a number is the wanted one, or begins as wanted.

        A pattern ends in `*`: `0900*` means +49 900... in all its forms.
        """
        start = pattern.strip().removesuffix(ANY)
        if start == pattern.strip():
            return self.are_same(start, number)
        beginnings = self._beginnings(start)
        written = (without_separators(number), *self.readings(number))
        return any(form.startswith(beginnings) for form in written)

    def fits_any(self, patterns: Iterable[str], number: str) -> bool:
        """Return whether there is a number, and it is one of those that are wanted."""
        return bool(number) and any(self.fits(wanted, number) for wanted in patterns)

    def contains(self, part: str, number: str) -> bool:
        """Return whether some digits stand in a row in a number, in any of its forms."""
        digits = diallable(part)
        if not digits or undiallable(digits):
            return False
        if digits in without_separators(number):
            return True
        full = self.normalized(number)
        return digits in full or full.startswith(self._beginnings(part))

    def _beginnings(self, start: str) -> tuple[str, ...]:
        """Return how numbers in international form begin that begin so in any form."""
        if len(start) > LONGEST_NUMBER:
            return (without_separators(start),)
        return _beginnings(self, start)

    # Dialling

    def dialled(self, number: str) -> str:
        """Return a number as the PBX dials it, without the prefix.

        Emergency and other short numbers, and codes with `*` or `#`, mean something to
        the network or to the PBX that no rewriting preserves.
        """
        digits = self._without_prefix(self.digits(number))
        if self.number_format is NumberFormat.AS_STORED:
            return self.completed(digits)
        full = self.normalized(digits)
        whole = _parsed(full, None)
        is_local = replace(self, area_code="").normalized(digits) != full
        if not full.startswith("+") or is_local or not _is_valid(whole):
            return digits
        if self.number_format is NumberFormat.INTERNATIONAL_00:
            return f"00{full[1:]}"
        return self._national(whole) or digits

    def completed(self, number: str) -> str:
        """Return a number as it was entered, but for what no exchange understands.

        That is `+49 0171...`, and a country code without a plus sign; where the country
        is not known, digits may be a national number as well.
        """
        digits = self.digits(number)
        full = self.normalized(digits)
        if not full.startswith("+"):
            return digits
        if digits.startswith("00"):
            return digits if full.endswith(digits[2:]) else f"00{full[1:]}"
        if digits.startswith("+"):
            return full
        parsed = _parsed(digits, self.country)
        is_national = not self.country or _is_national(parsed, digits, self.country)
        return full if digits == full[1:] and not is_national else digits

    def _without_prefix(self, digits: str) -> str:
        """Return a number without the prefix, as the PBX shows those it dialled."""
        rest = digits.removeprefix(self.prefix) if self.prefix else digits
        if rest == digits or any(_certain(self, digits)):
            return digits
        return rest if any(_certain(self, rest)) else digits

    def digits(self, number: str) -> str:
        """Return a number in digits; letters of the keypad in a full number as well."""
        digits = diallable(number)
        if not undiallable(digits) or not _VANITY.fullmatch(digits):
            return digits
        typed = phonenumbers.convert_alpha_characters_in_number(digits)
        parsed = _parsed(typed, self.country)
        is_whole = typed.startswith("+") or _is_national(parsed, typed, self.country)
        if parsed is None or not is_whole or not _is_valid(parsed):
            return digits
        # A misspelt name that begins with a number must not become one.
        is_service = phonenumbers.number_type(parsed) in _SERVICES
        return typed if is_service or digits.isupper() else digits

    def only_digits(self, number: str) -> str:
        """Return a number as it is dialled where no plus sign can be given."""
        dialled = self.dialled(number)
        if not dialled.startswith("+"):
            return dialled
        return self._national(_parsed(dialled, None)) or f"00{dialled[1:]}"

    def _national(self, parsed: PhoneNumber | None) -> str:
        """Return how a number is dialled in this country, empty if that is unknown."""
        if parsed is None or self.country is None:
            return ""
        if phonenumbers.country_code_for_region(self.country) == parsed.country_code:
            text = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        else:
            text = phonenumbers.format_out_of_country_calling_number(
                parsed, self.country
            )
        return "".join(filter(str.isdigit, text))


@lru_cache(maxsize=16)
def _plan(
    country: str | None, area_code: str, prefix: str, number_format: str
) -> NumberPlan:
    return NumberPlan(
        country, diallable(area_code), prefix, NumberFormat(number_format)
    )


@lru_cache(maxsize=4096)
def _readings(plan: NumberPlan, number: str) -> tuple[str, ...]:
    digits = plan.digits(number)
    if undiallable(digits) or set(digits) & {"*", "#"}:
        return (digits,)
    return tuple(dict.fromkeys(_full(plan, digits))) or (digits,)


@lru_cache(maxsize=256)
def _beginnings(plan: NumberPlan, start: str) -> tuple[str, ...]:
    found: list[str] = []
    metadata = plan.country and PhoneMetadata.metadata_for_region(plan.country)
    for digits in _with_and_without_zero(start):
        found.append(digits)
        if digits.startswith("+"):
            continue
        if digits.startswith("00"):
            found.append(f"+{digits[2:]}")
        elif len(digits) >= SURELY_COUNTRY and digits[0] != "0":
            found.append(f"+{digits}")
        if not metadata:
            continue
        trunk, code = metadata.national_prefix, metadata.country_code
        abroad = re.match(metadata.international_prefix or "00", digits)
        if abroad:
            found.append(f"+{digits[abroad.end() :]}")
        elif trunk and digits.startswith(trunk):
            found.append(f"+{code}{digits.removeprefix(trunk)}")
        elif not trunk or trunk == str(code):
            found.append(f"+{code}{digits}")
        elif plan.area_code.startswith("+"):
            found.append(f"{plan.area_code}{digits}")
        elif plan.area_code:
            found.append(f"+{code}{plan.area_code.removeprefix(trunk)}{digits}")
    return tuple(dict.fromkeys(found))


def _full(plan: NumberPlan, digits: str) -> Iterator[str]:
    """Yield the international numbers that digits may mean, the most probable first."""
    if digits.startswith("+"):
        if _is_possible(parsed := _parsed(digits, None)):
            yield _e164(parsed)
        return
    certain = list(_certain(plan, digits))
    if plan.prefix and digits.startswith(plan.prefix):
        certain += _certain(plan, digits.removeprefix(plan.prefix))
    yield from certain
    if certain:
        return
    if digits.startswith("00") and _is_possible(far := _parsed(f"+{digits[2:]}", None)):
        yield _e164(far)
        return
    abroad = _parsed(f"+{digits}", None)
    if len(digits) >= SHORTEST_FOREIGN and _is_valid(abroad):
        yield _e164(abroad)
    parsed = _parsed(digits, plan.country)
    if len(digits) >= LOCAL.stop and (
        # Some networks leave out the 0 of a national number.
        _is_valid(parsed)
        # The library took the country code away, as no number there is so long.
        or (_is_possible(parsed) and _e164(parsed) == f"+{digits}")
    ):
        yield _e164(parsed)


def _certain(plan: NumberPlan, digits: str) -> Iterator[str]:
    """Yield what digits mean by the rules of a country."""
    country = plan.country
    if digits.startswith("00") and _is_valid(
        abroad := _parsed(_with_plus(digits), None)
    ):
        yield _e164(abroad)
        return
    if plan.area_code and len(digits) in LOCAL and digits[0] != "0":
        local = _parsed(plan.area_code + digits, country)
        if _is_valid(local):
            yield _e164(local)
    parsed = _parsed(digits, country)
    if _is_national(parsed, digits, country) and _is_possible(parsed):
        yield _e164(parsed)
    code = phonenumbers.country_code_for_region(country) if country else 0
    if code and digits.startswith(str(code)):
        own = _parsed(f"+{digits}", None)
        if _is_valid(own):
            yield _e164(own)


def _is_national(parsed: PhoneNumber | None, digits: str, country: str | None) -> bool:
    """Return whether digits are written as the country writes its own numbers.

    With the 0 or what precedes a national number there, or without it where none
    does; or as dialled from there to another country.
    """
    if parsed is None or country is None:
        return False
    if phonenumbers.country_code_for_region(country) != parsed.country_code:
        return True
    metadata = PhoneMetadata.metadata_for_region(country)
    trunk = (metadata and metadata.national_prefix) or ""
    significant = phonenumbers.national_significant_number(parsed)
    if trunk and digits == trunk + significant:
        return True
    written = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return _is_valid(parsed) and digits == "".join(filter(str.isdigit, written))


def _with_plus(digits: str) -> str:
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _parsed(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country)
    except NumberParseException:
        return None


def _is_valid(number: PhoneNumber | None) -> bool:
    return number is not None and phonenumbers.is_valid_number(number)


def _is_possible(number: PhoneNumber | None) -> bool:
    """Return whether a number is as long as others there, and may begin so."""
    if number is None:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason is not ValidationResult.IS_POSSIBLE or number.country_code is None:
        return False
    region = phonenumbers.region_code_for_country_code(number.country_code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(
        number.country_code, region
    )
    general = metadata and metadata.general_desc
    pattern = general and general.national_number_pattern
    significant = phonenumbers.national_significant_number(number)
    return not pattern or re.fullmatch(pattern, significant) is not None


def _e164(number: PhoneNumber | None) -> str:
    assert number
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
