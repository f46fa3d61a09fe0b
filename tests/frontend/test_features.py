"""What Home Assistant's own tile card can do with a phone."""

from collections.abc import AsyncIterator
import re
from typing import Any

from playwright.async_api import Locator, expect
import pytest
import pytest_asyncio

from tests.demo.dashboard import URL_PATH

from .conftest import Office, Screen
from .dashboards import dashboard_of

TILES = "test-tiles"
FEATURES = ("call", "do-not-disturb", "hang-up")


def tile(entity_id: str) -> dict[str, Any]:
    """Return a tile card with all features."""
    return {
        "type": "tile",
        "entity": entity_id,
        "features": [{"type": f"custom:yeastar-{name}-feature"} for name in FEATURES],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def dashboard(office: Office) -> AsyncIterator[None]:
    """Show the kitchen's phone on a dashboard."""
    kitchen = office.demo.house.extensions["1000"].entities["state"]
    config = {"views": [{"cards": [tile(kitchen)]}]}
    async with dashboard_of(office, TILES, config):
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def tiles(dashboard: None, screen: Screen) -> AsyncIterator[Screen]:
    """Open that dashboard."""
    await screen.open(TILES)
    await screen.page.locator("yeastar-call-feature input").wait_for()
    yield screen
    await screen.open()


def feature(screen: Screen, name: str) -> Locator:
    """Return a feature of the tile."""
    return screen.page.locator(f"yeastar-{name}-feature")


async def test_a_phone_calls_from_its_tile(office: Office, tiles: Screen) -> None:
    """By name; the tile says what to do next."""
    call = feature(tiles, "call")
    await call.get_by_role("combobox").fill("ann")
    await call.get_by_role("option", name="Anna").click()
    await call.get_by_role("button", name="Call", exact=True).click()
    await expect(call).to_have_text(re.compile("Pick up this phone…"))
    [living] = await office.demo.calls()
    assert "1000" in str(living)
    await office.demo.control("answer", extension="1000")
    await expect(call.get_by_role("combobox")).to_have_value("")


async def test_a_phone_hangs_up_from_its_tile(office: Office, tiles: Screen) -> None:
    """While there is something to hang up."""
    button = feature(tiles, "hang-up").get_by_role("button", name="Hang up")
    await expect(button).to_be_disabled()
    await office.demo.outside_call("01705550134", "1000")
    await office.demo.control("answer", extension="1000")
    await button.click()
    await expect(button).to_be_disabled()
    assert await office.demo.calls() == []


async def test_do_not_disturb_is_switched_from_its_tile(tiles: Screen) -> None:
    """It is on the way until the switch says so."""
    button = feature(tiles, "do-not-disturb").get_by_role("button")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(button).to_have_attribute("aria-busy", "false")
    await expect(button).to_have_text(re.compile("Do not disturb"))
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(button).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("state", {"Call", "Do not disturb", "Hang up"}),
        ("connected_party", set()),
    ],
)
async def test_the_features_are_for_what_says_what_a_phone_does(
    office: Office, screen: Screen, key: str, names: set[str]
) -> None:
    """No other entity offers them; they are named in the user's language."""
    entity_id = office.demo.house.extensions["1000"].entities[key]
    offered = await screen.page.evaluate(
        """(entityId) => {
            const { hass } = document.querySelector("home-assistant");
            return window.customCardFeatures
                .filter((one) => one.type.startsWith("yeastar-"))
                .filter((one) => one.isSupported(hass, { entity_id: entityId }))
                .map((one) => one.name);
        }""",
        entity_id,
    )
    assert set(offered) == names


async def test_the_editor_of_a_tile_offers_the_features(
    office: Office, dashboard: None, screen: Screen
) -> None:
    """Under the tile's own."""
    await screen.open(f"{TILES}/0?edit=1")
    await screen.page.locator("hui-card-options").first.wait_for()
    await screen.page.locator("hui-card-options").get_by_text("Edit").first.click()
    editor = screen.page.locator("hui-dialog-edit-card")
    await editor.get_by_text("Features").first.click()
    listed = editor.locator("hui-card-features-editor .feature-content")
    await expect(listed).to_have_text(
        [re.compile("Call"), re.compile("Do not disturb"), re.compile("Hang up")]
    )
    await screen.open(URL_PATH)
