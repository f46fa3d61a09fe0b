"""The websocket of the events (Developer Guide, Monitor Events via WebSocket)."""

import asyncio
from collections.abc import Callable
import time
from typing import Final

from aiohttp import ClientWebSocketResponse, WSMsgType

from ..errors import PbxConnectionError, PbxProtocolError, PbxTokenError, Refusal
from ..wire import decode_object, integer
from .refusals import SUCCESS, TOKEN_EXPIRED, refusal
from .reports import TOPICS
from .session import HEADERS, ROOT, PSeriesSession

HEARTBEAT_SECONDS: Final = 25.0
"""Of the 60 after which the PBX closes a silent connection; only ours may count."""
PATIENCE: Final = 20.0
"""Seconds to wait for an answer."""
SLICE: Final = 0.01
"""Seconds of frames without a pause, of those that arrive faster than they are read."""
PAUSE: Final = 0.03
"""Seconds after which such frames are read again; the PBX has to wait meanwhile."""
_AT_ONCE: Final = 0.0005
"""Seconds in which a frame is there that waited to be read."""
_HEARTBEAT: Final = "heartbeat"
_ANSWERED: Final = "heartbeat response"


class EventSocket:
    """One connection at a time, until it breaks or its token is no longer the newest."""

    def __init__(self, session: PSeriesSession) -> None:
        """Use the tokens of a session."""
        self._session = session

    async def listen(
        self, subscribed: Callable[[], None], receive: Callable[[bytes], None]
    ) -> None:
        """Connect, subscribe, and pass on each event until the token was renewed.

        Raises:
            PbxError: the connection could not be made, or broke.
        """
        access = await self._session.access_token()
        try:
            async with self._session.http.websocket(
                await self._session.url(f"{ROOT}/subscribe"), headers=HEADERS
            ) as socket:
                await _subscribe(socket)
                subscribed()
                await self._pump(socket, access, receive)
        except PbxTokenError, PbxProtocolError:
            # A token that is dead is refused at the door, with any HTTP status.
            self._session.expire(access)
            raise

    async def _pump(
        self,
        socket: ClientWebSocketResponse,
        access: str,
        receive: Callable[[bytes], None],
    ) -> None:
        beat_at = time.monotonic() + HEARTBEAT_SECONDS
        answer_by: float | None = None
        rested = time.monotonic()
        while True:
            now = time.monotonic()
            if now - rested >= SLICE:
                # No other task had a turn: each frame was there already.
                await asyncio.sleep(PAUSE)
                rested = now = time.monotonic()
            if answer_by is not None and now >= answer_by:
                raise PbxConnectionError("The PBX does not answer heartbeats")
            if now >= beat_at:
                if self._session.has_renewed(access):
                    # The PBX would close it: its token is about to die, or dead.
                    return
                self._session.renew_if_due()
                await socket.send_str(_HEARTBEAT)
                beat_at = now + HEARTBEAT_SECONDS
                answer_by = answer_by or now + PATIENCE
            until = beat_at if answer_by is None else min(beat_at, answer_by)
            try:
                message = await socket.receive(timeout=max(0.01, until - now))
            except TimeoutError:
                rested = time.monotonic()
                continue
            if (came := time.monotonic()) - now > _AT_ONCE:
                rested = came
            if message.type is WSMsgType.TEXT:
                if message.data == _ANSWERED:
                    answer_by = None
                elif not _says_token_died(message.data):
                    receive(message.data.encode(errors="replace"))
                elif self._session.has_renewed(access):
                    return
                else:
                    raise PbxTokenError(TOKEN_EXPIRED, Refusal.TOKEN_EXPIRED)
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                raise PbxConnectionError("The PBX closed the connection of its events")
            elif message.type is WSMsgType.ERROR:
                raise PbxConnectionError("The connection of the events broke")


async def _subscribe(socket: ClientWebSocketResponse) -> None:
    await socket.send_json({"topic_list": list(TOPICS)})
    try:
        async with asyncio.timeout(PATIENCE):
            message = await socket.receive()
    except TimeoutError:
        raise PbxConnectionError("The PBX does not answer the subscription") from None
    if message.type is not WSMsgType.TEXT:
        raise PbxConnectionError("The PBX closed the connection of its events")
    number = integer(decode_object(message.data.encode()).get("errcode"))
    if number is None:
        raise PbxProtocolError("The PBX did not answer the subscription")
    if number != SUCCESS:
        raise refusal(number)


def _says_token_died(frame: str) -> bool:
    """Return whether a frame says so, which comes in the place of an event."""
    return len(frame) < 100 and str(TOKEN_EXPIRED) in frame and "errcode" in frame
