"""The pictures of the documents can be taken: each page is there as they show it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from tests.demo.demo import Demo
from tests.demo.pictures import FOLDER, HISTORY_DAYS, PICTURES, let_calls_be_over

from .conftest import Office, log_in_once


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Run a demo whose PBX has records of a month, and something in the log."""
    folder: Path = tmp_path_factory.mktemp("pictures")
    demo = Demo.aside(
        folder,
        lambda _name, _line: None,
        history_days=HISTORY_DAYS,
        has_contacts=True,
    )
    async with demo, demo.connect() as client:
        await let_calls_be_over(demo, pace=0)
        yield Office(demo, client)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def known(house: Office, browser: Browser) -> Any:
    """Log in once, and return what a browser remembers of it."""
    return await log_in_once(house, browser)


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_can_be_taken(
    house: Office, browser: Browser, known: Any, pictures: Path, name: str
) -> None:
    """It stays in a folder, to be looked at."""
    try:
        picture = await PICTURES[name].take(
            browser, known, house.demo, house.client, pace=0
        )
    finally:
        await house.demo.hang_up_everything()
    (pictures / f"{name}{PICTURES[name].suffix}").write_bytes(picture)


def test_every_picture_of_the_documents_can_be_taken_anew() -> None:
    """By one command."""
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{name}{picture.suffix}" for name, picture in PICTURES.items()
    }


def test_pictures_do_not_weigh_much() -> None:
    """The one that moves at most 1 MB."""
    assert all(path.stat().st_size <= 1_000_000 for path in FOLDER.iterdir())
