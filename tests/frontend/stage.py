"""A card on an empty page of the real frontend, told what to show by the test."""

from typing import Any

from playwright.async_api import Locator, Page

# The card gets the real `hass`, but what it asks and does goes to the test.
STAGE = """
({ type, config }) => {
  window.stage?.card.parentElement?.remove();
  const real = document.querySelector("home-assistant").hass;
  const stage = { done: [], asked: [], answers: {} };
  const connection = {
    addEventListener() {},
    removeEventListener() {},
    subscribeMessage: async (callback) => {
      stage.tell = (message) => callback({ now: Date.now() / 1000, ...message });
      return async () => undefined;
    },
  };
  stage.hass = {
    ...real,
    connection,
    callWS: async (message) => {
      stage.asked.push(message);
      return stage.answers[message.type];
    },
    callService: async (domain, service, data) => {
      stage.done.push([`${domain}.${service}`, data]);
    },
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


def extension(number: int, **fields: Any) -> dict[str, Any]:
    """Return the row of an extension."""
    return {
        "number": str(number),
        "name": f"Phone {number}",
        "state": "idle",
        "party": None,
        "missed": 0,
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
