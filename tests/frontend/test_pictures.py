"""The pictures of the documents can be taken: each page is there as they show it."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from tests.demo.pictures import FOLDER, PICTURES, let_calls_be_over

from .conftest import Office


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def past(office: Office) -> None:
    """Let there be something in the log."""
    await let_calls_be_over(office.demo)


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_can_be_taken(
    office: Office, browser: Browser, login: Any, past: None, pictures: Path, name: str
) -> None:
    """It stays in a folder, to be looked at."""
    try:
        picture = await PICTURES[name].take(browser, login, office.demo, office.client)
    finally:
        await office.demo.hang_up_everything()
    (pictures / f"{name}.png").write_bytes(picture)


def test_every_picture_of_the_documents_can_be_taken_anew() -> None:
    """By one command."""
    assert {path.stem for path in FOLDER.iterdir()} == set(PICTURES)
