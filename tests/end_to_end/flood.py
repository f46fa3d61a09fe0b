"""A program that posts reports as fast as it is told, whatever becomes of them.

It runs beside the test, so that what it costs is not measured.
"""

from argparse import ArgumentParser
import asyncio
from collections.abc import Callable
import json
import time

CONNECTIONS = 50
MAX_BODY = 64 * 1024
ANSWER_TIMEOUT = 10.0

type Make = Callable[[int], dict[str, object]]

# Of the present, so that no call counts as one that began long ago.
EPOCH = int(time.time())


def _call_id(number: int) -> str:
    return f"{EPOCH}.{number}"


def _inbound(number: int) -> dict[str, str]:
    return {
        "from": f"017139{number % 10**6:06}",
        "to": "1000",
        "trunk": "SIP-Home",
        "inboundid": f"{EPOCH}.{number}1",
    }


def ring(number: int) -> dict[str, object]:
    """Let a phone ring for one more call."""
    return {
        "action": "RING",
        "callid": _call_id(number),
        "ext": {"extid": "1000"},
        "inbound": _inbound(number),
    }


def same_ring(number: int) -> dict[str, object]:
    """Let phones ring in turns for one call, which has more and more legs."""
    return {**ring(number), "callid": _call_id(1), "ext": {"extid": str(number % 7)}}


def hundred_legs(number: int) -> dict[str, object]:
    """Let a call have a hundred legs on trunks."""
    return {
        "event": "CallStatus",
        "callid": _call_id(number),
        "members": [
            {
                "inbound": {
                    "from": f"0171{number % 10**5:05}{leg:02}",
                    "to": str(leg),
                    "trunkname": "SIP-Home",
                    "channelid": f"{number}-{leg}",
                    "memberstatus": "ANSWER",
                }
            }
            for leg in range(100)
        ],
    }


def hundred_phones(number: int) -> dict[str, object]:
    """Let a hundred phones ring for a call."""
    return {
        "event": "CallStatus",
        "callid": _call_id(number),
        "members": [
            {
                "ext": {
                    "number": str(1000 + phone),
                    "channelid": f"{number}-{phone}",
                    "memberstatus": "RING",
                }
            }
            for phone in range(100)
        ],
    }


def long_bye(number: int) -> dict[str, object]:
    """End a call in a body that is as long as one may be."""
    return {
        "action": "BYE",
        "callid": _call_id(number),
        "ext": {"extid": "1000"},
        "pad": "x" * (MAX_BODY - 200),
    }


def call_and_bye(number: int) -> dict[str, object]:
    """Let one call after the other ring and end."""
    report = ring(number // 2)
    return report | {"action": "BYE"} if number % 2 else report


def record(number: int) -> dict[str, object]:
    """Write the record of one more call."""
    return {
        "action": "NewCdr",
        "callid": _call_id(number),
        "timestart": time.strftime("%Y-%m-%d %H:%M:%S"),
        "callfrom": f"017139{number % 10**6:06}",
        "callto": "1000",
        "callduraction": "10",
        "talkduraction": "0",
        "srctrunkname": "SIP-Home",
        "dsttrcunkname": "",
        "status": "NO ANSWER",
        "type": "Inbound",
        "recording": "",
        "didnumber": "5550100",
    }


def invite(number: int) -> dict[str, object]:
    """Offer one more call."""
    return {
        "action": "Invite",
        "callid": _call_id(number),
        "inbound": _inbound(number),
    }


def many_fields(number: int) -> dict[str, object]:
    """Tell of nothing, in thousands of fields."""
    fields = {f"k{number}_{index}": "" for index in range(4000)}
    return {"action": "Any", "callid": _call_id(number), **fields}


def many_objects(number: int) -> dict[str, object]:
    """Tell of nothing, in thousands of objects."""
    return {"action": "Any", "callid": _call_id(number), "rows": [{}] * 16000}


def extension_status(number: int) -> dict[str, object]:
    """Let a phone ring and not ring."""
    status = ("Ringing", "Registered", "Busy")[number % 3]
    return {
        "action": "ExtensionStatus",
        "extension": str(1000 + number % 2),
        "status": status,
    }


def boot(number: int) -> dict[str, object]:
    """Say that the PBX was started."""
    return {"action": "BootUp", "number": str(number)}


def config_change(number: int) -> dict[str, object]:
    """Say that an extension was changed."""
    return {"action": "ConfigChange", "type": "1", "ext": {"extid": str(number % 9999)}}


KINDS: dict[str, Make] = {
    item.__name__: item
    for item in (
        ring,
        same_ring,
        hundred_legs,
        hundred_phones,
        call_and_bye,
        long_bye,
        record,
        invite,
        many_fields,
        many_objects,
        extension_status,
        boot,
        config_change,
    )
}


class Flood:
    """Posts reports over several connections, so many a second if they are taken."""

    def __init__(
        self, host: str, port: int, path: str, kind: str, rate: float, pieces: int
    ) -> None:
        """Prepare to post to an address."""
        self._address = (host, port)
        self._path = path
        self._make = KINDS[kind]
        self._rate = rate
        self._pieces = pieces
        self._number = 0
        self.answered = 0
        self.failed = 0

    async def run(self, seconds: float) -> None:
        """Post for so many seconds."""
        begin = time.monotonic()

        async def post_in_turn() -> None:
            while (elapsed := time.monotonic() - begin) < seconds:
                number = self._number
                if number > elapsed * self._rate:
                    await asyncio.sleep(0.002)
                    continue
                self._number += 1
                try:
                    async with asyncio.timeout(ANSWER_TIMEOUT):
                        await self._post(number)
                except OSError, EOFError, TimeoutError:
                    self.failed += 1
                else:
                    self.answered += 1

        await asyncio.gather(*(post_in_turn() for _ in range(CONNECTIONS)))

    async def _post(self, number: int) -> None:
        body = json.dumps(self._make(number)).encode()[:MAX_BODY]
        head = (
            f"POST /{self._path} HTTP/1.1\r\nHost: any\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        reader, writer = await asyncio.open_connection(*self._address)
        try:
            if self._pieces:
                writer.write(head.encode())
                size = len(body) // self._pieces + 1
                for start in range(0, len(body), size):
                    writer.write(body[start : start + size])
                    await asyncio.sleep(0.01)
            else:
                writer.write(head.encode() + body)
            await reader.readuntil(b"\r\n\r\n")
        finally:
            writer.close()


def main() -> None:
    """Post, and print what became of it."""
    parser = ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--rate", type=float, default=2000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pieces", type=int, default=0)
    asked = parser.parse_args()
    flood = Flood(
        asked.host, asked.port, asked.path, asked.kind, asked.rate, asked.pieces
    )
    asyncio.run(flood.run(asked.seconds))
    print(json.dumps({"answered": flood.answered, "failed": flood.failed}))


if __name__ == "__main__":
    main()
