"""Report bodies in the three shapes."""

from collections.abc import Callable

from .calls import Call, Leg, LegKind, LegState
from .pairs import Pairs, Value
from .quirks import Quirks, Shape
from .state import State

MEMBER_STATUS = {
    LegState.PREPARING: "RING",
    LegState.RINGING: "RING",
    LegState.CALLING: "ALERT",
    LegState.HELD: "HOLD",
    LegState.ENDED: "BYE",
}
V2_RECORD_FIELDS = ("didnumber", "agentringtime")
type Send = Callable[[Pairs], object]


def v1_party(leg: Leg) -> tuple[str, Pairs]:
    """Return a party as v1 writes it."""
    if leg.kind is LegKind.EXTENSION:
        return leg.kind, Pairs([("extid", leg.number)])
    return leg.kind, Pairs(
        [
            ("from", leg.source),
            ("to", leg.target),
            ("trunk", leg.trunk),
            (f"{leg.kind}id", leg.id),
        ]
    )


def v2_member(leg: Leg) -> Pairs:
    """Return a party as v2 writes it."""
    talking = "ANSWER" if leg.called else "ANSWERED"
    tail: list[tuple[str, Value]] = [
        ("channelid", leg.channelid),
        ("memberstatus", MEMBER_STATUS.get(leg.state, talking)),
        *([("callpath", leg.callpath)] if leg.callpath else []),
    ]
    if leg.kind is LegKind.EXTENSION:
        return Pairs([("ext", Pairs([("number", leg.number), *tail]))])
    head: list[tuple[str, Value]] = [
        ("from", leg.source),
        ("to", leg.target),
        ("trunkname", leg.trunk),
    ]
    return Pairs([(leg.kind, Pairs([*head, *tail]))])


class Reporter:
    """Turns what happened into bodies; `shape` follows the latest login."""

    def __init__(self, state: State, quirks: Quirks, send: Send) -> None:
        """Keep what the bodies need."""
        self.shape = Shape.V1
        self._state = state
        self._quirks = quirks
        self._send = send

    def change_shape(self, shape: Shape) -> None:
        """Write reports in another shape from now on."""
        self.shape = shape

    def ringing(self, call: Call, callees: list[Leg], guest: Leg | None) -> None:
        """Report that phones ring and that the caller hears so."""
        if self._quirks.ring_reports_for_api_only and not call.by_api:
            self._call_status(call)
            return
        if guest:
            self._v1("ALERT", call, [guest])
        for callee in callees:
            self._v1("RING", call, [callee, *([guest] if guest else [])])
        self._call_status(call)

    def answered(self, call: Call, callee: Leg, guest: Leg | None) -> None:
        """Report that the callee answered and that the caller was answered."""
        self._v1("ANSWER", call, [callee, *([guest] if guest else [])])
        if guest:
            self._v1("ANSWERED", call, [guest, callee])
        self._call_status(call)

    def changed(self, call: Call) -> None:
        """Report a change that only v2 knows: hold, resume."""
        self._call_status(call)

    def released(self, call: Call, first: Leg, others: list[Leg]) -> None:
        """Report the end; who hung up comes first."""
        if self._quirks.bye_per_leg:
            for leg in (first, *others):
                self.left(call, leg)
        else:
            self._all_left(call, first, others)
        if self._quirks.empty_call_status:
            self._call_status(call, [])

    def left(self, call: Call, leg: Leg) -> None:
        """Report that one party left."""
        self._v1("BYE", call, [leg])
        self._call_status(call, [*call.living, leg])

    def status_again(self, call: Call) -> None:
        """Report the last status of a call that is over once more."""
        self._call_status(call, call.legs)

    def _all_left(self, call: Call, first: Leg, others: list[Leg]) -> None:
        self._v1("BYE", call, [first, *others])
        if self._quirks.two_byes:
            other_id = next(
                (leg.id for leg in others if leg.id != call.callid), first.id
            )
            self._v1("BYE", call, [*others, first], callid=other_id)
        self._call_status(call, [first, *others])

    def failed(self, call: Call, reason: str, leg: Leg | None) -> None:
        """Report a call that could not connect."""
        body = self._head("CallFailed", ("reason", reason), ("callid", call.callid))
        if leg and self.shape is Shape.V2:
            body.append(("members", [v2_member(leg)]))
        elif leg:
            body.append(v1_party(leg))
        self._post(body)

    def event(self, name: str, call: Call, legs: list[Leg], **fields: str) -> None:
        """Report something about a call: Invite, Incoming, DTMF, Tranfer, Forward.

        v1 knows no `Forward`: it calls forwarding a transfer.
        """
        if name == "Forward" and self.shape is not Shape.V2:
            name = "Tranfer"
        if name == "DTMF" and self._quirks.dtmf_event:
            name = "DTMF event"
        body = self._head(name, ("callid", call.callid))
        self._add_parties(body, legs)
        body.extend(fields.items())
        self._post(body)

    def prompt_ended(self, call: Call, leg: Leg, prompt: str) -> None:
        """Report that a prompt was played; v1 names only the trunk of an outside leg."""
        if self.shape is Shape.V1 and leg.kind is LegKind.OUTBOUND:
            body = self._head("PlayPromptEnd", ("callid", call.callid))
            body.append((leg.kind, Pairs([("trunkname", leg.trunk)])))
            body.append(("prompt", prompt))
            self._post(body)
            return
        self.event("PlayPromptEnd", call, [leg], prompt=prompt)

    def plain(self, name: str, **fields: str) -> None:
        """Report something without parties."""
        self._post(self._head(name, *fields.items()))

    def boot_up(self) -> Pairs:
        """Return the report of a finished start, for whoever sends it."""
        body = self._head("BootUp")
        if self.shape is not Shape.V1:
            body.append(("sn", self._state.device.sn))
        return body

    def agent_missed(self, call: Call, queue: str, agent: str, caller: str) -> None:
        """Report an agent who did not answer; only v2 knows this."""
        if self.shape is Shape.V2:
            self.plain(
                "QueueAgentRingNoAnswerTimeout",
                callid=call.callid,
                queue=f"queue-{queue}",
                agent=agent,
                caller=caller,
            )

    def record(self, fields: dict[str, str]) -> None:
        """Report a CDR; v1 leaves out what is empty, v2 sends all and misspells."""
        if self.shape is not Shape.V2:
            kept = {
                k: v
                for k, v in fields.items()
                if (v or k == "desttrunkname") and k not in V2_RECORD_FIELDS
            }
            internal = fields["type"] == "Internal"
            without = internal and self._quirks.no_trunk_in_internal_records
            if not fields["desttrunkname"] and (fields["srctrunkname"] or without):
                kept.pop("desttrunkname", None)
            if self.shape is Shape.V1 and self._quirks.sn_in_records:
                kept["sn"] = self._state.device.sn
            self.plain("NewCdr", **kept)
            return
        renamed = {
            "dsttrcunkname" if k == "desttrunkname" else k: v for k, v in fields.items()
        }
        self.plain("NewCdr", **renamed)

    def _v1(
        self, name: str, call: Call, legs: list[Leg], callid: str | None = None
    ) -> None:
        if self.shape is Shape.V2:
            return
        body = self._head(name, ("callid", callid or call.callid))
        self._add_parties(body, legs)
        self._post(body)

    def _call_status(self, call: Call, legs: list[Leg] | None = None) -> None:
        if self.shape is Shape.V2:
            body = self._head("CallStatus", ("callid", call.callid))
            members = call.living if legs is None else legs
            body.append(("members", [v2_member(leg) for leg in members]))
            self._post(body)

    def _add_parties(self, body: Pairs, legs: list[Leg]) -> None:
        if not legs:
            return
        if self.shape is Shape.V2:
            body.append(("members", [v2_member(leg) for leg in legs]))
        elif self.shape is Shape.V1_CALL:
            body.append(("call", [Pairs([v1_party(leg)]) for leg in legs]))
        elif self._quirks.ext_id_list and all(not leg.outside for leg in legs):
            numbers = [leg.number for leg in legs]
            body.append(("ext", Pairs([("extid", numbers)])))
        else:
            body.extend(v1_party(leg) for leg in legs)

    def _head(self, name: str, *fields: tuple[str, str]) -> Pairs:
        key = "event" if self.shape is Shape.V2 else "action"
        return Pairs([(key, name), *fields])

    def _post(self, body: Pairs) -> None:
        if self.shape is not Shape.V1:
            body.append(("sn", self._state.device.sn))
        self._send(body)
