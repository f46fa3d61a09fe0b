"""What voice tells of calls: those that were missed, ring, go on, or came today."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.exceptions import Unauthorized
from homeassistant.util import dt as dt_util

from ..pbx.calls.call import Call
from ..pbx.models import CallDirection, ExtensionState
from ..permissions import may_read, may_read_call
from ..phonebook.callers import undiallable
from ..phonebook.contacts import Contact
from ..phonebook.numbers import diallable
from ..presentation import caller_id, caller_of
from ..runtime import YeastarRuntime, loaded_pbxs
from .scope import is_exposed, require_exposed
from .speaker import Speaker
from .spoken_names import Target, caller_outside, phone_of

TALKING = frozenset({ExtensionState.IN_CALL, ExtensionState.ON_HOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A phone that is on the phone, and with whom.

    Attributes:
        name: of the phone.
        other: of the other side; empty if it has no name, is out of reach, or has not
            answered yet.
        parties: the numbers of the extensions that take part.
        contacts: those who have the number of the other side.
    """

    name: str
    other: str = ""
    pbx: YeastarRuntime
    parties: frozenset[str]
    contacts: tuple[Contact, ...] = ()

    def has(self, target: Target) -> bool:
        """Return whether a phone or a contact takes part."""
        if target.runtime is not self.pbx:
            return False
        if target.extension:
            return target.number in self.parties
        return target.contact in self.contacts

    def seen_by(self, target: Target) -> Talk:
        """Return it with the target as the one that talks."""
        if target.name != self.other:
            return self
        return Talk(
            name=self.other, other=self.name, pbx=self.pbx, parties=self.parties
        )


async def async_missed(speaker: Speaker) -> list[str]:
    """Return whose calls were missed and not seen yet, newest first."""
    user = await speaker.user()
    missed = [
        (call.started, _caller(pbx, call))
        for pbx in loaded_pbxs(speaker.hass)
        for call in pbx.call_log.unseen.values()
        if call.missed and _sees(pbx, user, call)
    ]
    return [name for _, name in sorted(missed, reverse=True)]


async def async_calling(speaker: Speaker) -> list[str]:
    """Return who rings a phone now, oldest first."""
    user = await speaker.user()
    return [
        _caller(pbx, call)
        for pbx in loaded_pbxs(speaker.hass)
        for call in pbx.calls.living.values()
        if not call.answered_by and call.rang and _sees(pbx, user, call)
    ]


async def async_callers_today(speaker: Speaker) -> list[str]:
    """Return who called from outside since midnight, newest first."""
    user = await speaker.user()
    midnight = dt_util.start_of_local_day().timestamp()
    callers = [
        (call.started, _caller(pbx, call))
        for pbx in loaded_pbxs(speaker.hass)
        for call in (*pbx.calls.log.values(), *pbx.calls.living.values())
        if call.is_inbound and call.started >= midnight and _sees(pbx, user, call)
    ]
    return [name for _, name in sorted(callers, reverse=True)]


async def async_last_missed(speaker: Speaker, pbx: YeastarRuntime) -> Call | None:
    """Return the call that was missed last, None if none was."""
    user = await speaker.user()
    missed = [c for c in pbx.calls.log.values() if c.missed and _sees(pbx, user, c)]
    # Of the same second, the one that the log got last.
    return max(reversed(missed), key=lambda call: call.started, default=None)


def caller_to_call(pbx: YeastarRuntime, call: Call) -> Target | None:
    """Return who can be called back after a call, None if it had no number."""
    number = diallable(call.caller)
    if caller_id(call) or not number or undiallable(number):
        return None
    return caller_outside(pbx, number)


async def async_talks(speaker: Speaker) -> list[Talk]:
    """Return the calls of exposed phones that go on now, each once."""
    user = await speaker.user()
    return [
        talk for pbx in loaded_pbxs(speaker.hass) for talk in _talks(speaker, pbx, user)
    ]


async def async_talk_of(speaker: Speaker, said: str) -> tuple[Target, Talk | None]:
    """Return who was asked about, and the call of that phone or contact.

    Raises:
        UnclearError: it is not clear who is meant.
        ServiceValidationError: the phone is not exposed.
        Unauthorized: the user may not read the phone.
    """
    target = speaker.person(speaker.pbxs, said)
    if target.extension:
        require_exposed(speaker.hass, target, speaker.assistant)
        user = await speaker.user()
        if user and not may_read(target.runtime, user, target.number):
            raise Unauthorized(context=speaker.context)
    for talk in await async_talks(speaker):
        if talk.has(target):
            return target, talk.seen_by(target)
    return target, None


def _talks(speaker: Speaker, pbx: YeastarRuntime, user: User | None) -> Iterator[Talk]:
    def tells_of(number: str) -> bool:
        phone = phone_of(pbx, number)
        return (
            phone is not None
            and is_exposed(speaker.hass, phone, speaker.assistant)
            and (user is None or may_read(pbx, user, number))
        )

    told: set[str] = set()
    for number, extension in pbx.inventory.extensions.items():
        if extension.state not in TALKING or not tells_of(number):
            continue
        call = pbx.names.connected_call(number, pbx.calls.of_extension(number))
        alone = Talk(name=extension.name, pbx=pbx, parties=frozenset({number}))
        if call is None or not call.answered_by:
            yield alone
        elif call.call_id not in told:
            told.add(call.call_id)
            yield (
                _talk(pbx, alone, call, number)
                if (
                    call.direction is not CallDirection.INTERNAL
                    or tells_of(call.other_side(number))
                )
                else alone
            )


def _talk(pbx: YeastarRuntime, alone: Talk, call: Call, number: str) -> Talk:
    """Return who an extension talks to in an answered call."""
    other = call.other_side(number)
    name = pbx.names.of_other_side(call, number)
    internal = call.direction is CallDirection.INTERNAL
    return Talk(
        name=alone.name,
        other=name or ("" if caller_id(call) else other),
        pbx=pbx,
        parties=frozenset({number, other}) if internal else alone.parties,
        contacts=() if internal else pbx.contacts.of_number(other),
    )


def _caller(pbx: YeastarRuntime, call: Call) -> str:
    """Return who calls, by name or number, or why there is neither."""
    return caller_id(call) or caller_of(pbx.names, call) or "?"


def _sees(pbx: YeastarRuntime, user: User | None, call: Call) -> bool:
    return user is None or may_read_call(pbx, user, call)
