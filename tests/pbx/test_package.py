"""The device library by itself: it could be published as it is."""

import ast
import json
from pathlib import Path
import subprocess
import sys
import textwrap

import aiohttp
import pytest

from custom_components.yeastar import pbx as library
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.pbx import SSeriesPbx
from tests.simulator import Simulator

FOLDER = Path(str(library.__file__)).parent
FILES = sorted(FOLDER.rglob("*.py"))


def example() -> str:
    """Return the indented lines of the docstring."""
    lines = (library.__doc__ or "").splitlines()
    return textwrap.dedent("\n".join(line for line in lines if line.startswith("    ")))


async def test_the_example_of_the_docstring_works(
    pbx: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """It lists the phones and says goodbye."""
    where = {
        "host": pbx.host,
        "port": pbx.port,
        "ssl": False,
        "username": pbx.username,
        "password": pbx.password,
    }
    scope = {
        "aiohttp": aiohttp,
        "SSeriesClient": SSeriesClient,
        "SSeriesPbx": SSeriesPbx,
        "where": where,
    }
    body = textwrap.indent(example(), "    ")
    exec(f"async def run():\n{body}", scope)  # noqa: S102 - it is our own
    await scope["run"]()  # type: ignore[operator]

    assert "1000 Jayson idle" in capsys.readouterr().out.splitlines()
    assert pbx.requests[-1].endpoint == "logout"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_nothing_of_home_assistant_is_imported(file: Path) -> None:
    """Nor of the integration around it."""
    depth = len(file.relative_to(FOLDER).parts)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom():
                assert node.level <= depth
                names = [node.module or ""] if not node.level else []
            case _:
                continue
        assert not [n for n in names if n.startswith(("homeassistant", "custom_"))]


IMPORT_ALL = """
import importlib, json, pkgutil, sys
import pbx
names = ["pbx"] + [m.name for m in pkgutil.walk_packages(pbx.__path__, "pbx.")]
for name in names:
    importlib.import_module(name)
print(json.dumps([names, sorted(sys.modules)]))
"""


def test_it_works_where_there_is_nothing_but_itself(tmp_path: Path) -> None:
    """Neither Home Assistant nor the integration is imported by any of its modules."""
    (tmp_path / "pbx").symlink_to(FOLDER)

    run = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    names, imported = json.loads(run.stdout)
    assert len(names) == len(FILES)
    assert {"pbx.interface", "pbx.s_series.pbx", "aiohttp"} <= set(imported)
    roots = {name.partition(".")[0] for name in imported}
    assert not roots & {"homeassistant", "voluptuous", "custom_components"}


def test_types_are_told() -> None:
    """Who uses it gets its types."""
    assert (FOLDER / "py.typed").exists()
