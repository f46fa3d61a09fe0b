"""Runs the program of `scripts/probe`, where Home Assistant need not be installed."""

from getpass import getpass
from pathlib import Path
import sys
from types import ModuleType


class _Terminal:
    """Talks with the owner in a terminal."""

    def say(self, text: str) -> None:
        """Show a text."""
        print(text, flush=True)

    def ask(self, question: str) -> str:
        """Return what is typed."""
        return input(question)

    def ask_secret(self, question: str) -> str:
        """Return what is typed, which is not shown."""
        return getpass(question)


def _without_home_assistant() -> None:
    """Let the device library be imported without the integration around it."""
    name = "custom_components.yeastar"
    package = ModuleType(name)
    root = Path(__file__).parents[2]
    package.__path__ = [str(root.joinpath(*name.split(".")))]
    sys.modules[name] = package


if __name__ == "__main__":
    _without_home_assistant()
    from .program import main

    sys.exit(main(sys.argv[1:], _Terminal()))
