"""What a P-Series PBX does for a user: calls, messages, settings, recordings."""

from abc import ABC
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import PurePosixPath
from typing import Final, override
from urllib.parse import quote

from ..calls.call import Call, CallLeg
from ..calls.member_operations import MemberOperations
from ..errors import (
    PbxProtocolError,
    PbxRecordingGoneError,
    PbxRefusedError,
    PbxUnsupportedError,
    Refusal,
)
from ..models import (
    AttendedStep,
    Destination,
    DestinationKind,
    ExtensionChange,
    MonitorMode,
    RecordingStep,
)
from ..recordings import Recording, check_name
from ..wire import Json, text
from .cdr_operations import CdrOperations
from .mailbox_operations import MailboxOperations
from .queue_operations import QueueOperations

_MODES: Final = {
    MonitorMode.LISTEN: "listen",
    MonitorMode.WHISPER: "whisper",
    MonitorMode.BARGE_IN: "barge",
}
_ATTENDED: Final = {
    AttendedStep.COMPLETE: "complete",
    AttendedStep.CANCEL: "abort",
    AttendedStep.SWAP: "swap",
    AttendedStep.THREE_WAY: "threeway",
}
_RECORDING: Final = {
    RecordingStep.START: "record_start",
    RecordingStep.PAUSE: "record_pause",
    RecordingStep.RESUME: "record_unpause",
}


class Operations(
    MemberOperations, MailboxOperations, QueueOperations, CdrOperations, ABC
):
    """The operations of the Open API, each with its chapter of the Developer Guide.

    Attributes:
        ids: of the settings of extensions, by number.
    """

    async def _operate(self, endpoint: str, **body: Json) -> str:
        """Do something to a call, and return its id.

        Raises:
            PbxRefusedError: there is no such call any more, or it cannot be done.
        """
        return text((await self._answer_of(endpoint, **body)).get("call_id"))

    @override
    async def _on_channel(self, endpoint: str, channel: str, **body: Json) -> str:
        return await self._operate(endpoint, channel_id=channel, **body)

    async def _answer_of(self, endpoint: str, **body: Json) -> dict[str, Json]:
        try:
            return await self.session.post(f"call/{endpoint}", body)
        except PbxRefusedError as err:
            if err.reason is Refusal.NOT_FOUND:
                raise PbxRefusedError(err.number, Refusal.CALL_UNKNOWN) from None
            raise

    # Starting calls

    async def _start(self, endpoint: str, **body: Json) -> str:
        answer = await self.session.post(
            f"call/{endpoint}", {key: value for key, value in body.items() if value}
        )
        if not (call_id := text(answer.get("call_id"))):
            raise PbxProtocolError("The PBX started a call, but gave no id")
        return call_id

    @override
    async def _dial(
        self, caller: str, callee: Destination, *, auto_answer: bool
    ) -> str:
        outside = callee.kind is DestinationKind.OUTSIDE
        return await self._connect(
            caller,
            callee.number,
            permission_of=caller if outside else "",
            auto_answer=auto_answer,
        )

    @override
    async def _connect(
        self, caller: str, callee: str, *, permission_of: str, auto_answer: bool
    ) -> str:
        return await self._start(
            "dial",
            caller=caller,
            callee=callee,
            dial_permission=permission_of,
            auto_answer=_yes(auto_answer),
        )

    @override
    async def _call_back(self, first: str, second: str, *, permission_of: str) -> str:
        return await self._start(
            "dial", caller=first, callee=second, dial_permission=permission_of
        )

    @override
    async def _play_prompts(
        self,
        callee: Destination,
        prompts: Sequence[str],
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str:
        return await self._start(
            "play_prompt",
            number=callee.number,
            # The name of a prompt on the PBX has no file extension.
            prompts=[PurePosixPath(name).stem for name in prompts],
            count=1,
            dial_permission=permission_of,
            auto_answer=_yes(auto_answer),
        )

    # Calls that live

    @override
    async def _transfer(
        self, call: Call, leg: CallLeg | None, to: Destination, *, permission_of: str
    ) -> str:
        channel = leg.id if leg else self._far_channel(call)
        if not channel:
            raise PbxUnsupportedError(0, Refusal.CALL_UNKNOWN)
        moved = leg.number if leg else call.caller
        by = next((number for number in call.extensions if number != moved), "")
        return await self._operate(
            "transfer",
            type="blind",
            channel_id=channel,
            number=to.number,
            dial_permission=permission_of or by,
        )

    @override
    async def monitor(self, supervisor: str, extension: str, mode: MonitorMode) -> None:
        await self._operate(
            "listen",
            monitor=supervisor,
            channel_id=await self._channel_of(extension),
            type=_MODES[mode],
        )

    @override
    async def _accept(self, leg: CallLeg) -> None:
        await self._decide("accept_inbound", leg)

    @override
    async def _refuse(self, leg: CallLeg) -> None:
        await self._decide("refuse_inbound", leg)

    async def _decide(self, endpoint: str, leg: CallLeg) -> None:
        try:
            await self._operate(endpoint, channel_id=leg.id)
        except PbxRefusedError as err:
            if err.reason in (Refusal.CALL_UNKNOWN, Refusal.OPERATION_FAILED):
                raise PbxRefusedError(err.number, Refusal.CONTROL_TOO_LATE) from None
            raise

    @override
    async def park(self, extension: str, slot: str = "") -> str:
        call_of_extension = await self._call_of(extension)
        other = next(
            (p.id for p in self._members(call_of_extension) if p.number != extension),
            "",
        )
        answer = await self._answer_of(
            "park", channel_id=other, **({"parking_slot": slot} if slot else {})
        )
        return text(answer.get("parking_slot"))

    @override
    async def retrieve(self, extension: str, slot: str) -> str:
        # Developer Guide, Park a Call: a parked call is taken by dialling its slot.
        # That it goes on is the call that counts, so no call to the slot is noted.
        return await self._connect(extension, slot, permission_of="", auto_answer=False)

    @override
    async def add_member(
        self, extension: str, number: str, *, permission_of: str
    ) -> None:
        await self._operate(
            "add_member",
            channel_id=await self._channel_of(extension),
            number=number,
            dial_permission=permission_of or extension,
        )

    @override
    async def consult(self, extension: str, number: str, *, permission_of: str) -> None:
        await self._operate(
            "transfer",
            type="attended",
            channel_id=await self._channel_of(extension),
            number=number,
            dial_permission=permission_of or extension,
        )

    @override
    async def continue_transfer(self, extension: str, step: AttendedStep) -> None:
        await self._operate(
            "transfer",
            type="attended",
            channel_id=await self._channel_of(extension),
            attended_operate=_ATTENDED[step],
        )

    @override
    async def record(self, extension: str, step: RecordingStep) -> None:
        await self._operate(
            _RECORDING[step], channel_id=await self._channel_of(extension)
        )

    # Messages

    @override
    async def send_sms(self, trunk: str, number: str, message: str) -> str:
        # The answer has no id, and no event tells the result.
        await self.session.post(
            "sms/create",
            {"number": number, "trunk_name": trunk, "message": quote(message)},
        )
        return ""

    # Settings

    @override
    async def update_extension(self, extension: str, change: ExtensionChange) -> None:
        if (extension_id := self.ids.get(extension)) is None:
            raise PbxRefusedError(0, Refusal.EXTENSION_UNKNOWN)
        if not (presence := change.as_presence().presence):
            raise PbxUnsupportedError(0, Refusal.UNSUPPORTED_REQUEST)
        await self.session.post(
            "extension/update", {"id": extension_id, "presence_status": presence}
        )

    # Recordings

    @override
    def recording(self, name: str) -> AbstractAsyncContextManager[Recording]:
        return self._recording(name)

    @asynccontextmanager
    async def _recording(self, name: str) -> AsyncGenerator[Recording]:
        check_name(name)
        try:
            async with self.sound("recording/download", {"file": name}) as recording:
                yield recording
        except PbxRefusedError as err:
            if err.reason is not Refusal.NOT_FOUND:
                raise
            raise PbxRecordingGoneError(err.number, Refusal.RECORDING_GONE) from None


def _yes(value: bool) -> str:
    return "yes" if value else "no"
