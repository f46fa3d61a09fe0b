"""The versions of the API in the path of a request, and which of them a box serves."""

from enum import StrEnum


class ApiVersion(StrEnum):
    """A version as the path names it; public programs use each but the first two."""

    V1_0_0 = "v1.0.0"
    V1_0_1 = "v1.0.1"
    V1_0_6 = "v1.0.6"
    V1_1_0 = "v1.1.0"
    V1_10 = "v1.10"
    """A misprint of the guide for API v1.1.0 that real boxes take."""
    V2_0_0 = "v2.0.0"

    @property
    def is_v2(self) -> bool:
        """Return whether this version has the names of API v2.0.0."""
        return self is ApiVersion.V2_0_0

    def includes(self, since: ApiVersion) -> bool:
        """Return whether this version has what another one brought."""
        return _AGE[self] >= _AGE[since]


_AGE = {
    ApiVersion.V1_0_0: 0,
    ApiVersion.V1_0_1: 1,
    ApiVersion.V1_0_6: 2,
    ApiVersion.V1_1_0: 3,
    ApiVersion.V1_10: 3,
    ApiVersion.V2_0_0: 4,
}
_V1_0 = frozenset({ApiVersion.V1_0_0, ApiVersion.V1_0_1, ApiVersion.V1_0_6})


class Versions(StrEnum):
    """Which versions a box serves; it refuses every other path with 10003."""

    ANY = "any"
    V1_0_ONLY = "v1.0.x only"
    V1_1_AND_NEWER = "v1.1.0 and newer only"
    V2_ONLY = "v2.0.0 only"
    OFF = "API off"

    @property
    def served(self) -> frozenset[ApiVersion]:
        """Return the versions that are served."""
        return {
            Versions.ANY: frozenset(ApiVersion),
            Versions.V1_0_ONLY: _V1_0,
            Versions.V1_1_AND_NEWER: frozenset(ApiVersion) - _V1_0,
            Versions.V2_ONLY: frozenset({ApiVersion.V2_0_0}),
            Versions.OFF: frozenset(),
        }[self]
