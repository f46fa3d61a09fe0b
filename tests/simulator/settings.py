"""The settings of an extension that the API can change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
import re

from .errors import Errno, RefusedError

VOICEMAIL = "Voicemail"
EXTENSION = "Extension"
MOBILE = "Mobile Number"
CUSTOM = "Custom Number"
DESTINATIONS = (VOICEMAIL, EXTENSION, MOBILE, CUSTOM)
RING_TIMEOUTS = ("15", "30", "60", "120", "300")
LONGEST_RINGING = 300
# The switch, what the other fields begin with, and what it is called here.
FORWARDS = (
    ("alwaysforward", "atransfer", "always_forward"),
    ("noanswerforward", "ntransfer", "no_answer_forward"),
    ("busyforward", "btransfer", "busy_forward"),
)
TEXTS = {"username": "username", "callerid": "callerid"}
SWITCHES = {"dnd": "dnd", "allowbeingmonitored": "may_be_monitored"}


@dataclass(frozen=True, slots=True)
class Forward:
    """One of the three forwardings; what it leads to is kept while it is off."""

    on: bool = False
    to: str = VOICEMAIL
    extension: str = ""
    prefix: str = ""
    number: str = ""

    @classmethod
    def to_extension(cls, number: str) -> Forward:
        """Return one that is on and leads to an extension."""
        return cls(on=True, to=EXTENSION, extension=number)

    def leads_to(self, mobile: str) -> str:
        """Return where calls go, nothing if it is off."""
        if not self.on:
            return ""
        return {
            VOICEMAIL: VOICEMAIL,
            EXTENSION: self.extension,
            MOBILE: self.prefix + mobile,
            CUSTOM: self.prefix + self.number,
        }[self.to]

    def shown(self, switch: str, start: str) -> dict[str, object]:
        """Return the fields of extension/query; one that is off has no others."""
        if not self.on:
            return {switch: "off"}
        row: dict[str, object] = {switch: "on", f"{start}to": self.to}
        if self.to == EXTENSION:
            row[f"{start}ext"] = self.extension
        row[f"{start}prefix"] = self.prefix
        if self.to == CUSTOM:
            row[f"{start}num"] = self.number
        return row


OFF = Forward()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a request wants changed, every field of it checked.

    The guide gives the limits, but 10017 for whatever is wrong. A field that it does
    not know is refused as well, so that no misspelling goes unnoticed.
    """

    values: dict[str, object]

    @classmethod
    def of(
        cls,
        fields: Mapping[str, str],
        forwards: Mapping[str, Forward],
        mobile: str,
        is_extension: Callable[[str], bool],
        *,
        any_ring_timeout: bool,
    ) -> Changes:
        """Read the fields; what is set already fills in what they leave out.

        The guide lists five ring time-outs; a public program writes 10 and 12 every day.
        """
        rest = dict(fields)
        values: dict[str, object] = {}
        for field, name in TEXTS.items():
            if field in rest:
                values[name] = rest.pop(field)
        for field, name in SWITCHES.items():
            if field in rest:
                values[name] = _on(rest.pop(field))
        if "ringtimeout" in rest:
            seconds = rest.pop("ringtimeout")
            _must(_is_ring_timeout(seconds, of_any_length=any_ring_timeout))
            values["ring_timeout"] = int(seconds)
        if "mobile" in rest:
            mobile = _digits(rest.pop("mobile"), 31)
            values["mobile"] = mobile
        for switch, start, name in FORWARDS:
            asked = {
                k: rest.pop(k) for k in list(rest) if k.startswith((switch, start))
            }
            forward = _forward(dict(asked), switch, start, forwards[name])
            _must(not forward.on or bool(forward.leads_to(mobile)))
            _must(not forward.on or forward.to != MOBILE or bool(mobile))
            if asked and forward.on and forward.to == EXTENSION:
                _must(is_extension(forward.extension))
            if asked:
                values[name] = forward
        _must(not rest)
        return cls(values)


def _forward(
    asked: dict[str, str], switch: str, start: str, forward: Forward
) -> Forward:
    if switch in asked:
        forward = replace(forward, on=_on(asked.pop(switch)))
    if f"{start}to" in asked:
        _must(asked[f"{start}to"] in DESTINATIONS)
        forward = replace(forward, to=asked.pop(f"{start}to"))
    if f"{start}ext" in asked:
        forward = replace(forward, extension=asked.pop(f"{start}ext"))
    if f"{start}prefix" in asked:
        forward = replace(forward, prefix=_digits(asked.pop(f"{start}prefix"), 7))
    if f"{start}num" in asked:
        forward = replace(forward, number=_digits(asked.pop(f"{start}num"), 15))
    _must(not asked)
    _must(not forward.on or forward.to != CUSTOM or bool(forward.number))
    return forward


def _is_ring_timeout(seconds: str, *, of_any_length: bool) -> bool:
    if not of_any_length:
        return seconds in RING_TIMEOUTS
    number = re.fullmatch(r"[1-9][0-9]{0,2}", seconds)
    return bool(number) and int(seconds) <= LONGEST_RINGING


def _on(value: str) -> bool:
    _must(value in ("on", "off"))
    return value == "on"


def _digits(value: str, most: int) -> str:
    _must(bool(re.fullmatch(r"[0-9]*", value)) and len(value) <= most)
    return value


def _must(be: bool) -> None:
    if not be:
        raise RefusedError(Errno.EXTENSION_SETTING)
