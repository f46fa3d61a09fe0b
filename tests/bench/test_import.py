"""What it costs to import the integration, beside what it imports from elsewhere."""

import asyncio
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.util import find_spec
import os
from pathlib import Path
import subprocess
import sys
import time

from tests.bench.conftest import Note, alternately, milliseconds
from tests.source import PACKAGE, SOURCES


def test_import(note: Note, tmp_path: Path) -> None:
    """How long the processor is busy with all modules, once all others are there.

    The floor reads and unpacks the same compiled files, and runs nothing in them.
    """
    # Compiled files are read, wherever this one keeps its own.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    printed = subprocess.run(
        [sys.executable, "-m", __name__],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    modules, ours, floor = printed.stdout.split()
    what = f"Import of all {modules} modules"
    note(what, float(ours), "ms", floor=float(floor), of="their files")


async def main() -> None:
    """Print how many modules there are, what they take and what their files take."""
    names = [source.module_name for source in SOURCES]

    async def imported() -> None:
        for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
            del sys.modules[name]
        for name in names:
            import_module(name)

    async def unpacked() -> None:
        for name in names:
            spec = find_spec(name)
            assert spec and isinstance(spec.loader, InspectLoader)
            spec.loader.get_code(name)

    # What they import from elsewhere is there then.
    await imported()
    taken = await alternately(imported, unpacked, clock=time.thread_time)
    print(len(names), *milliseconds(*taken))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
