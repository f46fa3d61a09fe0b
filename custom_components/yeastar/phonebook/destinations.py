"""What has a number on a PBX without being an extension."""

import asyncio
import time

from ..const import LOGGER
from ..pbx import Destination, PbxClient, PbxError

FRESH_SECONDS = 300.0
"""IVRs and queues hardly ever change."""
PATIENCE = 4.0
"""Seconds to wait for the lists; whoever dials waits with us."""
RETRY_SECONDS = 60.0
"""How long a PBX that did not tell is left alone."""


class Directory:
    """The IVRs and queues of a PBX, asked for when somebody needs them.

    Attributes:
        ivrs, queues: by number; None as long as the PBX did not tell.
    """

    def __init__(self, client: PbxClient) -> None:
        """Know nothing yet."""
        self._client = client
        self._due = 0.0
        self._asked = 0.0
        self.ivrs: dict[str, Destination] | None = None
        self.queues: dict[str, Destination] | None = None

    async def async_refresh(self, *, older_than: float = FRESH_SECONDS) -> None:
        """Ask again if what is known is old; never raises a `PbxError`."""
        now = time.monotonic()
        if now < self._due and now < self._asked + older_than:
            return
        self._asked = now
        try:
            async with asyncio.timeout(PATIENCE):
                ivrs = await self._client.ivrs()
                queues = await self._client.queues()
        except (PbxError, TimeoutError) as err:
            self._due = now + RETRY_SECONDS
            LOGGER.debug("The PBX did not tell its IVRs and queues: %s", err)
            return
        self._due = now + FRESH_SECONDS
        self.ivrs = {item.number: item for item in ivrs.items}
        self.queues = {item.number: item for item in queues.items}
