"""The programs that measure, which nobody runs with every change, still find all they need."""

import subprocess

import pytest

from .source import ROOT


@pytest.mark.parametrize("program", ["bench", "soak"])
def test_what_is_measured_can_be_set_up(program: str) -> None:
    """Each measurement gets its fixtures; none is taken."""
    run = subprocess.run(
        [ROOT / "scripts" / program, "--setup-plan"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "SETUP" in run.stdout
