"""The package by itself: it could be published as it is."""

import ast
from pathlib import Path
import textwrap

import aiohttp
import pytest

from custom_components.yeastar import api
from tests.simulator import Simulator

FILES = sorted(Path(str(api.__file__)).parent.glob("*.py"))


def example() -> str:
    """Return the indented lines of the docstring."""
    lines = (api.__doc__ or "").splitlines()
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
    scope = {"aiohttp": aiohttp, "PbxClient": api.PbxClient, "where": where}
    body = textwrap.indent(example(), "    ")
    exec(f"async def run():\n{body}", scope)  # noqa: S102 - it is our own
    await scope["run"]()  # type: ignore[operator]

    assert "1000 Jayson idle" in capsys.readouterr().out.splitlines()
    assert pbx.requests[-1].endpoint == "logout"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_nothing_of_home_assistant_is_imported(file: Path) -> None:
    """Nor of the integration around it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom():
                assert node.level < 2
                names = [node.module or ""] if not node.level else []
            case _:
                continue
        assert not [n for n in names if n.startswith(("homeassistant", "custom_"))]


def test_types_are_told() -> None:
    """Who uses it gets its types."""
    assert FILES[0].with_name("py.typed").exists()
