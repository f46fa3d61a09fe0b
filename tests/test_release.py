"""The release script: publishes only what every file agrees about."""

import json
from pathlib import Path
import re
import subprocess
import tomllib

from homeassistant.const import __version__ as HOME_ASSISTANT_VERSION
from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT = Path(__file__).parent.parent


def test_all_files_name_the_same_version() -> None:
    """The manifest, the project and the list of changes agree."""
    manifest = json.loads(
        (ROOT / "custom_components/yeastar/manifest.json").read_text("utf-8")
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert manifest["version"] == project["version"]
    assert f"\n## {manifest['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_oldest_home_assistant_that_is_allowed_is_the_one_of_the_tests() -> None:
    """Nobody can install it into one that was never tried; the newest is named too."""
    hacs = json.loads((ROOT / "hacs.json").read_text("utf-8"))
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (newest,) = [
        name.partition("==")[2]
        for name in groups["dependency-groups"]["demo"]
        if isinstance(name, str) and name.startswith("homeassistant==")
    ]
    supported = (ROOT / "docs/supported.md").read_text("utf-8")

    assert hacs["homeassistant"] == HOME_ASSISTANT_VERSION
    assert f"Home Assistant {HOME_ASSISTANT_VERSION} or newer" in (
        ROOT / "README.md"
    ).read_text("utf-8")
    assert (
        f"Home Assistant {HOME_ASSISTANT_VERSION} is the oldest that is tested,"
        f" {newest} the newest" in supported
    )


@pytest.mark.parametrize("version", ["0.0.1", "0.1", ""])
def test_a_version_that_no_file_names_is_not_released(version: str) -> None:
    """A tag that was mistyped publishes nothing."""
    run = subprocess.run(
        [ROOT / "scripts/release", version],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )

    assert run.returncode == 1
    assert "version" in run.stdout + run.stderr


def test_the_zip_holds_what_home_assistant_loads_alone() -> None:
    """The sources of the pictures and their script stay in the repository."""
    shipped = {
        path.suffix for path in (ROOT / "custom_components/yeastar").rglob("*.*")
    }

    assert shipped - {".pyc"} == {".py", ".js", ".json", ".yaml", ".png", ".typed"}


def test_hacs_offers_releases_alone() -> None:
    """The default branch has no zip to install from."""
    hacs = json.loads((ROOT / "hacs.json").read_text("utf-8"))

    assert hacs["zip_release"] is hacs["hide_default_branch"] is True


def test_a_release_waits_for_the_tests() -> None:
    """And runs no action that its owner could exchange under the same name."""
    workflows = ROOT / ".github/workflows"
    jobs = load_yaml_dict(str(workflows / "release.yml"))["jobs"]

    assert jobs["tests"]["uses"] == "./.github/workflows/tests.yml"
    assert jobs["release"]["needs"] == "tests"
    for name in ("release.yml", "tests.yml"):
        used = re.findall(r"uses: (\w.+)", (workflows / name).read_text("utf-8"))
        assert all(re.search(r"@[0-9a-f]{40} # v[\d.]+$", one) for one in used), used
