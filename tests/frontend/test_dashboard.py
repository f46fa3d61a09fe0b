"""The dashboard that Home Assistant makes by itself of a PBX."""

import re
from typing import Any

from playwright.async_api import expect

from .conftest import Office, Screen
from .dashboards import dashboard_of
from .stage import spoken

MADE = "test-made"
STRATEGY = {"strategy": {"type": "custom:yeastar"}}
GENERATE = """
async (config) => {
  const { hass } = document.querySelector("home-assistant");
  const strategy = customElements.get("ll-strategy-dashboard-yeastar");
  return strategy.generate(config, hass);
}
"""


async def test_it_shows_phones_calls_trunks_and_counters(
    office: Office, screen: Screen
) -> None:
    """All that the PBX has, without configuration."""
    async with dashboard_of(office, MADE, STRATEGY):
        await screen.open(MADE)
        await expect(screen.phone("Kitchen")).to_be_visible()
        await expect(screen.log.locator(".header")).to_be_visible()
        tiles = screen.page.locator("hui-tile-card")
        for name in ("Missed calls", "Inbound calls", "SIP-Home", "FXO2-4"):
            await expect(tiles.filter(has_text=name)).to_be_visible()
        headings = screen.page.locator("hui-heading-card")
        for heading in ("Now", "Trunks", "The last hours"):
            await expect(headings.filter(has_text=heading)).to_be_visible()
        await expect(screen.page.locator("hui-error-card")).to_have_count(0)
        await screen.open()


async def made(screen: Screen, **config: Any) -> dict[str, Any]:
    """Return what is made of a configuration."""
    dashboard: dict[str, Any] = await screen.page.evaluate(
        GENERATE, {"type": "custom:yeastar", **config}
    )
    return dashboard


async def test_it_has_a_view_for_each_pbx(office: Office, screen: Screen) -> None:
    """Named like the PBX; one alone needs no name on its cards."""
    dashboard = await made(screen)
    [view] = dashboard["views"]
    assert view["title"] == "Yeastar S100"
    assert "config_entry_id" not in str(view)


async def test_another_pbx_is_left_out_if_one_is_meant(screen: Screen) -> None:
    """Then there is a card that says so."""
    dashboard = await made(screen, config_entry_id="none")
    assert dashboard == {"views": [{"cards": [{"type": "custom:yeastar-phone-card"}]}]}


async def test_a_trunk_with_a_problem_is_red(office: Office, screen: Screen) -> None:
    """And green else."""
    dashboard = await made(screen)
    trunk = office.demo.house.trunks["SIP-Home"].entities
    tiles = [
        card
        for section in dashboard["views"][0]["sections"]
        for card in section["cards"]
        if card.get("entity") == trunk["state"]
    ]
    assert [(one["color"], one["visibility"][0]) for one in tiles] == [
        ("red", {"condition": "state", "entity": trunk["problem"], "state": "on"}),
        (
            "green",
            {"condition": "state", "entity": trunk["problem"], "state_not": "on"},
        ),
    ]


async def test_home_assistant_offers_it_where_dashboards_are_added(
    screen: Screen,
) -> None:
    """In the user's language, with a title and an icon to begin with."""
    async with spoken(screen.page, "de"):
        await screen.page.goto(f"{screen.address}/config/lovelace/dashboards")
        await screen.page.get_by_text("Dashboard hinzufügen").click()
        offered = screen.page.get_by_role("button", name="Telefone")
        await expect(offered).to_contain_text(re.compile("Yeastar-Telefonanlage"))
        await offered.click()
        title = screen.page.locator("input[name=title]")
        await expect(title).to_have_value("Telefone")
    await screen.open()
