"""JSON objects in which a key may stand twice, as the PBX sends them."""

from collections.abc import Mapping
import json

type Value = str | int | Pairs | list[Pairs] | list[str]


class Pairs(list[tuple[str, Value]]):
    """An object as a list of pairs: order and repeated keys are kept."""


def to_json(value: Value) -> str:
    """Return compact JSON."""
    if isinstance(value, Pairs):
        inner = ",".join(f"{json.dumps(key)}:{to_json(item)}" for key, item in value)
        return f"{{{inner}}}"
    if isinstance(value, list):
        rows: list[Pairs | str] = [*value]
        return f"[{','.join(to_json(row) for row in rows)}]"
    return json.dumps(value, ensure_ascii=False)


def to_body(raw: str | bytes | Mapping[str, object] | Pairs) -> bytes:
    """Return the bytes to post: text as it is, objects as compact JSON."""
    if isinstance(raw, bytes):
        return raw
    if isinstance(raw, str):
        return raw.encode()
    if isinstance(raw, Pairs):
        return to_json(raw).encode()
    return json.dumps(raw, separators=(",", ":"), ensure_ascii=False).encode()
