"""What has a number on a PBX without being an extension: IVRs, queues, ring groups."""

import asyncio
from collections.abc import Mapping
import time

from ..const import LOGGER
from ..pbx.errors import PbxError
from ..pbx.interface import Pbx
from ..pbx.models import Destination, DestinationKind

FRESH_SECONDS = 300.0
"""IVRs and queues hardly ever change."""
PATIENCE = 4.0
"""Seconds to wait for the lists; the action that dials waits for them."""
RETRY_SECONDS = 60.0
"""How long a PBX that did not tell is left alone."""


class Destinations:
    """The IVRs, queues and ring groups of a PBX, asked for when they are needed.

    Attributes:
        by_number: None as long as the PBX did not tell.
    """

    def __init__(self, pbx: Pbx) -> None:
        """Know nothing yet."""
        self._pbx = pbx
        self._due = 0.0
        self._asked = 0.0
        self._asking = asyncio.Lock()
        self.by_number: Mapping[str, Destination] | None = None

    def of_kind(self, kind: DestinationKind) -> dict[str, Destination] | None:
        """Return those of a kind by number, None as long as the PBX did not tell."""
        if self.by_number is None:
            return None
        return {n: item for n, item in self.by_number.items() if item.kind is kind}

    def name_of(self, number: str) -> str | None:
        """Return the name of what has a number, None if it is not known."""
        found = (self.by_number or {}).get(number)
        return found.name if found else None

    async def async_refresh(self, *, older_than: float = FRESH_SECONDS) -> None:
        """Ask again if what is known is old; never raises a `PbxError`."""
        async with self._asking:
            now = time.monotonic()
            if now < self._due and now < self._asked + older_than:
                return
            self._asked = now
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await self._pbx.destinations()
            except (PbxError, TimeoutError) as err:
                self._due = now + RETRY_SECONDS
                LOGGER.debug("The PBX did not list its IVRs and queues: %s", err)
                return
            self._due = now + FRESH_SECONDS
            self.by_number = {item.number: item for item in found}
