"""The vendor's printed samples: requests, answers and reports."""

from dataclasses import dataclass
import json
from pathlib import Path

_FILE = Path(__file__).parent.parent / "fixtures" / "pbx_samples.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One body as a guide prints it."""

    line: int
    kind: str
    version: str
    name: str
    raw: str

    @property
    def body(self) -> bytes:
        """Return what goes over the wire."""
        return self.raw.encode()

    @property
    def label(self) -> str:
        """Return a name for a test of it."""
        return f"{self.version} {self.name} in line {self.line}"


SAMPLES = [
    Sample(line=line, **json.loads(text))
    for line, text in enumerate(_FILE.read_text(encoding="utf-8").splitlines(), 1)
]


def named(kind: str, name: str, version: str = "v1") -> list[Sample]:
    """Return the samples of an operation or a report."""
    return [
        sample
        for sample in SAMPLES
        if (sample.kind, sample.name, sample.version) == (kind, name, version)
    ]
