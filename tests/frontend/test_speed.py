"""A large office: each change costs little, and what does not concern the cards nothing."""

from statistics import median
from typing import Any

from playwright.async_api import CDPSession, Page, expect

from .conftest import PHONES
from .stage import Stage, call, extension, put_on_stage, whole

EXTENSIONS = range(1000, 1500)
CALLS = range(1000, 1120)
FRAME = 16.0
"""Milliseconds of a frame at 60 a second."""


async def milliseconds_of_script(profiler: CDPSession) -> float:
    """Return how long scripts of the page have run, as the browser measures it."""
    metrics = (await profiler.send("Performance.getMetrics"))["metrics"]
    seconds: float = next(
        metric["value"] for metric in metrics if metric["name"] == "ScriptDuration"
    )
    return 1000 * seconds


async def cost(stage: Stage, profiler: CDPSession, message: dict[str, Any]) -> float:
    """Return the milliseconds of script that one message takes until it is shown."""
    before = await milliseconds_of_script(profiler)
    await stage.page.evaluate(
        """async (message) => {
            stage.tell(message);
            await stage.card.updateComplete;
            await new Promise((resolve) => requestAnimationFrame(resolve));
        }""",
        message,
    )
    return await milliseconds_of_script(profiler) - before


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


async def test_a_change_in_a_large_office_fits_into_a_frame(page: Page) -> None:
    """A call comes, is answered, is over: each with its phone."""
    stage = await fill(page)
    profiler = await page.context.new_cdp_session(page)
    await profiler.send("Performance.enable")
    costs: list[float] = []
    for number in range(1200, 1220):
        ringing = call(number, status="ringing", answered=None, answered_by=None)
        answered = extension(number, state="in_call", party="Anna")
        costs += [
            await cost(stage, profiler, message)
            for message in (
                {
                    "calls": [ringing],
                    "extensions": [extension(number, state="ringing")],
                },
                {"calls": [call(number)], "extensions": [answered]},
                {
                    "calls_gone": [ringing["call_id"]],
                    "extensions": [extension(number)],
                },
            )
        ]
    print(f"median {median(costs):.1f} ms, most {max(costs):.1f} ms")
    assert median(costs) < FRAME, costs


async def test_what_does_not_concern_the_card_is_not_rendered(page: Page) -> None:
    """Home Assistant sets `hass` with every state that changes anywhere."""
    await fill(page)
    profiler = await page.context.new_cdp_session(page)
    await profiler.send("Performance.enable")
    before = await milliseconds_of_script(profiler)
    rendered = await page.evaluate(
        """async () => {
            let rendered = 0;
            const update = stage.card.requestUpdate;
            stage.card.requestUpdate = function (...all) {
                rendered += 1;
                return update.apply(this, all);
            };
            for (let i = 0; i < 100; i += 1) {
                stage.card.hass = { ...stage.hass, states: { ...stage.hass.states } };
            }
            await stage.card.updateComplete;
            return rendered;
        }"""
    )
    assert rendered == 0
    assert (await milliseconds_of_script(profiler) - before) / 100 < 1
