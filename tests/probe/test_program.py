"""The program as its owner starts it: without Home Assistant."""

import asyncio
import os
from pathlib import Path
import subprocess
import sys

import pytest

from scripts.pbx_probe import receiver
from scripts.pbx_probe.recorder import Recorder, Told
from tests.simulator.p_series import PSeriesSimulator
from tests.source import ROOT

# Types what the owner would, and lists what was imported.
RUN = """
import builtins, getpass, runpy, sys
username, password = sys.argv.pop(1), sys.argv.pop(1)
builtins.input = lambda question: "y" if "[y/N]" in question else username
getpass.getpass = lambda question: password
try:
    runpy.run_module("scripts.pbx_probe", run_name="__main__", alter_sys=True)
finally:
    roots = {name.partition(".")[0] for name in sys.modules}
    print(sorted(roots & {"homeassistant", "voluptuous"}))
"""


async def test_it_runs_where_there_is_no_home_assistant(
    p_series: PSeriesSimulator, tmp_path: Path
) -> None:
    """From any folder, into which the file is written."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        p_series.username,
        p_series.password,
        p_series.url,
        "--minutes",
        "0",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        output, _ = await process.communicate()

    text = output.decode()
    assert process.returncode == 0, text
    assert text.splitlines()[-1] == "[]"
    (file,) = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    assert file.name.startswith("yeastar-p-series-")
    assert p_series.password not in text


def test_the_script_explains_its_options() -> None:
    """Before it makes an environment."""
    run = subprocess.run(
        [ROOT / "scripts" / "probe", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert "Usage: scripts/probe HOST" in run.stdout
    assert run.stderr == ""


@pytest.mark.parametrize(
    ("head", "names_the_path"),
    [
        (b"POST /{path} HTTP/1.1\r\nHost: 192.168.5.150: 8260\r\n\r\n", True),
        (b"POST  HTTP/1.1\r\nHost: 192.168.5.150: 8260\r\n\r\n", False),
        (b"POST /{path} HTTP/1.0\n\n", True),
    ],
)
async def test_a_report_with_an_odd_head_is_taken(
    head: bytes, names_the_path: bool, socket_enabled: None, unused_tcp_port: int
) -> None:
    """As boxes write it."""
    told = await post(unused_tcp_port, head, b'{"action":"BYE"}')

    assert [entry.body for entry in told] == [b'{"action":"BYE"}']
    assert told[0].head["names_the_path"] is names_the_path
    assert told[0].head["host_has_blanks"] is (b"Host" in head)
    assert told[0].head["carriage_returns"] is (b"\r" in head)


async def test_a_report_for_another_path_is_not_taken(
    socket_enabled: None, unused_tcp_port: int
) -> None:
    """It could be of anyone."""
    assert not await post(
        unused_tcp_port, b"POST /other HTTP/1.1\r\n\r\n", b'{"action":"BYE"}'
    )


async def post(port: int, head: bytes, body: bytes) -> list[Told]:
    """Post a report and return what is remembered."""
    recorder = Recorder()
    server = receiver.ReportReceiver(recorder)
    await server.start(port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.replace(b"{path}", server.path.encode()) + body)
    assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")
    writer.close()
    await server.stop()
    return [entry for entry in recorder.entries if isinstance(entry, Told)]
