"""The pictures of the documents can be taken: each page is there as they show it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from tests.demo.pictures import FOLDER, PICTURES, demo_for_pictures
from tests.demo.simulated_pbx import Family

from .conftest import Office, log_in_once


@dataclass(frozen=True)
class Set:
    """A demo, and a browser's memory of its login."""

    office: Office
    login: Any


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sets(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[dict[Family, Set]]:
    """Run a demo of each family whose PBX has something in the log."""
    async with AsyncExitStack() as stack:
        found: dict[Family, Set] = {}
        for family in Family:
            folder: Path = tmp_path_factory.mktemp("pictures")
            demo, client = await stack.enter_async_context(
                demo_for_pictures(family, folder, pace=0)
            )
            office = Office(demo, client)
            found[family] = Set(office, await log_in_once(office, browser))
        yield found


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_can_be_taken(
    sets: dict[Family, Set], browser: Browser, pictures: Path, name: str
) -> None:
    """It stays in a folder, to be looked at."""
    picture = PICTURES[name]
    office = sets[picture.family].office
    try:
        content = await picture.take(
            browser, sets[picture.family].login, office.demo, office.client, pace=0
        )
    finally:
        await office.demo.hang_up_everything()
    (pictures / f"{name}{picture.suffix}").write_bytes(content)


def test_every_picture_of_the_documents_can_be_taken_anew() -> None:
    """By one command."""
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{name}{picture.suffix}" for name, picture in PICTURES.items()
    }


def test_pictures_do_not_weigh_much() -> None:
    """The one that moves at most 1 MB."""
    assert all(path.stat().st_size <= 1_000_000 for path in FOLDER.iterdir())
