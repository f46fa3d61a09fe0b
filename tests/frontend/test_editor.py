"""The card picker and the visual editor of Home Assistant."""

from playwright.async_api import Locator, expect
import pytest

from tests.demo.dashboard import URL_PATH

from .conftest import LOG, PHONES, Screen


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
        ("State", PHONES, "Yeastar phones - This phone"),
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
    await editor.locator("ha-switch").click()
    await expect(chip).to_have_attribute("aria-pressed", "true")
