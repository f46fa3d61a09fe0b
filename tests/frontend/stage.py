"""A card on an empty page of the real frontend, told what to show by the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Locator, Page

# The card gets the real `hass`, but what it asks and does goes to the test.
STAGE = """
({ type, config }) => {
  window.stage?.card.parentElement?.remove();
  const real = document.querySelector("home-assistant").hass;
  const stage = { done: [], asked: [], answers: {}, subscriptions: 0 };
  const listeners = { ready: new Set(), disconnected: new Set() };
  const connection = {
    connected: true,
    addEventListener: (event, listener) => listeners[event].add(listener),
    removeEventListener: (event, listener) => listeners[event].delete(listener),
    subscribeMessage: async (callback) => {
      if (stage.refusal) throw stage.refusal;
      stage.subscriptions += 1;
      stage.tell = (message) => callback({ now: Date.now() / 1000, ...message });
      return async () => undefined;
    },
  };
  stage.happens = (event) => [...listeners[event]].forEach((listener) => listener());
  stage.hass = {
    ...real,
    connection,
    callWS: async (message) => {
      stage.asked.push(message);
      return stage.answers[message.type];
    },
    callService: async (domain, service, data) => {
      stage.done.push([`${domain}.${service}`, data]);
      return { response: stage.answers[`${domain}.${service}`] };
    },
  };
  stage.change = (changes) => {
    stage.hass = { ...stage.hass, ...changes };
    stage.card.hass = stage.hass;
  };
  const card = document.createElement(type);
  stage.card = card;
  card.id = "on-stage";
  card.setConfig({ type: `custom:${type}`, ...config });
  const page = document.createElement("div");
  page.style.cssText =
    "position: fixed; inset: 0; z-index: 9; overflow: auto; padding: 16px;" +
    "background: var(--primary-background-color)";
  page.append(card);
  document.querySelector("home-assistant").shadowRoot.append(page);
  card.hass = stage.hass;
  window.stage = stage;
}
"""

CLEAR = """
() => {
  window.stage?.card.parentElement?.remove();
  document.documentElement.dir = "ltr";
}
"""


LANGUAGE = """
async (language) => {
  const page = document.querySelector("home-assistant");
  page.dispatchEvent(new CustomEvent("hass-language-select", { detail: language }));
  while (page.hass.language !== language || page.hass.locale.language !== language) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
"""


@asynccontextmanager
async def spoken(page: Page, language: str) -> AsyncIterator[None]:
    """Let the user have another language than English for some time."""
    await page.evaluate(LANGUAGE, language)
    try:
        yield
    finally:
        await page.evaluate(LANGUAGE, "en")


def extension(number: int, **fields: Any) -> dict[str, Any]:
    """Return the row of an extension."""
    return {
        "number": str(number),
        "name": f"Phone {number}",
        "state": "idle",
        "party": None,
        "missed": 0,
        "presence": None,
        "unread": 0,
        "control": True,
        "device_id": f"device{number}",
        "entity_id": f"sensor.phone_{number}",
        "do_not_disturb_entity_id": None,
        **fields,
    }


def call(number: int, **fields: Any) -> dict[str, Any]:
    """Return the row of a call from outside, to the extension with the same number."""
    return {
        "call_id": f"1795439573.{number}",
        "direction": "inbound",
        "from": f"0170555{number}",
        "to": str(number),
        "from_name": None,
        "caller_id": None,
        "to_name": f"Phone {number}",
        "trunk": "SIP-Home",
        "extensions": [str(number)],
        "status": "talking",
        "started": "2026-11-23T12:00:00+00:00",
        "answered": "2026-11-23T12:00:05+00:00",
        "answered_by": str(number),
        "pick_up": None,
        "control": True,
        "offered_until": None,
        "transferable": True,
        **fields,
    }


def ended(number: int, **fields: Any) -> dict[str, Any]:
    """Return the row of a call that is over; the larger number is the later one."""
    return {
        "call_id": f"1795430000.{number:05}",
        "direction": "inbound",
        "from": f"0170555{number}",
        "to": "1000",
        "from_name": None,
        "caller_id": None,
        "to_name": "Phone 1000",
        "answered_by": "1000",
        "answered_by_name": "Phone 1000",
        "trunk": "SIP-Home",
        "extensions": ["1000"],
        "outcome": "answered",
        "missed": False,
        "unseen": False,
        "started": f"2026-11-{1 + number // 1000:02}T{number // 60 % 24:02}:{number % 60:02}:00+00:00",
        "talk_seconds": 65,
        "media_content_id": None,
        **fields,
    }


PBX = {
    "config_entry_id": "entry",
    "name": "Yeastar S100",
    "missed_entity_id": "sensor.missed",
    "mark_seen_entity_id": "button.seen",
    "abilities": [],
}


def whole(**fields: Any) -> dict[str, Any]:
    """Return a first message."""
    return {
        "whole": True,
        "loaded": True,
        "available": True,
        "pbx": PBX,
        "missed": 0,
        "extensions": [],
        "calls": [],
        **fields,
    }


class Stage:
    """A card alone with a test."""

    def __init__(self, page: Page, card: Locator) -> None:
        """Keep the page and the card."""
        self.page = page
        self.card = card

    async def tell(self, message: dict[str, Any]) -> None:
        """Tell the card something, as the integration would."""
        await self.page.evaluate("(message) => stage.tell(message)", message)

    async def happens(self, event: str) -> None:
        """Let the connection to Home Assistant be `disconnected` or `ready` again."""
        await self.page.evaluate("(event) => stage.happens(event)", event)

    async def refuse(self, code: str | int | None) -> None:
        """Let subscriptions be refused from now on, or no longer."""
        await self.page.evaluate(
            "(code) => { stage.refusal = code === null ? undefined : { code }; }", code
        )

    async def change(self, **fields: Any) -> None:
        """Let something of Home Assistant be otherwise."""
        await self.page.evaluate("(fields) => stage.change(fields)", fields)

    async def set_state(self, entity_id: str, state: str) -> None:
        """Let an entity have a state."""
        await self.page.evaluate(
            """([entityId, state]) => stage.change({
                states: { ...stage.hass.states, [entityId]: { state } },
            })""",
            [entity_id, state],
        )

    async def answer(self, command: str, answer: Any) -> None:
        """Set what is answered to a command."""
        await self.page.evaluate(
            "([command, answer]) => { stage.answers[command] = answer; }",
            [command, answer],
        )

    async def done(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the actions that the card performed."""
        return [
            (action, data) for action, data in await self.page.evaluate("stage.done")
        ]


async def put_on_stage(page: Page, card: str, **config: Any) -> Stage:
    """Show a card by itself."""
    await page.evaluate(STAGE, {"type": card, "config": config})
    await page.wait_for_function("() => !!window.stage.tell")
    return Stage(page, page.locator("#on-stage"))
