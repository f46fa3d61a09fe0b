"""A dashboard of the PBX."""

from typing import Any

from .client import HomeAssistantClient
from .house import House, Part

URL_PATH = "demo-pbx"
ICON = "mdi:phone-classic"

PBX_NAMES = {
    "inbound_calls": "From outside",
    "outbound_calls": "To outside",
    "registered_extensions": "Phones online",
    "missed_calls": "Missed calls",
    "last_call": "Last call",
    "last_restart": "Last restart",
}
FULL_WIDTH = {"columns": "full"}

type Card = dict[str, Any]


async def save_dashboard(client: HomeAssistantClient, house: House) -> None:
    """Show the house on a dashboard of its own, which opens first."""
    dashboards = await client.command("lovelace/dashboards/list")
    if all(dashboard["url_path"] != URL_PATH for dashboard in dashboards):
        await client.command(
            "lovelace/dashboards/create",
            icon=ICON,
            mode="storage",
            require_admin=False,
            show_in_sidebar=True,
            title="PBX",
            url_path=URL_PATH,
        )
    await client.command(
        "lovelace/config/save", url_path=URL_PATH, config=dashboard(house)
    )
    await client.command(
        "frontend/set_user_data", key="core", value={"default_panel": URL_PATH}
    )


def dashboard(house: House) -> Card:
    """Return the configuration of the dashboard."""
    extensions = sorted(house.extensions.items())
    sections = [
        [
            _heading("Phones", ICON),
            *(_phone(number, part) for number, part in extensions),
            _heading("Try it", "mdi:phone-dial"),
            *_buttons(extensions),
        ],
        [
            _heading("Now", "mdi:phone-in-talk"),
            *_pbx(house.pbx),
            _heading("Lines", "mdi:transit-connection-variant"),
            *(_line(part) for part in house.trunks.values()),
        ],
        [
            _heading("The last minutes", "mdi:history"),
            *_story([part for _, part in extensions]),
        ],
    ]
    view = {
        "title": house.pbx.name,
        "type": "sections",
        "max_columns": 3,
        "sections": [{"type": "grid", "cards": cards} for cards in sections],
    }
    return {"views": [view]}


def _heading(text: str, icon: str) -> Card:
    return {"type": "heading", "heading": text, "icon": icon}


def _phone(number: str, part: Part) -> Card:
    return {
        "type": "tile",
        "entity": part.entities["state"],
        "name": f"{part.name} · {number}",
        "state_content": ["state", "last_changed"],
    }


def _buttons(extensions: list[tuple[str, Part]]) -> list[Card]:
    if len(extensions) < 2:
        return []
    (caller, caller_part), (called, called_part) = extensions[:2]
    return [
        _button(
            f"{caller_part.name} calls {called_part.name}",
            "mdi:phone-dial",
            "yeastar.dial",
            {"extension": caller, "number": called},
        ),
        _button(
            f"{caller_part.name} hangs up",
            "mdi:phone-hangup",
            "yeastar.hang_up",
            {"extension": caller},
        ),
    ]


def _button(name: str, icon: str, action: str, fields: Card) -> Card:
    return {
        "type": "button",
        "name": name,
        "icon": icon,
        "icon_height": "28px",
        "tap_action": {
            "action": "perform-action",
            "perform_action": action,
            "data": fields,
        },
        "grid_options": {"columns": 6, "rows": 2},
    }


def _pbx(part: Part) -> list[Card]:
    return [
        {"type": "tile", "entity": part.entities[key], "name": name}
        for key, name in PBX_NAMES.items()
        if key in part.entities
    ]


def _line(part: Part) -> Card:
    return {"type": "tile", "entity": part.entities["state"], "name": part.name}


def _story(extensions: list[Part]) -> list[Card]:
    return [
        {
            "type": "history-graph",
            "hours_to_show": 0.25,
            "entities": [
                {"entity": part.entities["state"], "name": part.name}
                for part in extensions
            ],
            "grid_options": FULL_WIDTH,
        },
        {
            "type": "logbook",
            "target": {"entity_id": [part.entities["state"] for part in extensions]},
            "hours_to_show": 1,
            "grid_options": {**FULL_WIDTH, "rows": 7},
        },
    ]
