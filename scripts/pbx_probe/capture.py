"""The file of one visit: JSON lines, without anything of the people whose PBX it is.

The first line is about the file; each other line is an answer or a report, in order. A
body is the text that the PBX sent, with replacements.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any, Final

from custom_components.yeastar.pbx.models import Family

from .recorder import Answer, Recorder, Told
from .redaction import Redactor

FORMAT: Final = "yeastar-capture"
VERSION: Final = 1

type Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Capture:
    """What a file holds.

    Attributes:
        head: its first line.
        lines: the others.
    """

    head: Line
    lines: tuple[Line, ...]

    @property
    def family(self) -> Family:
        """Return which API the PBX speaks."""
        return Family(self.head["family"])

    @property
    def answers(self) -> list[Line]:
        """Return the answers that have a body."""
        return [
            line for line in self.lines if line["kind"] == "answer" and "body" in line
        ]

    @property
    def tables(self) -> list[Line]:
        """Return the files of records."""
        return [line for line in self.lines if "table" in line]

    @property
    def reports(self) -> list[Line]:
        """Return the reports that have a body."""
        return [
            line for line in self.lines if line["kind"] == "report" and "body" in line
        ]


def read_capture(path: Path) -> Capture:
    """Return what a file holds.

    Raises:
        ValueError: it is no such file.
    """
    head, *lines = map(json.loads, path.read_text("utf-8").splitlines())
    if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"{path} is no capture of version {VERSION}")
    return Capture(head, tuple(lines))


def capture_text(
    family: Family, tls: Mapping[str, Any] | None, recorder: Recorder, **facts: Any
) -> str:
    """Return the text of the file."""
    # The first time finds what must not become a replacement of anything else.
    first = Redactor()
    for _ in _lines(recorder, first):
        pass
    head: Line = {
        "format": FORMAT,
        "version": VERSION,
        "family": family.value,
        **facts,
        "tls": tls,
    }
    lines = [head, *_lines(recorder, Redactor(first.originals))]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def _lines(recorder: Recorder, redactor: Redactor) -> Iterator[Line]:
    head: Mapping[str, Any] = {}
    for entry in recorder.entries:
        if isinstance(entry, Told):
            body = _body(entry.body, redactor)
            # Most heads are as the one before.
            new = {} if entry.head == head else {"head": dict(entry.head)}
            head = entry.head
            yield {"kind": "report", "at": entry.at, **new, **body}
        else:
            yield {"kind": "answer", "at": entry.at, **_answer(entry, redactor)}


def _answer(answer: Answer, redactor: Redactor) -> Line:
    asked = redactor.body(json.dumps(dict(answer.asked)).encode())
    line: Line = {"version": answer.version, "endpoint": answer.endpoint}
    if answer.asked and asked:
        line["asked"] = json.loads(asked)
    if answer.body is None:
        return {**line, "error": answer.error}
    return {**line, **_body(answer.body, redactor)}


def _body(body: bytes, redactor: Redactor) -> Line:
    if (redacted := redactor.body(body)) is not None:
        return {"body": redacted}
    if (table := redactor.table(body)) is not None:
        return {"table": table}
    return {"error": "not JSON", "bytes": len(body)}
