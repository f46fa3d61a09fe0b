"""Adds many contacts at once, or changes what they have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from .callers import undiallable
from .contact_formats import Entry
from .contacts import (
    CONF_NUMBERS,
    CONF_PICTURE,
    CONF_SMS_NUMBER,
    CONF_VOICE,
    SUBENTRY_CONTACT,
    is_picture,
)
from .folding import name_key
from .numbers import NumberPlan, is_name

MAX_CONTACTS = 2000
"""Of one import."""


@dataclass
class Imported:
    """What became of the contacts of a file; those that were refused by name."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)


@callback
def import_contacts(
    hass: HomeAssistant,
    entry: ConfigEntry,
    entries: Iterable[Entry],
    *,
    taken: Mapping[str, str],
    voice: bool,
) -> Imported:
    """Add contacts, or add their numbers to the contacts of the same names.

    Args:
        taken: the names of extensions by their numbers, which no contact may have.
        voice: whether they may be called by voice, where a file does not say.
    """
    plan = NumberPlan.of(entry.options, hass.config.country)
    names = set(map(name_key, taken.values()))
    known = {
        name_key(subentry.title): subentry
        for subentry in entry.get_subentries_of_type(SUBENTRY_CONTACT)
    }
    result = Imported()
    for one in entries:
        key = name_key(one.name)
        numbers = [
            number
            for number in one.numbers
            if (digits := plan.digits(number))
            and not undiallable(digits)
            and digits not in taken
        ]
        if not numbers or not is_name(one.name) or key in names:
            result.refused.append(one.name)
            continue
        before = known.get(key)
        added = replace(one, numbers=tuple(numbers))
        data = _merged(dict(before.data) if before else {}, added, plan, voice)
        if before is None:
            known[key] = ConfigSubentry(
                data=MappingProxyType(data),
                subentry_type=SUBENTRY_CONTACT,
                title=one.name,
                unique_id=None,
            )
            hass.config_entries.async_add_subentry(entry, known[key])
            result.added += 1
        elif hass.config_entries.async_update_subentry(entry, before, data=data):
            known[key] = entry.subentries[before.subentry_id]
            result.changed += 1
        else:
            result.unchanged += 1
    return result


def _merged(
    data: dict[str, Any], one: Entry, plan: NumberPlan, voice: bool
) -> dict[str, Any]:
    """Return the data of a contact with what a file adds; each number once."""
    each: dict[str, str] = {}
    for number in (*data.get(CONF_NUMBERS, ()), *one.numbers):
        each.setdefault(plan.normalized(number), number)
    data[CONF_NUMBERS] = list(each.values())
    said = voice if one.voice is None else one.voice
    data[CONF_VOICE] = data.get(CONF_VOICE, said) if one.voice is None else said
    if sms_number := one.sms_number and each.get(plan.normalized(one.sms_number)):
        data[CONF_SMS_NUMBER] = sms_number
    if is_picture(one.picture):
        data[CONF_PICTURE] = one.picture
    return data
