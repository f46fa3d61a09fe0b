"""What a report carries beside what this library reads of it: fields as plain values."""

import re

from .reports import Value
from .wire import Pairs, Tidy

MAX_FIELDS = 50
"""Of one report, beside its parties; a record has eighteen."""


def snake_case(key: str) -> str:
    """Return a key of a PBX in snake_case."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", key)
    return words.lower().strip("_")


def plain(value: Tidy, longest: int | None = None) -> Value:
    """Return a value with each text in it cut to a length."""
    if isinstance(value, str):
        return value[:longest].rstrip()
    if isinstance(value, list):
        return [plain(item, longest) for item in value]
    return plain_object(value, longest)


def plain_object(pairs: Pairs, longest: int | None = None) -> dict[str, Value]:
    """Return an object as a dictionary; repeated keys are lists."""
    values: dict[str, Value] = {}
    repeated: dict[str, list[Value]] = {}
    for key, value in pairs:
        one = plain(value, longest)
        if key in values:
            repeated.setdefault(key, [values[key]]).append(one)
        else:
            values[key] = one
    return values | repeated
