"""Finds the phone or person that spoken words mean, without a guess."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN
from ..devices import extension_devices, other_names
from ..errors import refuse
from ..pbx.models import Extension
from ..phonebook.contacts import Contact
from ..phonebook.folding import name_key
from ..phonebook.numbers import diallable, is_name
from ..text_limits import MAX_SAID

if TYPE_CHECKING:
    from ..runtime import YeastarRuntime

ALIKE = 0.72
"""How much of two names is the same if one may have been misheard for the other."""
MAX_CANDIDATES = 4
"""Names in a question; a listener remembers no more."""
MAX_WORDS = 5
"""Words that are taken away around a name: "please call my the ... phone"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who or what was meant.

    Attributes:
        name: as an answer names it.
        number: of the extension, or as it was entered for a person outside.
        extension, contact: what it is; neither for an unknown number.
        by_number: it was the number that was said, not a name.
    """

    runtime: YeastarRuntime
    name: str
    number: str
    extension: Extension | None = None
    contact: Contact | None = None
    by_number: bool = False


class UnclearError(ServiceValidationError):
    """Several may be meant, or one that only sounds alike.

    Attributes:
        names: to ask which of them.
        targets: who they are, if they are people or phones.
    """

    def __init__(
        self, said: str, names: Sequence[str], targets: Sequence[Target] = ()
    ) -> None:
        """Ask which one."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key="voice_unclear",
            translation_placeholders={"names": ", ".join(names)},
        )
        self.said = said
        self.names = tuple(names)
        self.targets = tuple(targets)


@dataclass(frozen=True, slots=True)
class Words:
    """What people put around a name.

    Attributes:
        before: with the space that follows: "the ", "my ".
        after: with the space that precedes: " phone".
    """

    before: Sequence[str] = ()
    after: Sequence[str] = ()

    def forms(self, said: str) -> list[str]:
        """Return what was said, as it is and without up to a few words around it."""
        forms = [name_key(said)]
        while len(forms) <= MAX_WORDS and (
            (shorter := self._without_one(forms[-1])) != forms[-1]
        ):
            forms.append(shorter)
        return forms

    def _without_one(self, form: str) -> str:
        """Return a form without the longest of the words around it."""
        for word in sorted(self.before, key=len, reverse=True):
            if form.startswith(word) and len(form) > len(word):
                return form.removeprefix(word)
        for word in sorted(self.after, key=len, reverse=True):
            if form.endswith(word) and len(form) > len(word):
                return form.removesuffix(word)
        return form


NO_WORDS = Words()


def find_anybody(
    pbxs: Iterable[YeastarRuntime], said: str, words: Words = NO_WORDS
) -> Target:
    """Return who was meant: a contact, an extension, a place, or a bare number.

    Raises:
        UnclearError: several, or a name that only sounds alike.
        ServiceValidationError: no phone or person has this name.
    """
    return _find(list(pbxs), said, words, contacts=True)


def find_phone(
    pbxs: Iterable[YeastarRuntime], said: str, words: Words = NO_WORDS
) -> Target:
    """Return which extension was meant.

    Raises:
        UnclearError: several, or one that only sounds alike.
        ServiceValidationError: none is called so.
    """
    return _find(list(pbxs), said, words, contacts=False)


def caller_outside(pbx: YeastarRuntime, number: str) -> Target:
    """Return who calls from a number outside: a contact, or the bare number."""
    if contacts := _to_call(pbx, pbx.contacts.of_number(number)):
        return _at_number(_as_target(pbx, contacts[0]), number)
    return Target(runtime=pbx, name=number, number=number, by_number=True)


def find_again(pbxs: Iterable[YeastarRuntime], target: Target) -> Target | None:
    """Return a target as it is now, None if it is no longer there."""
    pbx = next((pbx for pbx in pbxs if _is_of(target, pbx)), None)
    if pbx is None:
        return None
    now = replace(target, runtime=pbx)
    if target.extension:
        phone = phone_of(pbx, target.number)
        return replace(now, extension=phone.extension) if phone else None
    if target.contact:
        contact = pbx.contacts.by_id.get(target.contact.contact_id)
        if contact is None or target.number not in map(diallable, contact.numbers):
            return None
        return replace(now, contact=contact)
    return now


def _is_of(target: Target, pbx: YeastarRuntime) -> bool:
    return pbx.serial_number == target.runtime.serial_number


def phones_of_area(pbxs: Iterable[YeastarRuntime], area_id: str | None) -> list[Target]:
    """Return the extensions whose devices are in an area, in it by themselves.

    The area of the PBX is where the box hangs, not where its phones are.
    """
    if area_id is None:
        return []
    return [
        phone
        for pbx in pbxs
        for number, device in extension_devices(pbx)
        if device.area_id == area_id and (phone := phone_of(pbx, number))
    ]


def phone_of(pbx: YeastarRuntime, number: str) -> Target | None:
    """Return the extension with a number, None if there is none."""
    extension = pbx.inventory.extensions.get(number)
    if extension is None:
        return None
    name = pbx.names.of_extension(number) or number
    return Target(runtime=pbx, name=name, number=number, extension=extension)


def names_of(targets: Sequence[Target]) -> list[str]:
    """Return how to name these in a question, so that every name means one.

    Of the same name they differ by number, in two PBXs by the name of the PBX.
    """
    names = Counter(target.name for target in targets)
    numbers = Counter((target.name, target.number) for target in targets)
    return [
        target.name
        if names[target.name] == 1
        else f"{target.name} {target.number}"
        if numbers[target.name, target.number] == 1
        else f"{target.name} ({target.runtime.entry.title})"
        for target in targets
    ]


def which_of(said: str, targets: Sequence[Target]) -> UnclearError:
    """Return the question which of these is meant."""
    asked = targets[:MAX_CANDIDATES]
    return UnclearError(said, names_of(asked), asked)


def one_of(said: str, targets: Iterable[Target]) -> Target | None:
    """Return the one target, None if there is none.

    Raises:
        UnclearError: there are several.
    """
    unlike = list({_identity(target): target for target in targets}.values())
    if len(unlike) > 1:
        raise which_of(said, unlike)
    return unlike[0] if unlike else None


def _find(
    pbxs: list[YeastarRuntime], said: str, words: Words, *, contacts: bool
) -> Target:
    if len(said) > MAX_SAID:
        refuse("voice_too_long", limit=str(MAX_SAID))
    forms = words.forms(said)
    for form in (said, *forms):
        if not is_name(form):
            return _find_number(pbxs, diallable(form), contacts=contacts)
    called = [*_contacts(pbxs), *_extensions(pbxs)] if contacts else _extensions(pbxs)
    places = list(_places(pbxs))
    for known in (called, places, _as_asked([target for _, target in called])):
        by_name: dict[str, list[Target]] = {}
        for name, target in known:
            by_name.setdefault(name, []).append(target)
        for form in forms:
            if found := one_of(said, by_name.get(form, ())):
                return found
    # As it was said, and the name alone; in between are only more words.
    alike = list(_sounding_alike((forms[0], forms[-1]), [*called, *places]))
    if alike:
        raise which_of(said, alike)
    return refuse("voice_nobody", name=said)


def _find_number(pbxs: list[YeastarRuntime], number: str, *, contacts: bool) -> Target:
    """Return whose number it is: of an extension, a contact, or neither."""
    if phone := one_of(
        number, (phone for pbx in pbxs if (phone := phone_of(pbx, number)))
    ):
        return replace(phone, by_number=True)
    if not contacts or not number or not pbxs:
        refuse("voice_nobody", name=number)
    known = (
        _as_target(pbx, contact)
        for pbx in pbxs
        for contact in _to_call(pbx, pbx.contacts.of_number(number))
    )
    found = one_of(number, known)
    if found is None:
        return Target(runtime=pbxs[0], name=number, number=number, by_number=True)
    return replace(_at_number(found, number), by_number=True)


def _at_number(target: Target, number: str) -> Target:
    """Return a contact at one of its numbers, as it was entered.

    With a prefix it would be dialled as another one.
    """
    assert target.contact
    plan = target.runtime.contacts.plan
    own = (n for n in target.contact.numbers if plan.are_same(n, number))
    return replace(target, number=plan.digits(next(own, target.number)))


def _as_asked(targets: Sequence[Target]) -> list[tuple[str, Target]]:
    """Return them by what a question calls them, which is how it is answered."""
    return [
        (name_key(name), target)
        for name, target in zip(names_of(targets), targets, strict=True)
    ]


def _as_target(pbx: YeastarRuntime, contact: Contact) -> Target:
    return Target(
        runtime=pbx,
        name=contact.name,
        number=pbx.contacts.plan.digits(contact.numbers[0]),
        contact=contact,
    )


def _to_call(pbx: YeastarRuntime, contacts: Sequence[Contact]) -> Sequence[Contact]:
    """Return whom a number that was said means: of those who share it, one."""
    by_voice = [contact for contact in contacts if contact.voice]
    return (by_voice or contacts)[:1]


def _contacts(pbxs: Iterable[YeastarRuntime]) -> list[tuple[str, Target]]:
    return [
        (name_key(contact.name), _as_target(pbx, contact))
        for pbx in pbxs
        for contact in pbx.contacts.by_id.values()
    ]


def _extensions(pbxs: Iterable[YeastarRuntime]) -> list[tuple[str, Target]]:
    return [
        (name_key(phone.name), phone)
        for pbx in pbxs
        for number in pbx.inventory.extensions
        if (phone := phone_of(pbx, number))
    ]


def _places(
    pbxs: Iterable[YeastarRuntime],
) -> Iterator[tuple[str, Target]]:
    """Return extensions by all names that are not the one that is shown."""
    for pbx in pbxs:
        for name, number in other_names(pbx):
            if phone := phone_of(pbx, number):
                yield name_key(name), phone


def _sounding_alike(
    forms: Iterable[str], known: Sequence[tuple[str, Target]]
) -> Iterator[Target]:
    """Return those whose names begin or end like what was said, or almost are it."""
    found: dict[tuple[str, str, str], Target] = {}
    names = {name for name, _ in known}
    for form in forms:
        close = get_close_matches(form, names, MAX_CANDIDATES, ALIKE)
        parts = [name for name in names if _is_part(form, name)]
        for wanted in (*sorted(parts), *close):
            for name, target in known:
                if name == wanted:
                    found.setdefault(_identity(target), target)
    return iter(found.values())


def _is_part(said: str, name: str) -> bool:
    """Return whether some of the words of a name were said, and nothing else."""
    return bool(said) and set(said.split()) < set(name.split())


def _identity(target: Target) -> tuple[str, str, str]:
    """Return what makes a target itself, by any of its names."""
    contact_id = target.contact.contact_id if target.contact else ""
    return target.runtime.serial_number, contact_id, target.number
