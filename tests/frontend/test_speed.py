"""A large office: each change costs little, and what does not concern the cards nothing."""

from typing import Any

from playwright.async_api import Page, expect

from .conftest import PHONES
from .stage import Stage, call, extension, put_on_stage, whole

EXTENSIONS = range(1000, 1500)
CALLS = range(1000, 1120)
NO_SCRIPT = ("(idle)", "(program)", "(root)")
TELL = """
async (messages) => {
  for (const message of messages) {
    stage.tell(message);
    await stage.card.updateComplete;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
"""
SET_HASS = """
async () => {
  for (let i = 0; i < 100; i += 1) {
    stage.card.hass = { ...stage.hass, states: { ...stage.hass.states } };
    await stage.card.updateComplete;
  }
}
"""
WATCH = """
() => {
  const update = stage.card.requestUpdate;
  stage.card.requestUpdate = function (...all) {
    stage.rendered = true;
    return update.apply(this, all);
  };
}
"""
FRAME = 16.0
"""Milliseconds of a frame at 60 a second."""


async def milliseconds_of_script(
    page: Page, script: str, argument: Any = None
) -> float:
    """Return how long scripts of the page run because of one, as the profiler sees it."""
    profiler = await page.context.new_cdp_session(page)
    await profiler.send("Profiler.enable")
    await profiler.send("Profiler.setSamplingInterval", {"interval": 100})
    await profiler.send("Profiler.start")
    await page.evaluate(script, argument)
    profile = (await profiler.send("Profiler.stop"))["profile"]
    await profiler.detach()
    names = {node["id"]: node["callFrame"]["functionName"] for node in profile["nodes"]}
    spent: float = sum(
        delta / 1000
        for sample, delta in zip(profile["samples"], profile["timeDeltas"], strict=True)
        if names[sample] not in NO_SCRIPT
    )
    return spent


async def fill(page: Page) -> Stage:
    """Show 500 phones and 120 calls."""
    stage = await put_on_stage(page, PHONES)
    talking = [
        extension(number, state="in_call" if number in CALLS else "idle", party="Anna")
        for number in EXTENSIONS
    ]
    await stage.tell(whole(extensions=talking, calls=[call(n) for n in CALLS]))
    await expect(stage.card.locator(".tile")).to_have_count(len(EXTENSIONS))
    await expect(stage.card.locator("yeastar-call-row")).to_have_count(len(CALLS))
    return stage


def changes(number: int) -> list[dict[str, Any]]:
    """Return what is told of a call that comes, is answered and is over."""
    ringing = call(number, status="ringing", answered=None, answered_by=None)
    answered = extension(number, state="in_call", party="Anna")
    return [
        {"calls": [ringing], "extensions": [extension(number, state="ringing")]},
        {"calls": [call(number)], "extensions": [answered]},
        {"calls_gone": [ringing["call_id"]], "extensions": [extension(number)]},
    ]


async def test_a_change_in_a_large_office_fits_into_a_frame(page: Page) -> None:
    """Twenty calls come, are answered, are over: each change is shown by itself."""
    await fill(page)
    messages = [message for n in range(1200, 1220) for message in changes(n)]
    # What else the machine does meanwhile only adds to it.
    rounds = [await milliseconds_of_script(page, TELL, messages) for _ in range(3)]
    spent = min(rounds) / len(messages)
    print(f"{spent:.2f} ms of script per change")
    assert spent < FRAME


async def test_what_does_not_concern_the_card_is_not_rendered(page: Page) -> None:
    """Home Assistant sets `hass` with every state that changes anywhere."""
    await fill(page)
    await page.evaluate(WATCH)
    spent = await milliseconds_of_script(page, SET_HASS) / 100
    print(f"{spent:.2f} ms of script per state that changed elsewhere")
    assert await page.evaluate("!stage.rendered")
    assert spent < 1
