"""What it costs to import the integration, beside what it imports from elsewhere."""

from collections.abc import Callable
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.util import find_spec
import os
from pathlib import Path
from pkgutil import walk_packages
from statistics import median
import subprocess
import sys
import time

from tests.bench.conftest import Note

PACKAGE = "custom_components.yeastar"
ROUNDS = 15


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


def _all_modules() -> list[str]:
    path = import_module(PACKAGE).__path__
    return [PACKAGE, *(module.name for module in walk_packages(path, f"{PACKAGE}."))]


def _import(names: list[str]) -> None:
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]
    for name in names:
        import_module(name)


def _unpack(names: list[str]) -> None:
    for name in names:
        spec = find_spec(name)
        assert spec and isinstance(spec.loader, InspectLoader)
        spec.loader.get_code(name)


def _milliseconds(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return (time.thread_time() - begin) * 1000


def main() -> None:
    """Print how many modules there are, what they take and what their files take."""
    names = _all_modules()
    _import(names)
    ours, floor = [], []
    for _ in range(ROUNDS):
        ours.append(_milliseconds(lambda: _import(names)))
        floor.append(_milliseconds(lambda: _unpack(names)))
    print(len(names), median(ours), median(floor))  # noqa: T201


if __name__ == "__main__":
    main()
