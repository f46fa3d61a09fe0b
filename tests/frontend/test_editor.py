"""The card picker and the visual editor of Home Assistant."""

from playwright.async_api import Locator, expect
import pytest

from tests.demo.dashboard import URL_PATH

from .conftest import LOG, PHONES, Screen
from .stage import spoken

SUGGEST = """
() => {
  const { hass } = document.querySelector("home-assistant");
  const state = Object.values(hass.entities).find(
    (one) => one.platform === "yeastar" && one.translation_key === "extension_state");
  const card = window.customCards.find((one) => one.type === "yeastar-phone-card");
  return card.getEntitySuggestion(hass, state.entity_id).map((one) => one.label);
}
"""


async def add_card(screen: Screen) -> Locator:
    """Open the dialog that adds a card."""
    await screen.open(f"{URL_PATH}/0?edit=1")
    await screen.page.get_by_label("Add card").first.click()
    return screen.page.locator("hui-dialog-create-card")


@pytest.mark.parametrize(
    ("name", "card"), [("Yeastar phones", PHONES), ("Yeastar call log", LOG)]
)
async def test_the_picker_offers_and_previews_a_card(
    screen: Screen, name: str, card: str
) -> None:
    """Without a resource that somebody had to add."""
    dialog = await add_card(screen)
    await dialog.get_by_text("By card").click()
    await dialog.get_by_placeholder("Search").last.fill("yeastar")
    offered = dialog.locator(".card", has_text=name)
    await expect(offered.locator(card)).to_be_visible()
    await expect(offered.locator(f"{card} .header")).to_be_visible()


@pytest.mark.parametrize(
    ("entity", "card", "label"),
    [
        ("Kitchen", PHONES, "Yeastar phones - This phone"),
        ("Missed calls", LOG, "Yeastar call log"),
    ],
)
async def test_an_entity_suggests_a_card(
    screen: Screen, entity: str, card: str, label: str
) -> None:
    """One that shows the phone of the entity."""
    dialog = await add_card(screen)
    await dialog.get_by_placeholder("Search entities").fill("kitchen")
    await dialog.get_by_text(entity, exact=True).first.click()
    await expect(dialog.get_by_text(label)).to_be_visible()
    await expect(dialog.locator(card).first).to_be_attached()


async def test_pickers_speak_the_language_of_the_user(screen: Screen) -> None:
    """Before any card was on the page: the words of cards are not loaded then."""
    async with spoken(screen.page, "de"):
        await screen.page.goto(f"{screen.address}/profile")
        await screen.page.locator("home-assistant-main").wait_for()
        shown = await screen.page.evaluate(
            """() => window.customCards
                .filter((one) => one.type.startsWith("yeastar-"))
                .map((one) => [one.name, one.description])"""
        )
        suggested = await screen.page.evaluate(SUGGEST)
    assert shown == [
        ["Yeastar Telefone", "Telefone, Anrufe und ein Wählfeld."],
        ["Yeastar Anrufliste", "Letzte und verpasste Anrufe."],
    ]
    assert suggested == ["Alle Telefone", "Dieses Telefon"]
    await screen.open()


async def test_a_language_without_translation_gets_english_names(
    screen: Screen,
) -> None:
    """Never the keys of them; what is read from right to left is not broken."""
    async with spoken(screen.page, "he"):
        await screen.open()
        await expect(screen.phone("Kitchen")).to_be_visible()
        names = await screen.page.evaluate("window.customCards.map((one) => one.name)")
        assert {"Yeastar phones", "Yeastar call log"} <= set(names)
        assert await screen.page.evaluate("document.dir || document.body.dir") == "rtl"


async def test_the_form_changes_the_card(screen: Screen) -> None:
    """What the form says shows in the preview, in words of the user's language."""
    dialog = await add_card(screen)
    await dialog.get_by_text("By card").click()
    await dialog.get_by_placeholder("Search").last.fill("yeastar")
    await dialog.locator(".card", has_text="Yeastar phones").last.click(
        position={"x": 20, "y": 20}
    )
    editor = screen.page.locator("hui-dialog-edit-card")
    preview = editor.locator(PHONES)
    await expect(preview.locator("yeastar-dial")).to_be_visible()
    await (
        editor.locator("input[name=title]")
        .or_(editor.get_by_label("Title"))
        .first.fill("Our phones")
    )
    await expect(preview.locator("h2")).to_have_text("Our phones")
    await editor.get_by_text("Dial field").click()
    await expect(preview.locator("yeastar-dial")).to_have_count(0)
    await expect(editor.get_by_text("Phones to show")).to_be_visible()
    # The picker of one device shows no label of its own.
    await expect(editor.get_by_text("My phone: Calls are made with it")).to_be_visible()
    await expect(editor.get_by_text("All phones if left empty.")).to_be_visible()


async def test_the_form_of_the_call_log_narrows_it(screen: Screen) -> None:
    """To missed calls."""
    dialog = await add_card(screen)
    await dialog.get_by_text("By card").click()
    await dialog.get_by_placeholder("Search").last.fill("yeastar")
    await dialog.locator(".card", has_text="Yeastar call log").last.click(
        position={"x": 20, "y": 20}
    )
    editor = screen.page.locator("hui-dialog-edit-card")
    chip = editor.locator(LOG).locator(".chip.missed")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await expect(editor.get_by_text("Missed calls only")).to_be_visible()
    await expect(editor.get_by_text("Only calls of: All calls if left")).to_be_visible()
    await editor.locator("ha-switch").click()
    await expect(chip).to_have_attribute("aria-pressed", "true")
