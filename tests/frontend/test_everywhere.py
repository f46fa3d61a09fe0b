"""The pop-up on every page of Home Assistant, for users who switched it on."""

from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_asyncio

from .conftest import Office, Screen

CALLER = "01705550134"
ELSEWHERE = "profile"
ON = {"everywhere": True}
# Counts what would be heard: no browser of a test has a loudspeaker.
LISTEN = """
() => {
  window.strokes = 0;
  window.AudioContext = class {
    state = "running";
    currentTime = 0;
    destination = {};
    createOscillator() {
      window.strokes += 1;
      const connect = () => ({ connect() {} });
      return { frequency: {}, connect, start() {}, stop() {} };
    }
    createGain() {
      const ramp = () => undefined;
      return { gain: {
        setValueAtTime: ramp, linearRampToValueAtTime: ramp,
        exponentialRampToValueAtTime: ramp,
      } };
    }
    async resume() {}
    async close() { window.isSilent = true; }
  };
}
"""
NOTIFY = """
() => {
  window.notified = [];
  document.hasFocus = () => false;
  window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title) { window.notified.push(title); }
    close() { window.notified.push("closed"); }
  };
}
"""


async def want(office: Office, **settings: Any) -> None:
    """Let the user want something of incoming calls."""
    await office.client.command("frontend/set_user_data", key="yeastar", value=settings)


def popup_of(page: Page) -> Locator:
    """Return the pop-up of any page."""
    return page.get_by_role("alertdialog", name="Incoming call")


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(office: Office, own_screen: Screen) -> AsyncIterator[Screen]:
    """Be on a page without a card."""
    await own_screen.open(ELSEWHERE)
    yield own_screen
    # It is the user's, not the browser's, and would be there in the next test.
    await want(office)


async def test_it_is_on_pages_without_a_card(office: Office, visitor: Screen) -> None:
    """As soon as its user switches it on, and no longer when it is switched off."""
    await want(office, **ON)
    await office.demo.outside_call(CALLER, "1000")
    await expect(popup_of(visitor.page)).to_contain_text(CALLER)
    await want(office)
    await expect(popup_of(visitor.page)).to_have_count(0)


async def test_without_being_wanted_nothing_is_asked_for(
    office: Office, visitor: Screen
) -> None:
    """Neither is the PBX followed, nor is there an element."""
    sent: list[str] = []

    def note(payload: str | bytes) -> None:
        sent.append(str(payload))

    visitor.page.on("websocket", lambda socket: socket.on("framesent", note))
    await visitor.open(ELSEWHERE)
    await office.demo.outside_call(CALLER, "1000")
    await visitor.page.wait_for_timeout(1000)
    assert any("frontend/subscribe_user_data" in one for one in sent)
    assert not any('"yeastar/' in one for one in sent)
    assert await visitor.page.locator("yeastar-popup-everywhere").count() == 0


@pytest.mark.parametrize(
    ("here", "wanted", "is_there"), [("on", {}, True), ("off", ON, False)]
)
async def test_a_browser_may_be_an_exception(
    office: Office, visitor: Screen, here: str, wanted: dict[str, Any], is_there: bool
) -> None:
    """As a tablet on the wall, or one beside a bed."""
    await visitor.page.evaluate(
        "(here) => localStorage.setItem('yeastar-popup', here)", here
    )
    await want(office, **wanted)
    await visitor.open(ELSEWHERE)
    await office.demo.outside_call(CALLER, "1000")
    if is_there:
        await expect(popup_of(visitor.page)).to_contain_text(CALLER)
    else:
        await visitor.page.wait_for_timeout(1500)
        await expect(popup_of(visitor.page)).to_have_count(0)


async def test_calls_to_other_phones_can_be_left_out(
    office: Office, visitor: Screen
) -> None:
    """In a large office."""
    await want(office, **ON, only_mine=True, phone="1001")
    await office.demo.outside_call(CALLER, "1000")
    await office.demo.outside_call("0305550177", "1001")
    await expect(popup_of(visitor.page)).to_contain_text("0305550177")
    await expect(popup_of(visitor.page)).not_to_contain_text("+1")


async def test_a_call_is_decided_about_there(office: Office, visitor: Screen) -> None:
    """As on the pop-up of a card."""
    await want(office, **ON)
    await office.demo.control("answering_control", trunk="SIP-Home", on=True)
    try:
        await office.demo.outside_call(CALLER, "1000")
        await popup_of(visitor.page).get_by_role("button", name="Refuse").click()
        await expect(popup_of(visitor.page)).to_have_count(0)
        assert await office.demo.calls() == []
    finally:
        await office.demo.control("answering_control", trunk="SIP-Home", on=False)


async def test_it_takes_the_place_of_those_of_cards(
    office: Office, visitor: Screen
) -> None:
    """A page shows one pop-up."""
    await want(office, **ON)
    await visitor.open()
    await visitor.phones.locator(".tile").first.wait_for()
    await visitor.phones.evaluate(
        "(card) => card.setConfig({ type: 'custom:yeastar-phone-card', popup: true })"
    )
    await office.demo.outside_call(CALLER, "1000")
    await expect(visitor.call).to_contain_text(CALLER)
    await expect(popup_of(visitor.page)).to_have_count(1)
    await expect(
        visitor.page.locator("yeastar-popup-everywhere dialog")
    ).to_be_visible()


async def test_it_rings_if_wanted(office: Office, visitor: Screen) -> None:
    """By a tone that is made in the browser, until the call is over or dismissed."""
    await visitor.page.evaluate(LISTEN)
    await want(office, **ON, ring=True)
    call = await office.demo.outside_call(CALLER, "1000")
    await visitor.page.wait_for_function("window.strokes > 0")
    await office.demo.control("outside_hangs_up", callid=call["callid"])
    await visitor.page.wait_for_function("window.isSilent")


async def test_it_rings_only_if_wanted(office: Office, visitor: Screen) -> None:
    """The pop-up may be all."""
    await visitor.page.evaluate(LISTEN)
    await want(office, **ON)
    await office.demo.outside_call(CALLER, "1000")
    await expect(popup_of(visitor.page)).to_be_visible()
    assert await visitor.page.evaluate("window.strokes") == 0


async def test_the_browser_notifies_of_a_call_if_wanted(
    office: Office, visitor: Screen
) -> None:
    """Who looks at another window; until the call is over."""
    await visitor.page.evaluate(NOTIFY)
    await want(office, **ON, notify=True)
    call = await office.demo.outside_call(CALLER, "1000")
    await visitor.page.wait_for_function("window.notified.length === 1")
    await office.demo.control("outside_hangs_up", callid=call["callid"])
    await visitor.page.wait_for_function("window.notified.length === 2")
    [title, closed] = await visitor.page.evaluate("window.notified")
    assert title.startswith(f"{CALLER} is calling")
    assert closed == "closed"


async def test_users_choose_it_in_a_dialog_of_the_card(
    office: Office, visitor: Screen
) -> None:
    """For all their browsers, apart from this one."""
    await visitor.page.context.grant_permissions(["notifications"])
    await visitor.open()
    await visitor.phones.get_by_title("Incoming calls").click()
    dialog = visitor.page.get_by_role("dialog", name="Incoming calls")
    for name in ("Pop-up on every page", "Ring tone", "Notification"):
        await dialog.get_by_role("switch", name=name).check()
    await dialog.get_by_label("My phone", exact=True).select_option("Office (1001)")
    await dialog.get_by_label("Calls to", exact=True).select_option("My phone only")
    await dialog.get_by_label("On this device", exact=True).select_option("Never")
    await dialog.get_by_role("button", name="Done").click()
    await expect(dialog).to_have_count(0)
    stored = await office.client.command("frontend/get_user_data", key="yeastar")
    assert stored["value"] == {
        "everywhere": True,
        "ring": True,
        "notify": True,
        "phone": "1001",
        "only_mine": True,
    }
    assert await visitor.page.evaluate("localStorage.getItem('yeastar-popup')") == "off"
    # The card calls with the user's phone from now on.
    await expect(
        visitor.phones.locator("yeastar-dial select option:checked")
    ).to_have_text("Office")
