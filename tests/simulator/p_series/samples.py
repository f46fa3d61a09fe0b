"""The bodies that the vendor's pages and clients show, and how to compare with them."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "fixtures" / "p_series_samples.jsonl"


@dataclass(frozen=True, slots=True)
class Sample:
    """One body as it was printed or seen."""

    name: str
    kind: str
    raw: str

    @property
    def body(self) -> dict[str, Any]:
        """Return the body as an object; the `msg` of an event is read, too."""
        body: dict[str, Any] = json.loads(self.raw)
        if isinstance(body.get("msg"), str):
            body["msg"] = json.loads(body["msg"])
        return body


SAMPLES = [
    Sample(**json.loads(line)) for line in FILE.read_text(encoding="utf-8").splitlines()
]


def sample(name: str, kind: str = "response") -> dict[str, Any]:
    """Return the body of a sample."""
    return next(s.body for s in SAMPLES if (s.name, s.kind) == (name, kind))


def event(type: int) -> list[Sample]:
    """Return the samples of an event."""
    return [
        s
        for s in SAMPLES
        if s.kind == "event" and s.raw.startswith(f'{{"type":{type},')
    ]


def differences(ours: object, theirs: object, path: str = "") -> list[str]:
    """Return where keys or types differ; null fits everything, lists by their first row."""
    if ours is None or theirs is None:
        return []
    if type(ours) is not type(theirs):
        return [f"{path}: {type(ours).__name__} instead of {type(theirs).__name__}"]
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{path}.{key}: missing" for key in theirs if key not in ours]
        found += [f"{path}.{key}: unknown" for key in ours if key not in theirs]
        for key in theirs.keys() & ours.keys():
            found += differences(ours[key], theirs[key], f"{path}.{key}")
        return sorted(found)
    if isinstance(ours, list) and isinstance(theirs, list) and ours and theirs:
        return differences(ours[0], theirs[0], f"{path}[0]")
    return []
