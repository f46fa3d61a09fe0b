"""The cards are given to the frontend once, where there is one, and say what is translated."""

import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar.cards.static import FILE
from custom_components.yeastar.const import DOMAIN

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "frontend" / "src"
ENGLISH: dict[str, Any] = json.loads(
    (ROOT / "custom_components/yeastar/translations/en.json").read_text()
)


@pytest.fixture
def modules(hass: HomeAssistant) -> list[str]:
    """Return what the frontend is asked to load; the real one is too large to be here."""
    added: list[str] = []
    manager = UrlManager(lambda _change, url: added.append(url), [])
    hass.data[DATA_EXTRA_MODULE_URL] = manager
    hass.config.components.add("frontend")
    return added


async def test_the_frontend_loads_the_cards_by_their_version(
    hass: HomeAssistant,
    modules: list[str],
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """From an address that changes with the file, since browsers keep it."""
    assert await async_setup_component(hass, DOMAIN, {})
    [address] = modules
    assert re.fullmatch(r"/yeastar/yeastar-cards\.js\?v=[\d.]+-[0-9a-f]{8}", address)
    client = await hass_client_no_auth()
    response = await client.get(address)
    assert response.status == 200
    assert "javascript" in response.content_type
    assert "max-age" in response.headers["Cache-Control"]
    assert await response.read() == FILE.read_bytes()


async def test_without_a_frontend_there_are_no_cards(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """And nothing else is missing."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    assert (await client.get("/yeastar/yeastar-cards.js")).status == 404
    assert hass.services.has_service(DOMAIN, "dial")


def test_the_cards_are_one_file_that_loads_nothing() -> None:
    """No address of anything outside is in it but that of the documents."""
    code = FILE.read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w./-]+", code))
    assert {one.split("/")[2] for one in addresses} == {"github.com"}
    assert not re.search(r"\bimport\s*[({\"']", code)
    assert "unsafeHTML" not in code


def test_the_words_of_the_cards_are_those_that_they_say() -> None:
    """None is missing, none is left over."""
    source = "\n".join(path.read_text() for path in SOURCE.glob("*.ts"))
    common = {key.removeprefix("card_") for key in ENGLISH["common"] if "card_" in key}
    assert set(re.findall(r'text\(\s*"(\w+)"', source)) <= common
    quoted = set(re.findall(r'"(\w+)"', source))
    # Those of which only the first part is in the source as such: text(`help_${name}`).
    kinds = set(re.findall(r"text\(`(\w+)_\$", source)) - {"card"}
    values = quoted | set(re.findall(r"^  (\w+): mdi", source, re.MULTILINE))
    unsaid = {
        key
        for key in common - quoted
        if not any(key == f"{kind}_{value}" for kind in kinds for value in values)
    }
    assert unsaid == set()
