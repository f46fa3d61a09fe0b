"""Who may be reached by voice or by a language model.

Enforced wherever a call is started, no matter what was said or prompted.
"""

from collections.abc import Iterator

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    ShortNumberCost,
)

from ..const import CONF_OUTSIDE_PREFIX, CONF_VOICE_SCOPE, VOICE_ANY
from ..devices import device_of
from ..errors import refuse
from ..phonebook.callers import undiallable
from ..phonebook.contacts import Contact
from ..phonebook.numbers import NumberPlan, diallable
from ..runtime import YeastarRuntime
from .spoken_names import Target, phone_of

# What every mobile network takes as an emergency call, with or without a SIM (3GPP
# TS 22.101, 10.1), and with it a PBX that has a GSM trunk, in every country.
MOBILE_EMERGENCY = frozenset({"000", "110", "112", "118", "119", "911", "999"})
SHORT = 6
"""Digits, with prefixes, of the longest number that can be an emergency call."""
PREFIX_DIGITS = frozenset("09")
"""What PBXs are told to dial first for a line outside, known to us or not."""


async def async_require_reachable(
    hass: HomeAssistant, target: Target, assistant: str
) -> None:
    """Refuse whom voice and language models may not reach.

    Raises:
        ServiceValidationError: in a sentence that says how to allow it, or why that
            is not possible.
    """
    if target.extension:
        if target.by_number:
            # A speaker who says 112 wants help, even if a phone has that name.
            await hass.async_add_executor_job(
                _require_no_help, target.number, hass.config.country
            )
        require_exposed(hass, target, assistant)
        return
    await async_require_harmless(hass, target)
    if phone := phone_of(target.runtime, diallable(target.number)):
        # A contact whose number is an extension: the phone of that extension rings.
        require_exposed(hass, phone, assistant)
    contact = target.contact
    if contact and not is_callable(target.runtime, contact):
        refuse("voice_contact_off", name=_as_said(target))
    if contact is None and not reaches_anybody(target.runtime):
        refuse("voice_numbers_off", number=target.number)


def reaches_anybody(runtime: YeastarRuntime) -> bool:
    """Return whether unknown numbers may be called, too."""
    return _option(runtime, CONF_VOICE_SCOPE) == VOICE_ANY


def is_callable(runtime: YeastarRuntime, contact: Contact) -> bool:
    """Return whether a contact may be called, as far as it is up to the contact."""
    return contact.voice or reaches_anybody(runtime)


def require_exposed(hass: HomeAssistant, phone: Target, assistant: str) -> None:
    """Refuse an extension of which nothing is exposed to the assistant.

    Raises:
        ServiceValidationError: so it is.
    """
    if not is_exposed(hass, phone, assistant):
        refuse("voice_not_exposed", name=_as_said(phone))


def is_exposed(hass: HomeAssistant, phone: Target, assistant: str) -> bool:
    """Return whether anything of an extension is exposed to the assistant."""
    device = device_of(phone.runtime, phone.number)
    return device is not None and any(
        async_should_expose(hass, assistant, entry.entity_id)
        for entry in er.async_entries_for_device(er.async_get(hass), device.id)
    )


async def async_require_harmless(hass: HomeAssistant, target: Target) -> None:
    """Refuse emergency and premium numbers, and the codes of networks and PBX.

    Raises:
        ServiceValidationError: so it is.
    """
    digits = diallable(target.number)
    if undiallable(digits) or set(digits) & {"*", "#"}:
        refuse("voice_code", number=target.number)
    # Extensions are called without a prefix.
    prefix = "" if target.extension else _option(target.runtime, CONF_OUTSIDE_PREFIX)
    # The library reads its tables from disk when it meets a country.
    if harm := await hass.async_add_executor_job(
        _harm, digits, prefix, hass.config.country
    ):
        refuse(harm, number=target.number)


def is_emergency(number: str, prefix: str, country: str | None) -> bool:
    """Return whether a number is an emergency call, with or without the prefix."""
    if country and phonenumbers.connects_to_emergency_number(number, country):
        return True
    return any(_is_help(digits, country) for digits in _forms(number, prefix, country))


def is_premium(number: str, prefix: str, country: str | None) -> bool:
    """Return whether a call to a number costs extra, with or without the prefix."""
    return any(
        _costs_extra(digits, country) for digits in _forms(number, prefix, country)
    )


def _harm(number: str, prefix: str, country: str | None) -> str | None:
    """Return the key of the sentence that refuses a number."""
    if is_emergency(number, prefix, country):
        return "voice_emergency"
    return "voice_premium" if is_premium(number, prefix, country) else None


def _option(runtime: YeastarRuntime, key: str) -> str:
    option: str = runtime.entry.options.get(key, "")
    return option


def _as_said(target: Target) -> str:
    """Return how to name a person out of reach: a number tells no name."""
    return target.number if target.by_number else target.name


def _require_no_help(number: str, country: str | None) -> None:
    # Without a country, every short extension is somewhere a call for help.
    if number in MOBILE_EMERGENCY or (country and _is_help(number, country)):
        refuse("voice_emergency", number=number)


def _is_help(digits: str, country: str | None) -> bool:
    """Return whether digits are an emergency number; without a country, of any."""
    regions = [country] if country else phonenumbers.SUPPORTED_SHORT_REGIONS
    return digits in MOBILE_EMERGENCY or any(
        phonenumbers.is_emergency_number(digits, region) for region in regions
    )


def _forms(number: str, prefix: str, country: str | None) -> Iterator[str]:
    """Return all that the network may get to see of a number."""
    dialled = {number, prefix + number, number.removeprefix(prefix)}
    # A country code without a plus sign is dialled with it.
    dialled.update(NumberPlan(country, prefix=prefix).readings(number))
    for digits in sorted(dialled):
        for form in (digits, _national(digits, country)):
            yield form
            # An outbound route may take away what no option names.
            rest = form if len(form) <= SHORT else ""
            while rest and rest[0] in PREFIX_DIGITS:
                rest = rest[1:]
                yield rest


def _national(digits: str, country: str | None) -> str:
    """Return what is left of a number without the code of the country at home."""
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    code = phonenumbers.country_code_for_region(country) if country else 0
    return digits.removeprefix(f"+{code}")


def _costs_extra(digits: str, country: str | None) -> bool:
    forms = [digits]
    if digits.startswith("00"):
        forms.append(f"+{digits[2:]}")
    return any(map(_is_premium, filter(None, (_parsed(f, country) for f in forms))))


def _parsed(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country)
    except NumberParseException:
        return None


def _is_premium(number: PhoneNumber) -> bool:
    if phonenumbers.expected_cost(number) == ShortNumberCost.PREMIUM_RATE:
        return True
    # Digits too many do not keep a network from connecting the call.
    phonenumbers.truncate_too_long_number(number)
    return phonenumbers.number_type(number) == PhoneNumberType.PREMIUM_RATE
