"""Frames of the websocket: each is one event of the vendor's list."""

from collections.abc import Callable, Mapping
import json

from .calls import Call, Member, MemberKind
from .quirks import Quirks
from .state import Extension, State, Trunk

WITHOUT_SERIAL = {30022, 30023, 30025, 30026, 30027}
WITH_OBJECT = {*range(30025, 30030), *range(30033, 30037), 30039}
LIVE_SPELLING = {"404 NOT found": "NOT found", "486 Busy here": "486 Busy Here"}

type Body = dict[str, object]
type Send = Callable[[int, str, str], object]


def compact(value: object) -> str:
    """Return JSON without blanks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def member_of(member: Member) -> dict[str, dict[str, str]]:
    """Return a member as 30011 and call/query write it."""
    row = {
        "channel_id": member.channel_id,
        "member_status": str(member.status),
        "call_path": member.call_path,
    }
    if member.kind is MemberKind.EXTENSION:
        return {"extension": {"number": member.number} | row}
    head = {"from": member.source, "to": member.target, "trunk_name": member.trunk}
    return {str(member.kind): head | row}


class Events:
    """Turns what happened into frames."""

    def __init__(self, state: State, quirks: Quirks, send: Send) -> None:
        """Keep what the frames need; `send` takes type, text and call id."""
        self._state = state
        self._quirks = quirks
        self._send = send

    def publish(self, type: int, msg: Mapping[str, object], call_id: str = "") -> None:
        """Send an event; its `msg` is JSON text or an object, as its type wants it."""
        body = dict(msg)
        if self._quirks.blank_values:
            body = {key: " " if value == "" else value for key, value in body.items()}
        frame: Body = {"type": type}
        if type not in WITHOUT_SERIAL:
            frame["sn"] = self._state.device.sn
        frame["msg"] = body if type in WITH_OBJECT else compact(body)
        self._send(type, compact(frame), call_id)

    # Extensions and trunks

    def registration(self, extension: Extension, kind: str) -> None:
        """Tell that a phone registered or went (30007)."""
        registered = extension.devices[kind]
        if extension.monitor_registration:
            self.publish(
                30007,
                {
                    "extension": extension.number,
                    "kind": kind,
                    "status": "Registered" if registered else "Unregistered",
                    "registered_ip": extension.address if registered else "",
                },
            )

    def extension_status(self, extension: Extension) -> None:
        """Tell Ringing, Busy or Idle (30008)."""
        if extension.monitor_calls:
            status = {"extension": extension.number, "status": extension.reported}
            self.publish(30008, status)

    def presence(self, extension: Extension) -> None:
        """Tell the presence (30009)."""
        if extension.monitor_presence:
            status = {"extension": extension.number, "status": extension.presence}
            self.publish(30009, status)

    def trunk_status(self, trunk: Trunk) -> None:
        """Tell the status of a trunk (30010)."""
        self.publish(
            30010,
            {
                "trunk_name": trunk.name,
                "kind": trunk.kind,
                "status": int(trunk.status),
                "registered_ip": trunk.host_port,
            },
        )

    def extension_config(self, number: str, option: str) -> None:
        """Tell CREATE, UPDATE or DELETE of an extension (30022)."""
        self.publish(30022, {"ext_number": number, "option": option})

    def trunk_config(self, name: str, option: str) -> None:
        """Tell CREATE, UPDATE or DELETE of a trunk (30023)."""
        self.publish(30023, {"trunk_name": name, "option": option})

    # Calls

    def member_changed(self, call: Call, member: Member) -> None:
        """Tell what changed of a call (30011): one member, or by a quirk all of them."""
        changed = [member]
        if self._quirks.whole_calls:
            changed = [m for m in call.members if m is member or m.alive]
        shown = [member_of(m) for m in changed if self._monitored(m)]
        if shown:
            self._of_call(30011, call, shown)

    def _monitored(self, member: Member) -> bool:
        """Return whether 30011 tells of it: trunks need their switch, phones none."""
        trunk = self._state.trunks.get(member.trunk)
        return trunk is None or trunk.monitor_calls

    def record(self, call: Call, fields: Mapping[str, object]) -> None:
        """Tell the record of a call (30012)."""
        self.publish(30012, fields, call.call_id)

    def transferred(self, call: Call, members: list[Member]) -> None:
        """Tell that an extension transfers its call (30013)."""
        self._of_call(30013, call, [member_of(m) for m in members])

    def forwarded(self, call: Call, guest: Member) -> None:
        """Tell that a call is forwarded (30014)."""
        self._of_call(30014, call, [member_of(guest)])

    def failed(self, call: Call, reason: str, members: list[Member] | None) -> None:
        """Tell that a call could not be made (30015); `members` may be null."""
        if self._quirks.live_spelling:
            reason = LIVE_SPELLING.get(reason, reason)
        shown = None if members is None else [_without_path(m) for m in members]
        fields = {"call_id": call.call_id, "reason": reason, "members": shown}
        self.publish(30015, fields, call.call_id)

    def invited(self, call: Call, guest: Member) -> None:
        """Offer an inbound call for ten seconds (30016)."""
        self._of_call(30016, call, [member_of(guest)])

    def key_pressed(self, call: Call, member: Member) -> None:
        """Tell the last key that was pressed in an IVR (30017)."""
        keys = call.keys
        fields = {"info": keys[-1], "flag": len(keys) - 1, "infos": keys}
        self._of_call(30017, call, [member_of(member)], **fields)

    def prompt_ended(self, call: Call, member: Member, prompt: str) -> None:
        """Tell that a prompt was played (30018)."""
        self._of_call(30018, call, [member_of(member)], prompt=prompt)

    def survey(self, call: Call, result: str) -> None:
        """Tell what a caller answered to a survey (30019)."""
        self.publish(
            30019, {"call_id": call.call_id, "survey_result": result}, call.call_id
        )

    def _of_call(
        self,
        type: int,
        call: Call,
        members: list[dict[str, dict[str, str]]],
        **more: object,
    ) -> None:
        if self._quirks.blank_values:
            members = [
                {kind: {k: v or " " for k, v in row.items()} for kind, row in m.items()}
                for m in members
            ]
        fields: Body = {"call_id": call.call_id, "members": members, **more}
        self.publish(type, fields, call.call_id)

    # Queues

    def agent_auto_paused(
        self, queue: str, agent: str, missed: list[tuple[str, str]]
    ) -> None:
        """Tell that an agent missed too many calls (30025)."""
        calls = [{"caller_number": who, "call_id": call_id} for who, call_id in missed]
        fields = {"queue_number": queue, "agent_number": agent, "calls": calls}
        self.publish(30025, fields)

    def agent_missed(self, queue: str, agent: str, caller: str, call: Call) -> None:
        """Tell that an agent let its phone ring (30026)."""
        self.publish(
            30026,
            {
                "queue_number": queue,
                "agent_number": agent,
                "caller_number": caller,
                "call_id": call.call_id,
            },
            call.call_id,
        )

    def agent_paused(self, queue: str, agent: str, reason: str) -> None:
        """Tell that an agent is paused (30029); other statuses were not seen."""
        self.publish(
            30029,
            {
                "queue_number": f"queue-{queue}",
                "agent_number": agent,
                "status": "Paused",
                "reason": reason,
            },
        )

    def system(self, name: str, kind: str, level: str, content: str, time: str) -> None:
        """Tell a system event: 30034 info, 30035 warn, 30036 error."""
        self.publish(
            {"info": 30034, "warn": 30035, "error": 30036}[level],
            {
                "event_name": name,
                "event_type": kind,
                "event_level": level,
                "event_content": content,
                "create_time": time,
            },
        )


def _without_path(member: Member) -> dict[str, dict[str, str]]:
    """Return a member as 30015 was seen: without `call_path`."""
    ((kind, row),) = member_of(member).items()
    return {kind: {key: value for key, value in row.items() if key != "call_path"}}
