"""What all operations of a PBX share."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

from ..errors import PbxProtocolError
from ..http import REQUEST_TIMEOUT, Download
from ..wire import Json, text

# The guide of the oldest API prints the version in the path operation by operation.
V1_0_0: Final = "v1.0.0"
V1_0_1: Final = "v1.0.1"
V1_1_0: Final = "v1.1.0"
V1_10: Final = "v1.10"
"""A misprint of the guide of API v1.1.0, which boxes take."""
V2_0_0: Final = "v2.0.0"
"""Of its operations most have other names."""

V1_VERSIONS: Final = (V1_0_0, V1_1_0, V1_10)
"""What a session of API v1 is tried with, in this order."""


class Operations(ABC):
    """One subject of the API; the client is all of them together."""

    @abstractmethod
    async def _call(
        self,
        endpoint: str,
        body: Mapping[str, Json] | None = None,
        *,
        version: str = V1_0_0,
        timeout: float = REQUEST_TIMEOUT,
    ) -> dict[str, Json]:
        """Send one operation and return the answer of a PBX that agreed.

        The version is the oldest that has the operation. The timeout is in seconds,
        for the whole exchange.
        """

    @abstractmethod
    def _download(
        self, endpoint: str, query: Mapping[str, str], *, version: str
    ) -> AbstractAsyncContextManager[Download]:
        """Get a file; a dead token raises `PbxTokenError`."""

    async def _start(
        self, endpoint: str, body: Mapping[str, Json], *, version: str = V1_0_0
    ) -> str:
        """Start or move a call and return its id."""
        answer = await self._call(endpoint, body, version=version)
        if not (call_id := text(answer.get("callid"))):
            raise PbxProtocolError("The PBX agreed, but named no call")
        return call_id
