"""An incoming call goes across the page, and is the loudest thing there is."""

import time

from playwright.async_api import Locator, Page, expect
import pytest

from .conftest import PHONES
from .stage import Stage, call, extension, put_on_stage, whole

FOCUSED = """
() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found?.localName ?? null;
}
"""
MODAL = """
() => {
  window.other = document.createElement("dialog");
  other.textContent = "Something else";
  document.body.append(other);
  other.showModal();
}
"""


def ringing(number: int = 1000, **fields: object) -> dict[str, object]:
    """Return the row of a call that rings."""
    return call(number, status="ringing", answered=None, answered_by=None, **fields)


def offered(number: int = 1000, *, seconds: float = 10) -> dict[str, object]:
    """Return the row of a call that waits for a decision."""
    row = ringing(number, offered_until=time.time() + seconds)
    return row | {"status": "waiting"}


async def seconds_of(ring: Locator) -> float:
    """Return for how many seconds a ring shrinks."""
    left: str = await ring.evaluate("(one) => one.style.getPropertyValue('--left')")
    return float(left.removesuffix("s"))


async def angle_of(ring: Locator) -> float:
    """Return how much of a ring is left, in degrees."""
    angle: str = await ring.evaluate(
        "(one) => getComputedStyle(one).getPropertyValue('--angle')"
    )
    return float(angle.removesuffix("deg"))


async def stage_with(page: Page, *calls: dict[str, object]) -> tuple[Stage, Locator]:
    """Return a card with calls, and its pop-up."""
    stage = await put_on_stage(page, PHONES, popup=True)
    phones = [extension(1000), extension(1001)]
    await stage.tell(whole(extensions=phones, calls=list(calls)))
    return stage, stage.card.get_by_role("alertdialog", name="Incoming call")


async def test_it_goes_across_the_page_until_the_call_is_answered(page: Page) -> None:
    """With who calls whom."""
    stage, popup = await stage_with(page, ringing())
    await expect(popup).to_be_visible()
    box = await popup.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"]) == (0, 0, 1360)
    await stage.tell({"calls": [call(1000)]})
    await expect(popup).to_have_count(0)


async def test_an_offered_call_is_decided_there(page: Page) -> None:
    """For the whole ten seconds, with a ring that shrinks."""
    stage, popup = await stage_with(page, offered())
    ring = popup.locator(".ring")
    await expect(ring).to_be_visible()
    assert 5 < await seconds_of(ring) <= 10
    await popup.get_by_role("button", name="Accept").click()
    [[action, data]] = await stage.done()
    assert (action, data["call_id"]) == ("yeastar.accept_call", call(1000)["call_id"])


async def test_the_ring_shows_the_time_that_is_left(page: Page) -> None:
    """Of the call that is shown, however often something is told meanwhile."""
    stage, popup = await stage_with(page, offered(1005, seconds=4))
    ring = popup.locator(".ring")
    first = await seconds_of(ring)
    assert 2 < first <= 4
    assert 100 < await angle_of(ring) < 150
    await page.wait_for_timeout(1100)
    await stage.tell({"calls": [offered(1006, seconds=9)], "missed": 1})
    assert await seconds_of(ring) == first
    assert 40 < await angle_of(ring) < 110
    await popup.get_by_role("button", name="Dismiss").click()
    assert await seconds_of(ring) > 6


async def test_an_offered_call_is_louder_than_one_that_rings(page: Page) -> None:
    """Though it came later: it can be decided about for seconds only."""
    _, popup = await stage_with(page, ringing(1000), offered(1001))
    await expect(popup).to_contain_text("01705551001")
    await expect(popup.get_by_role("button", name="Refuse")).to_be_visible()


async def test_several_calls_are_counted(page: Page) -> None:
    """The next one is shown when the first was dismissed."""
    _, popup = await stage_with(page, ringing(1002), ringing(1003))
    await expect(popup).to_contain_text("01705551002")
    await expect(popup).to_contain_text("+1")
    await expect(popup.get_by_title("1 more")).to_be_visible()
    await popup.get_by_role("button", name="Dismiss").click()
    await expect(popup).to_contain_text("01705551003")
    await expect(popup).not_to_contain_text("+1")


async def test_who_does_not_see_it_is_told(page: Page) -> None:
    """By a description, which is read when the focus comes."""
    _, popup = await stage_with(page, offered())
    await expect(popup).to_have_accessible_description(
        "01705551000 is calling Phone 1000. Accept this call?"
    )


async def test_the_focus_goes_there_and_comes_back(page: Page) -> None:
    """To no button of it: a key that was meant for a field presses nothing."""
    stage = await put_on_stage(page, PHONES, popup=True)
    await stage.tell(whole(extensions=[extension(1000)]))
    await stage.card.locator("yeastar-dial input").focus()
    await stage.tell({"calls": [offered()]})
    await expect(stage.card.get_by_role("alertdialog")).to_be_visible()
    assert await page.evaluate(FOCUSED) == "dialog"
    await page.keyboard.press("Enter")
    assert await stage.done() == []
    await stage.tell({"calls": [call(1000)]})
    await expect(stage.card.get_by_role("alertdialog")).to_have_count(0)
    assert await page.evaluate(FOCUSED) == "input"


async def test_escape_dismisses_it_wherever_the_focus_is(page: Page) -> None:
    """The call goes on to ring."""
    stage, popup = await stage_with(page, ringing(1004))
    await expect(popup).to_be_visible()
    await stage.card.locator("yeastar-dial input").focus()
    await page.keyboard.press("Escape")
    await expect(popup).to_have_count(0)
    await expect(stage.card.locator(".calls yeastar-call-row")).to_have_count(1)
    assert await stage.done() == []


async def test_it_can_be_used_above_a_modal_dialog(page: Page) -> None:
    """Which makes all the rest of the page deaf."""
    await page.evaluate(MODAL)
    try:
        stage, popup = await stage_with(page, offered())
        await popup.get_by_role("button", name="Refuse").click()
        assert [action for action, _ in await stage.done()] == ["yeastar.refuse_call"]
    finally:
        await page.evaluate("other.remove()")


@pytest.mark.parametrize(
    "quiet",
    [
        call(1000, status="waiting", answered=None, answered_by=None),
        ringing(direction="outbound"),
        ringing(direction="internal"),
    ],
    ids=["waiting", "outbound", "internal"],
)
async def test_other_calls_are_not_loud(page: Page, quiet: dict[str, object]) -> None:
    """As one that waits in a queue, and those that began here."""
    stage, popup = await stage_with(page, quiet)
    await expect(stage.card.locator(".calls yeastar-call-row")).to_be_visible()
    await expect(popup).to_have_count(0)


async def test_without_the_option_there_is_none(page: Page) -> None:
    """The card shows the call."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)], calls=[ringing()]))
    await expect(stage.card.locator(".calls yeastar-call-row")).to_be_visible()
    await expect(stage.card.get_by_role("alertdialog")).to_have_count(0)
