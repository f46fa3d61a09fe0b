"""The phones: what fits, how one is found, and what can be done with one."""

import re
from typing import Any

from playwright.async_api import Locator, Page, expect
import pytest

from .conftest import PHONES, Office, Screen
from .stage import Stage, call, extension, put_on_stage, spoken, whole

SECTION = 465
"""Pixels of a card in one section of a dashboard on a desktop."""
CUT = """
(card) => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]);
  return all(card.shadowRoot)
    .filter((one) => one.matches(".tile .cut") && one.scrollWidth > one.clientWidth)
    .map((one) => one.textContent.trim());
}
"""
WITH_SWITCH = {"do_not_disturb_entity_id": "switch.quiet"}


async def hold(page: Page, element: Locator, milliseconds: int) -> None:
    """Press on an element for some time."""
    await element.hover()
    await page.mouse.down()
    await page.wait_for_timeout(milliseconds)
    await page.mouse.up()


async def stage_of(page: Page, *phones: dict[str, Any], **config: Any) -> Stage:
    """Return a card that shows phones."""
    stage = await put_on_stage(page, PHONES, **config)
    await stage.tell(whole(extensions=list(phones)))
    await expect(stage.card.locator(".tile").first).to_be_visible()
    return stage


def office_of(count: int) -> list[dict[str, Any]]:
    """Return many phones, of which each tenth is in a call."""
    return [
        extension(1000 + n, state="idle" if n % 10 else "in_call", party="Anna")
        for n in range(count)
    ]


# What is shown


async def test_a_phone_shows_where_its_user_is_and_new_messages(page: Page) -> None:
    """While it does nothing; a phone of an S-Series shows neither."""
    stage = await stage_of(
        page,
        extension(1000, presence="lunch", unread=2),
        extension(1001, presence="lunch", state="in_call", party="Anna"),
        extension(1002),
    )
    tiles = stage.card.locator(".tile")
    await expect(tiles.nth(0)).to_contain_text("Lunch")
    await expect(tiles.nth(0).locator(".unread")).to_contain_text("2")
    await expect(tiles.nth(1)).not_to_contain_text("Lunch")
    await expect(tiles.nth(2)).to_contain_text("Idle")
    await expect(stage.card.locator(".unread")).to_have_count(1)


@pytest.mark.parametrize(
    ("language", "quiet"),
    [
        ("en", "Do not disturb"),
        ("de", "Bitte nicht stören"),
        ("fr", "Ne pas déranger"),
    ],
)
async def test_no_state_is_cut_in_one_section(
    page: Page, language: str, quiet: str
) -> None:
    """Nor is the number of a caller with the clock beside it."""
    await page.set_viewport_size({"width": SECTION + 32, "height": 900})
    states = ("idle", "ringing", "in_call", "on_hold", "unregistered", "malfunction")
    phones = [
        extension(1000 + n, name="Living room", state=state, party="01705550134")
        for n, state in enumerate(states)
    ]
    phones.append(extension(1007, **WITH_SWITCH))
    async with spoken(page, language):
        stage = await put_on_stage(page, PHONES)
        await stage.tell(whole(extensions=phones, calls=[call(1002)], now=1795435265))
        await stage.set_state("switch.quiet", "on")
        await expect(stage.card.locator(".tile").last).to_contain_text(quiet)
        await expect(stage.card.locator(".tile yeastar-since")).to_have_text(
            re.compile("^1:0")
        )
        assert await stage.card.evaluate(CUT) == []


async def test_a_number_is_shown_only_while_a_phone_is_idle(page: Page) -> None:
    """Else what it does takes the room."""
    stage = await stage_of(page, extension(1000), extension(1001, state="unregistered"))
    await expect(stage.card.locator(".tile").nth(0)).to_contain_text("1000 · Idle")
    await expect(stage.card.locator(".tile").nth(1)).to_contain_text("Offline")
    await expect(stage.card.locator(".tile .dim").nth(1)).not_to_contain_text("1001")


async def test_what_is_cut_is_told_in_full(page: Page) -> None:
    """To who holds the pointer there."""
    name = "The telephone beside the bed in the guest room on the second floor"
    stage = await stage_of(page, extension(1000, name=name, state="ringing", party="A"))
    await expect(stage.card.locator(".tile").get_by_title(name)).to_be_visible()
    await expect(stage.card.locator(".tile").get_by_title("A")).to_be_visible()


async def test_a_phone_is_called_by_its_name_first(page: Page) -> None:
    """Not by the number of its missed calls."""
    stage = await stage_of(page, extension(1000, name="Kitchen", missed=4))
    await expect(stage.card.locator(".main")).to_have_accessible_name(
        "Kitchen 1000 · Idle 4 missed"
    )


async def test_a_card_of_one_phone_is_about_that_phone(page: Page) -> None:
    """Its name, and the calls that it missed, not the house."""
    phones = [extension(1000, name="Anna", missed=2), extension(1001, missed=15)]
    stage = await put_on_stage(page, PHONES, extensions=["1000"])
    await stage.tell(whole(extensions=phones, missed=17))
    await expect(stage.card.locator("h2")).to_have_text("Anna")
    await expect(stage.card.locator(".chip.missed")).to_contain_text("2 missed")


async def test_a_card_of_some_phones_counts_no_missed_calls(page: Page) -> None:
    """One that rang two of them would count twice; each phone has its own."""
    phones = [extension(1000, missed=1), extension(1001, missed=1), extension(1002)]
    stage = await put_on_stage(page, PHONES, extensions=["1000", "1001"])
    await stage.tell(whole(extensions=phones, missed=1))
    await expect(stage.card.locator(".tile .count")).to_have_count(2)
    await expect(stage.card.locator(".chip.missed")).to_have_count(0)


# Many phones


async def test_few_phones_have_no_filter(page: Page) -> None:
    """They are seen at once."""
    stage = await stage_of(page, *office_of(29))
    await expect(stage.card.get_by_label("Find a phone")).to_have_count(0)


async def test_one_of_many_phones_is_found(page: Page) -> None:
    """By a part of its name or number."""
    stage = await stage_of(
        page, extension(2000, name="Zoë"), extension(2001), *office_of(30)
    )
    await stage.card.get_by_label("Find a phone").fill("zoe")
    await expect(stage.card.locator(".tile .name")).to_have_text(["Zoë"])
    await stage.card.get_by_label("Find a phone").fill("1029")
    await expect(stage.card.locator(".tile .name")).to_have_text(["Phone 1029"])
    await stage.card.get_by_label("Find a phone").fill("nothing")
    await expect(stage.card).to_contain_text("No phone to show.")


async def test_busy_phones_come_first_if_wanted(page: Page) -> None:
    """By a button, as long as the card is there."""
    stage = await stage_of(page, *office_of(30))
    names = stage.card.locator(".tile .name")
    await expect(names.nth(1)).to_have_text("Phone 1001")
    await stage.card.get_by_role("button", name="Busy first").click()
    await expect(names.nth(1)).to_have_text("Phone 1010")
    await stage.card.get_by_role("button", name="Busy first").click()
    await expect(names.nth(1)).to_have_text("Phone 1001")


async def test_idle_phones_are_hidden_if_wanted(page: Page) -> None:
    """By a button, or by the configuration for any number of phones."""
    stage = await stage_of(page, *office_of(30))
    await stage.card.get_by_role("button", name="Hide idle phones").click()
    await expect(stage.card.locator(".tile")).to_have_count(3)
    stage = await stage_of(page, *office_of(5), hide_idle=True)
    await expect(stage.card.locator(".tile")).to_have_count(1)


async def test_the_configuration_puts_busy_phones_first(page: Page) -> None:
    """Of few phones too."""
    stage = await stage_of(
        page, extension(1000), extension(1001, state="ringing"), sort="busy"
    )
    await expect(stage.card.locator(".tile .name")).to_have_text(
        ["Phone 1001", "Phone 1000"]
    )


# Do not disturb and details


async def test_do_not_disturb_is_shown(page: Page) -> None:
    """As the switch of the phone says, when it says so."""
    stage = await stage_of(page, extension(1000, **WITH_SWITCH))
    await expect(stage.card.locator(".tile")).to_contain_text("Idle")
    await stage.set_state("switch.quiet", "on")
    await expect(stage.card.locator(".tile")).to_contain_text("Do not disturb")


async def test_do_not_disturb_is_switched_on_the_tile(page: Page) -> None:
    """It is shown to be on the way until the switch says so: a PBX may take its time."""
    stage = await stage_of(page, extension(1000, **WITH_SWITCH))
    await stage.set_state("switch.quiet", "off")
    await stage.card.locator(".main").click()
    switch = stage.card.locator(".quiet-switch")
    await expect(switch).to_have_attribute("aria-pressed", "false")
    await switch.click()
    assert await stage.done() == [("switch.turn_on", {"entity_id": "switch.quiet"})]
    await expect(switch).to_have_attribute("aria-busy", "true")
    await expect(switch).to_have_attribute("aria-pressed", "true")
    await expect(switch).to_be_disabled()
    await stage.set_state("switch.other", "on")
    await expect(switch).to_have_attribute("aria-busy", "true")
    await stage.set_state("switch.quiet", "on")
    await expect(switch).to_have_attribute("aria-busy", "false")
    await expect(switch).to_have_attribute("aria-pressed", "true")
    await expect(switch).to_be_enabled()


async def test_do_not_disturb_is_not_waited_for_forever(own_screen: Screen) -> None:
    """After half a minute what the switch says counts."""
    page = own_screen.page
    await page.clock.install()
    stage = await stage_of(page, extension(1000, **WITH_SWITCH))
    await stage.set_state("switch.quiet", "off")
    await stage.card.locator(".main").click()
    await stage.card.locator(".quiet-switch").click()
    await page.clock.fast_forward(29_000)
    switch = stage.card.locator(".quiet-switch")
    await expect(switch).to_have_attribute("aria-busy", "true")
    await page.clock.fast_forward(2_000)
    await expect(switch).to_have_attribute("aria-busy", "false")
    await expect(switch).to_have_attribute("aria-pressed", "false")


async def test_who_may_not_control_a_phone_may_not_switch_it(page: Page) -> None:
    """Only look at it."""
    stage = await stage_of(page, extension(1000, control=False, **WITH_SWITCH))
    await stage.set_state("switch.quiet", "off")
    await stage.card.locator(".main").click()
    await expect(stage.card.get_by_role("button", name="Details")).to_be_visible()
    await expect(stage.card.locator(".quiet-switch")).to_have_count(0)


async def test_do_not_disturb_of_a_real_phone_is_switched(
    office: Office, screen: Screen
) -> None:
    """And seen on the PBX."""
    await screen.phone("Workshop").locator(".main").click()
    switch = screen.phone("Workshop").locator(".quiet-switch")
    await switch.click()
    await expect(screen.phone("Workshop").locator(".main")).to_contain_text(
        "Do not disturb"
    )
    await expect(switch).to_have_attribute("aria-busy", "false")
    await switch.click()
    await expect(screen.phone("Workshop").locator(".main")).to_contain_text("Idle")


async def test_a_phone_that_is_held_shows_its_details(screen: Screen) -> None:
    """And is not selected by it; a short press selects."""
    main = screen.phone("Kitchen").locator(".main")
    await hold(screen.page, main, 700)
    details = screen.page.locator("ha-more-info-dialog")
    await expect(details.get_by_text("Kitchen").first).to_be_visible()
    await expect(main).to_have_attribute("aria-pressed", "false")
    await screen.open()
    await hold(screen.page, main, 100)
    await expect(main).to_have_attribute("aria-pressed", "true")
