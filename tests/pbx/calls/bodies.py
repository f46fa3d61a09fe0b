"""A phone log written once, as the bodies of all three shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import json

type Member = tuple[str, dict[str, str]]


class Shape(StrEnum):
    """How a PBX writes its reports."""

    FLAT = "v1"
    LIST = "v1.0.2"
    STATUS = "v2"


@dataclass(frozen=True, slots=True)
class Ext:
    """A phone of ours in a report."""

    number: str


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg on a trunk in a report."""

    kind: str
    source: str
    target: str
    id: str
    trunk: str = "Line"


type Party = Ext | Leg


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a phone log: in v1 an action, in v2 mostly a CallStatus."""

    action: str
    call_id: str
    parties: tuple[Party, ...] = ()
    statuses: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def body(self, shape: Shape) -> bytes:
        """Return what the PBX posts."""
        if shape is Shape.STATUS:
            return self._v2()
        members = [_v1_member(party) for party in self.parties]
        pairs = [
            _pair("action", self.action),
            *([_pair("callid", self.call_id)] if self.call_id else []),
        ]
        if shape is Shape.FLAT:
            # The key `ext` comes twice in one object.
            pairs += [_pair(kind, fields) for kind, fields in members]
        elif members:
            pairs.append(_pair("call", [{kind: fields} for kind, fields in members]))
        pairs += [_pair(key, value) for key, value in self.fields]
        if shape is Shape.LIST:
            pairs.append(_pair("sn", "369362089179"))
        return f"{{{','.join(pairs)}}}".encode()

    def _v2(self) -> bytes:
        event = "CallStatus" if self.statuses else self.action
        members = []
        for index, party in enumerate(self.parties):
            kind, fields = _v2_member(party)
            if self.statuses:
                last = len(self.statuses) - 1
                fields["memberstatus"] = self.statuses[min(index, last)]
            members.append({kind: fields})
        body: dict[str, object] = {"event": event}
        if self.call_id:
            body["callid"] = self.call_id
        if members:
            body["members"] = members
        for key, value in self.fields:
            body["dsttrcunkname" if key == "desttrunkname" else key] = value
        return json.dumps({**body, "sn": "369451090405"}).encode()


def _pair(key: str, value: object) -> str:
    return f"{json.dumps(key)}:{json.dumps(value)}"


def _v1_member(party: Party) -> Member:
    if isinstance(party, Ext):
        return "ext", {"extid": party.number}
    return party.kind, {
        "from": party.source,
        "to": party.target,
        "trunk": party.trunk,
        f"{party.kind}id": party.id,
    }


def _v2_member(party: Party) -> Member:
    if isinstance(party, Ext):
        return "ext", {
            "number": party.number,
            "channelid": f"PJSIP/{party.number}-0000000a",
        }
    return party.kind, {
        "from": party.source,
        "to": party.target,
        "trunkname": party.trunk,
        "channelid": "PJSIP/trunk-line-endpoint-00000003",
    }


@dataclass(frozen=True, slots=True)
class Wire:
    """Writes the lines of one call's log."""

    call_id: str

    def alert(self, *parties: Party) -> Line:
        """The caller hears that it rings."""
        return Line("ALERT", self.call_id, parties, ("ALERT", "RING"))

    def ring(self, *parties: Party) -> Line:
        """The first party rings."""
        return Line("RING", self.call_id, parties, ("RING", "ALERT"))

    def answer(self, *parties: Party) -> Line:
        """The first party, who was called, answers."""
        return Line("ANSWER", self.call_id, parties, ("ANSWER", "ANSWERED"))

    def answered(self, *parties: Party) -> Line:
        """The first party, who called, is connected."""
        return Line("ANSWERED", self.call_id, parties, ("ANSWERED", "ANSWER"))

    def hold(self, *parties: Party) -> Line:
        """The first party puts the other on hold; only v2 says so."""
        return Line("HOLD", self.call_id, parties, ("HOLD", "ANSWERED"))

    def bye(self, *parties: Party) -> Line:
        """The first party hangs up."""
        return Line("BYE", self.call_id, parties, ("BYE",))

    def failed(self, reason: str, *parties: Party) -> Line:
        """The call does not come about."""
        return Line("CallFailed", self.call_id, parties, (), (("reason", reason),))

    def other(self, action: str, *parties: Party, **fields: str) -> Line:
        """Something that all shapes call alike."""
        return Line(action, self.call_id, parties, (), tuple(fields.items()))

    def record(
        self,
        caller: str,
        callee: str,
        kind: str,
        *,
        status: str = "ANSWERED",
        seconds: int = 30,
        talk: int = 20,
        after: int = 0,
        recording: str = "",
        zone: int = -8,
        fields: Mapping[str, str] | None = None,
    ) -> Line:
        """The PBX writes it down; `after` so many seconds from the call's start."""
        start = int(self.call_id.partition(".")[0]) + after + zone * 3600
        trunk = {"Inbound": "srctrunkname", "Outbound": "desttrunkname"}.get(kind)
        written = {
            "timestart": f"{datetime.fromtimestamp(start, UTC):%Y-%m-%d %H:%M:%S}",
            "callfrom": caller,
            "callto": callee,
            "callduraction": str(seconds),
            "talkduraction": str(talk if status == "ANSWERED" else 0),
            **({trunk: "Line"} if trunk else {}),
            "status": status,
            "type": kind,
            **({"recording": recording} if recording else {}),
            **(fields or {}),
        }
        return Line("NewCdr", self.call_id, (), (), tuple(written.items()))


def inbound(source: str, target: str, leg_id: str) -> Leg:
    """Return the leg of a call from outside."""
    return Leg("inbound", source, target, leg_id)


def outbound(source: str, target: str, leg_id: str) -> Leg:
    """Return the leg of a call to the outside."""
    return Leg("outbound", source, target, leg_id)


BOOT = Line("BootUp", "")


def texts(lines: Sequence[Line], shape: Shape) -> list[bytes]:
    """Return a whole log as the bodies of one shape."""
    return [line.body(shape) for line in lines]
