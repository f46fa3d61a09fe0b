"""What public programs send runs whole against the simulator."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import csv
from dataclasses import dataclass, field
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from .simulator import Call, ReportMethod, Simulator
from .simulator.peer import Client, Listener, md5_of, report_name

pytestmark = pytest.mark.usefixtures("socket_enabled")
FOLDER = Path(__file__).parent / "simulator" / "clients"
SCRIPTS = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}


@dataclass(slots=True)
class Player:
    """Plays the steps of one file."""

    pbx: Simulator
    api: Client
    listener: Listener
    values: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    text: str = ""

    async def play(self, step: dict[str, Any]) -> None:
        """Play one step."""
        if "box" in step:
            self._at_the_box(step)
        elif "connect" in step:
            await self._connect(step["connect"])
        elif "reports" in step:
            await self._reports(step)
        else:
            await self._request(step)

    def _filled(self, text: str, *, in_url: bool = False) -> str:
        for name, value in self.values.items():
            text = text.replace(f"<{name}>", quote(value) if in_url else value)
        return text

    async def _request(self, step: dict[str, Any]) -> None:
        body = self._filled(step["body"]).encode()
        query = f"?{self._filled(step['query'], in_url=True)}" if step["query"] else ""
        head = [f"{step['method']} {step['path']}{query} HTTP/1.1", "Host: pbx"]
        head += [f"{name}: {value}" for name, value in step["headers"].items()]
        if step["method"] == "POST":
            head.append(f"Content-Length: {len(body)}")
        raw = await self.api.send("\r\n".join([*head, "", ""]).encode() + body)
        answer = raw.partition(b"\r\n\r\n")[2].decode("utf-8-sig")
        if "rows" in step["expect"]:
            found = list(csv.DictReader(io.StringIO(answer)))
            assert len(found) == step["expect"]["rows"], answer
            return
        fields = json.loads(answer)
        assert step["expect"].items() <= fields.items(), answer
        assert set(step.get("lists", [])) <= set(fields), answer
        assert step.get("contains", "") in answer
        for name, key in step.get("keep", {}).items():
            self.values[name] = fields[key]

    def _at_the_box(self, step: dict[str, Any]) -> None:
        verb = getattr(self.pbx, step["box"])
        result = verb(*step["arguments"], **step.get("named", {}))
        if isinstance(result, Call):
            self.values["callid"] = result.callid

    async def _connect(self, packet: str) -> None:
        server = self.pbx.report_server
        self.reader, self.writer = await asyncio.open_connection(
            self.pbx.host, server.port
        )
        self.writer.write(self._filled(packet).encode())
        async with asyncio.timeout(5):
            while not server.clients:
                await asyncio.sleep(0.001)

    async def _reports(self, step: dict[str, Any]) -> None:
        await self.pbx.settle()
        if self.reader:
            bodies = await self._pushed(len(step["reports"]))
        else:
            bodies = [json.loads(raw) for raw in self.listener.bodies]
            for head in self.listener.heads:
                assert head.startswith(f"POST {step.get('path', '')}")
            self.listener.clear()
        assert [report_name(body) for body in bodies] == step["reports"]
        for body in bodies:
            phones = [m["ext"] for m in body.get("members", []) if "ext" in m]
            if phones:
                self.values["channel"] = phones[0]["channelid"]

    async def _pushed(self, number: int) -> list[dict[str, Any]]:
        """Take objects apart by their braces, as nothing stands between them."""
        assert self.reader
        decoder, found = json.JSONDecoder(), list[dict[str, Any]]()
        async with asyncio.timeout(5):
            while len(found) < number:
                try:
                    body, end = decoder.raw_decode(self.text)
                except ValueError:
                    self.text += (await self.reader.read(4096)).decode()
                    continue
                found.append(body)
                self.text = self.text[end:]
        assert self.text == ""
        return found


@asynccontextmanager
async def player(quirks: dict[str, Any]) -> AsyncIterator[Player]:
    """Run a box with these quirks, and a listener for its reports."""
    listener = Listener()
    server = await asyncio.start_server(listener.connected, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    pbx = Simulator()
    for name, value in quirks.items():
        kind = type(getattr(pbx.quirks, name))
        setattr(pbx.quirks, name, kind(value))
    async with server, pbx:
        found = Player(pbx, Client(pbx), listener)
        found.values = {
            "md5": md5_of(pbx.password),
            "password": pbx.password,
            "port": str(listener.port),
        }
        yield found
        if found.writer:
            found.writer.close()
            await found.writer.wait_closed()


@pytest.mark.parametrize("name", sorted(SCRIPTS))
async def test_the_requests_of_a_program_run_whole(name: str) -> None:
    """Each step gets the answer, and the reports, that the program relies on."""
    script = SCRIPTS[name]
    async with player(script["quirks"]) as played:
        for number, step in enumerate(script["steps"], 1):
            try:
                await played.play(step)
            except AssertionError as err:
                raise AssertionError(f"step {number}: {err}") from err


def test_the_files_show_what_several_programs_rely_on() -> None:
    """All ways to name a version, both methods, both ways of reports."""
    scripts = list(SCRIPTS.values())
    requests = [s for script in scripts for s in script["steps"] if "method" in s]
    versions = {request["path"].split("/")[2] for request in requests}
    assert versions == {"v1.10", "v1.1.0", "v2.0.0"}
    assert {request["method"] for request in requests} == {"GET", "POST"}
    methods = {script["quirks"].get("report_method") for script in scripts}
    assert methods == {None, ReportMethod.TCP}
    assert len(scripts) >= 5
