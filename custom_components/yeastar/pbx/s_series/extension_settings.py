"""How an extension is set up, and changes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, Self

from ..errors import ErrorCode, PbxProtocolError, PbxRefusedError
from ..models import ExtensionState, Listing, extension_state, required, row_fields
from .operations import Operations
from .wire import Json, integer, text

RING_TIMEOUTS: Final = (15, 30, 60, 120, 300)
"""Seconds; what the guide lets one choose from (API guide, Modify an Extension)."""
CHUNK = 20
"""Extensions asked for at once; the settings of one take about a kilobyte."""


class ForwardTo(StrEnum):
    """What calls are sent on to."""

    OFF = "off"
    VOICEMAIL = "voicemail"
    EXTENSION = "extension"
    MOBILE = "mobile"
    CUSTOM_NUMBER = "custom_number"


_WORDS = {
    ForwardTo.VOICEMAIL: "Voicemail",
    ForwardTo.EXTENSION: "Extension",
    ForwardTo.MOBILE: "Mobile Number",
    ForwardTo.CUSTOM_NUMBER: "Custom Number",
}
_DESTINATIONS = {word.casefold(): to for to, word in _WORDS.items()}
# The switch of each forwarding, and what its other fields begin with.
_FORWARDINGS = {
    "always_forward": ("alwaysforward", "atransfer"),
    "no_answer_forward": ("noanswerforward", "ntransfer"),
    "busy_forward": ("busyforward", "btransfer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Where calls are sent on to.

    Attributes:
        to: None if the PBX used a word that no guide knows.
        number: of the extension, or the custom number without its prefix. That of
            the mobile is a setting of the extension itself.
        prefix: what the PBX dials before an outside number to get out.
    """

    to: ForwardTo | None
    number: str = ""
    prefix: str = ""

    @classmethod
    def from_wire(cls, row: dict[str, Json], name: str) -> Self:
        """Read one of the three forwardings."""
        switch, start = _FORWARDINGS[name]
        if not _on(row, switch):
            return cls(to=ForwardTo.OFF)
        to = _DESTINATIONS.get(text(row.get(f"{start}to")).casefold())
        number = text(row.get(f"{start}num"))
        if to is ForwardTo.EXTENSION:
            number = text(row.get(f"{start}ext")) or number
        return cls(
            to=to,
            number="" if to is ForwardTo.VOICEMAIL else number,
            prefix=text(row.get(f"{start}prefix")),
        )

    def to_wire(self, name: str) -> dict[str, Json]:
        """Return the fields that set one of the three (API guide, Modify an Extension).

        An empty prefix is only sent with the number that it belongs to.
        """
        switch, start = _FORWARDINGS[name]
        if self.to is None or self.to is ForwardTo.OFF:
            return {switch: "off"}
        row: dict[str, Json] = {switch: "on", f"{start}to": _WORDS[self.to]}
        match self.to:
            case ForwardTo.EXTENSION:
                row[f"{start}ext"] = self.number
            case ForwardTo.MOBILE if self.prefix:
                row[f"{start}prefix"] = self.prefix
            case ForwardTo.CUSTOM_NUMBER:
                row[f"{start}prefix"] = self.prefix
                row[f"{start}num"] = self.number
        return row

    def leads_as(self, other: Forwarding) -> bool:
        """Return whether calls go to the same place by both."""
        if self.to is not other.to:
            return False
        match self.to:
            case ForwardTo.EXTENSION:
                return self.number == other.number
            case ForwardTo.CUSTOM_NUMBER:
                return self.prefix + self.number == other.prefix + other.number
            case _:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionSettings:
    """How an extension is set up, as extension/query tells it.

    Its three passwords are left out here and appear nowhere.

    Attributes:
        monitor_mode: what it may do to the calls of others, in the PBX's word.
        ring_timeout: seconds, None if not readable.
        call_restriction: whether it may not call outside numbers.
    """

    number: str
    name: str
    state: ExtensionState | None
    type: str
    port: str
    caller_id: str
    email: str
    mobile: str
    language: str
    voicemail: bool
    do_not_disturb: bool
    always_forward: Forwarding
    no_answer_forward: Forwarding
    busy_forward: Forwarding
    ring_simultaneously: bool
    ring_timeout: int | None
    max_duration: str
    call_restriction: bool
    may_be_monitored: bool
    monitor_mode: str

    @classmethod
    def from_wire(cls, value: Json) -> Self:
        """Read one row (API guide, Query an Extension)."""
        row = row_fields(value)
        number = required(row, "extnumber")
        return cls(
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
            always_forward=Forwarding.from_wire(row, "always_forward"),
            no_answer_forward=Forwarding.from_wire(row, "no_answer_forward"),
            busy_forward=Forwarding.from_wire(row, "busy_forward"),
            ring_simultaneously=_on(row, "ringsimultaneous"),
            ring_timeout=integer(row.get("ringtimeout")),
            max_duration=text(row.get("maxduration")),
            call_restriction=_on(row, "callrestriction"),
            may_be_monitored=_on(row, "allowbeingmonitored"),
            monitor_mode=text(row.get("monitormode")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChange:
    """New values for some settings of an extension; None leaves one as it is."""

    do_not_disturb: bool | None = None
    ring_timeout: int | None = None
    mobile: str | None = None
    always_forward: Forwarding | None = None
    no_answer_forward: Forwarding | None = None
    busy_forward: Forwarding | None = None

    def to_wire(self) -> dict[str, Json]:
        """Return only what is to be changed (API guide, Modify an Extension)."""
        row: dict[str, Json] = {}
        if self.do_not_disturb is not None:
            row["dnd"] = "on" if self.do_not_disturb else "off"
        if self.ring_timeout is not None:
            row["ringtimeout"] = str(self.ring_timeout)
        if self.mobile is not None:
            row["mobile"] = self.mobile
        for name in _FORWARDINGS:
            forwarding: Forwarding | None = getattr(self, name)
            if forwarding is not None:
                row |= forwarding.to_wire(name)
        return row

    def is_kept(self, settings: ExtensionSettings) -> bool:
        """Return whether these settings, read afterwards, have the new values."""
        for item in fields(self):
            wanted, found = getattr(self, item.name), getattr(settings, item.name)
            if isinstance(wanted, Forwarding):
                if not wanted.leads_as(found):
                    return False
            elif wanted is not None and wanted != found:
                return False
        return True


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
        if not (row := change.to_wire()):
            raise ValueError("Nothing is to be changed")
        await self._call("extension/update", {"extid": extension, **row})

    async def _known_settings(
        self, extensions: Sequence[str]
    ) -> Listing[ExtensionSettings]:
        try:
            return await self._settings(extensions)
        except PbxRefusedError as err:
            if err.code is not ErrorCode.EXTENSION_UNKNOWN:
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
        return Listing.from_wire(
            answer.get("extinfos"), ExtensionSettings.from_wire, may_be_missing=False
        )


def _on(row: dict[str, Json], key: str) -> bool:
    return text(row.get(key)).casefold() == "on"
