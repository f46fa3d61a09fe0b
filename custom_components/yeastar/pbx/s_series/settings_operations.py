"""How extensions are set up: read, and changed one at a time."""

from collections.abc import Sequence
from typing import Final

from ..errors import PbxProtocolError, PbxRefusedError, Refusal
from ..listing_reader import read_list, row_fields
from ..models import (
    ExtensionChange,
    ExtensionSettings,
    Forwarding,
    ForwardTo,
    ForwardWhen,
    Listing,
)
from ..wire import Json, integer, text
from .listings import extension_state, number_of
from .operations import Operations

CHUNK = 20
"""Extensions asked for at once; the settings of one take about a kilobyte."""

_WORDS: Final = {
    ForwardTo.VOICEMAIL: "Voicemail",
    ForwardTo.EXTENSION: "Extension",
    ForwardTo.MOBILE: "Mobile Number",
    ForwardTo.CUSTOM_NUMBER: "Custom Number",
}
_DESTINATIONS: Final = {word.casefold(): to for to, word in _WORDS.items()}
# The switch of each forwarding, and what its other fields begin with.
_FORWARDINGS: Final = {
    ForwardWhen.ALWAYS: ("alwaysforward", "atransfer"),
    ForwardWhen.NO_ANSWER: ("noanswerforward", "ntransfer"),
    ForwardWhen.BUSY: ("busyforward", "btransfer"),
}


def read_forwarding(row: dict[str, Json], when: ForwardWhen) -> Forwarding:
    """Read one of the three forwardings (API guide, Query an Extension)."""
    switch, start = _FORWARDINGS[when]
    if not _on(row, switch):
        return Forwarding(to=ForwardTo.OFF)
    to = _DESTINATIONS.get(text(row.get(f"{start}to")).casefold())
    number = text(row.get(f"{start}num"))
    if to is ForwardTo.EXTENSION:
        number = text(row.get(f"{start}ext")) or number
    return Forwarding(
        to=to,
        number="" if to is ForwardTo.VOICEMAIL else number,
        prefix=text(row.get(f"{start}prefix")),
    )


def write_forwarding(wanted: Forwarding, when: ForwardWhen) -> dict[str, Json]:
    """Return the fields that set one forwarding (API guide, Modify an Extension).

    An empty prefix is only sent with the number that it belongs to.
    """
    switch, start = _FORWARDINGS[when]
    if wanted.to is None or wanted.to is ForwardTo.OFF:
        return {switch: "off"}
    row: dict[str, Json] = {switch: "on", f"{start}to": _WORDS[wanted.to]}
    match wanted.to:
        case ForwardTo.EXTENSION:
            row[f"{start}ext"] = wanted.number
        case ForwardTo.MOBILE if wanted.prefix:
            row[f"{start}prefix"] = wanted.prefix
        case ForwardTo.CUSTOM_NUMBER:
            row[f"{start}prefix"] = wanted.prefix
            row[f"{start}num"] = wanted.number
    return row


def read_settings(value: Json) -> ExtensionSettings:
    """Read one row without its passwords (API guide, Query an Extension)."""
    row = row_fields(value)
    number = number_of(row, "extnumber")
    return ExtensionSettings(
        number=number,
        name=text(row.get("username")) or number,
        state=extension_state(text(row.get("status"))),
        type=text(row.get("type")).upper(),
        port=text(row.get("port")),
        caller_id=text(row.get("callerid")),
        email=text(row.get("email")),
        # The vendor's sample misspells it.
        mobile=text(row.get("mobile")) or text(row.get("moblie")),
        language=text(row.get("language")),
        voicemail=_on(row, "hasvoicemail"),
        do_not_disturb=_on(row, "dnd"),
        forwarding={when: read_forwarding(row, when) for when in ForwardWhen},
        ring_simultaneously=_on(row, "ringsimultaneous"),
        ring_timeout=integer(row.get("ringtimeout")),
        max_duration=text(row.get("maxduration")),
        call_restriction=_on(row, "callrestriction"),
        may_be_monitored=_on(row, "allowbeingmonitored"),
        monitor_mode=text(row.get("monitormode")),
    )


def write_change(change: ExtensionChange) -> dict[str, Json]:
    """Return only what is to be changed (API guide, Modify an Extension)."""
    row: dict[str, Json] = {}
    if change.do_not_disturb is not None:
        row["dnd"] = "on" if change.do_not_disturb else "off"
    if change.ring_timeout is not None:
        row["ringtimeout"] = str(change.ring_timeout)
    if change.mobile is not None:
        row["mobile"] = change.mobile
    for when, forwarding in (change.forwarding or {}).items():
        row |= write_forwarding(forwarding, when)
    return row


class SettingsOperations(Operations):
    """Reads and changes how extensions are set up."""

    async def extension_settings(self, extension: str) -> ExtensionSettings:
        """Return how an extension is set up, without its passwords.

        Source: API guide, Query an Extension.
        """
        listing = await self._settings([extension])
        for settings in listing.items:
            if settings.number == extension:
                return settings
        raise PbxProtocolError("The PBX agreed, but left the extension out")

    async def settings_of(
        self, extensions: Sequence[str]
    ) -> Listing[ExtensionSettings]:
        """Return how several extensions are set up, leaving out unknown ones.

        Asks for a few at a time: a box takes long for such an answer, which holds
        passwords and is not kept.
        """
        found: list[ExtensionSettings] = []
        complete = True
        for start in range(0, len(extensions), CHUNK):
            listing = await self._known_settings(extensions[start : start + CHUNK])
            found += listing.items
            complete = complete and listing.complete
        return Listing(items=tuple(found), complete=complete)

    async def update_extension(self, extension: str, change: ExtensionChange) -> None:
        """Change settings of an extension (API guide, Modify an Extension).

        The PBX applies each change at once. Several within seconds are refused with
        `PbxBusyError`; before firmware 30.11.0.7 they could break calls (change log).

        Raises:
            ValueError: nothing is to be changed.
        """
        if not (row := write_change(change)):
            raise ValueError("Nothing is to be changed")
        await self._call("extension/update", {"extid": extension, **row})

    async def _known_settings(
        self, extensions: Sequence[str]
    ) -> Listing[ExtensionSettings]:
        try:
            return await self._settings(extensions)
        except PbxRefusedError as err:
            if err.reason is not Refusal.EXTENSION_UNKNOWN:
                raise
        # One that was removed must not hide the others.
        if len(extensions) == 1:
            return Listing(items=(), complete=True)
        half = len(extensions) // 2
        first = await self._known_settings(extensions[:half])
        second = await self._known_settings(extensions[half:])
        return Listing(
            items=first.items + second.items,
            complete=first.complete and second.complete,
        )

    async def _settings(self, extensions: Sequence[str]) -> Listing[ExtensionSettings]:
        answer = await self._call("extension/query", {"extid": ",".join(extensions)})
        listing = read_list(answer.get("extinfos"), read_settings, may_be_missing=False)
        if not listing.items and not listing.complete:
            raise PbxProtocolError("The PBX agreed, but left the extensions out")
        return listing


def _on(row: dict[str, Json], key: str) -> bool:
    return text(row.get(key)).casefold() == "on"
