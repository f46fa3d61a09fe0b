"""A request as it came, and where it was meant to go."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl


@dataclass(slots=True)
class Request:
    """One request; `body` is what its JSON means, `raw` what was sent."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    raw: bytes
    peer: str
    time: float
    version: str | None = None
    endpoint: str | None = None
    body: object = None
    answer: dict[str, object] = field(default_factory=dict)
    fault: str | None = None
    file: bytes | None = None

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters of the query string."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @property
    def token(self) -> str:
        """Return the access token."""
        return self.query.get("access_token", "")

    @property
    def wants_websocket(self) -> bool:
        """Return whether the connection is to become a websocket."""
        return self.headers.get("upgrade", "").lower() == "websocket"

    def locate(self) -> None:
        """Read version and endpoint out of `/openapi/{version}/{endpoint}`."""
        parts = self.path.split("/", 3)
        if len(parts) == 4 and parts[:2] == ["", "openapi"]:
            self.version, self.endpoint = parts[2], parts[3]
