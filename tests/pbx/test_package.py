"""The device library by itself: it could be published as it is."""

import ast
from pathlib import Path
import textwrap

import aiohttp
import pytest

from custom_components.yeastar import pbx as library
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
    scope = {"aiohttp": aiohttp, "PbxClient": library.PbxClient, "where": where}
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


def test_types_are_told() -> None:
    """Who uses it gets its types."""
    assert (FOLDER / "py.typed").exists()
