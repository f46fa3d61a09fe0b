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
# As the lamps of a telephone.
LAMPS = {
    "green": ["idle"],
    "amber": ["ringing"],
    "red": ["in_call"],
    "deep-orange": ["on_hold"],
    "disabled": ["unregistered", "malfunction", "no_port", "unknown", "unavailable"],
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
            *(card for number, part in extensions for card in _phone(number, part)),
        ],
        [
            _heading("Now", "mdi:phone-in-talk"),
            *_pbx(house.pbx),
            _heading("Lines", "mdi:transit-connection-variant"),
            *(card for part in house.trunks.values() for card in _line(part)),
            _heading("Try it", "mdi:phone-dial"),
            *_buttons(extensions),
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


def _phone(number: str, part: Part) -> list[Card]:
    """Return a phone's line in every colour, of which one shows at a time."""
    state, party = part.entities["state"], part.entities["connected_party"]
    nobody = ["unknown", "unavailable"]
    is_alone = {"condition": "state", "entity": party, "state": nobody}
    is_talking = {"condition": "state", "entity": party, "state_not": nobody}
    cards: list[Card] = []
    for colour, states in LAMPS.items():
        is_in_state = {"condition": "state", "entity": state, "state": states}
        tile = {"type": "tile", "entity": state, "color": colour}
        cards += [
            {
                **tile,
                "name": f"{part.name} · {number}",
                "state_content": ["state", "last_changed"],
                "visibility": [is_in_state, is_alone],
                "grid_options": {"columns": 12},
            },
            {
                **tile,
                "name": part.name,
                "visibility": [is_in_state, is_talking],
                "grid_options": {"columns": 6},
            },
        ]
    other_side = {
        "type": "tile",
        "entity": party,
        "name": "with",
        "color": "blue-grey",
        "visibility": [is_talking],
        "grid_options": {"columns": 6},
    }
    return [*cards, other_side]


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


def _line(part: Part) -> list[Card]:
    return [
        {
            "type": "tile",
            "entity": part.entities["state"],
            "name": part.name,
            "color": colour,
            "visibility": [
                {
                    "condition": "state",
                    "entity": part.entities["problem"],
                    operator: "on",
                }
            ],
        }
        for colour, operator in (("red", "state"), ("green", "state_not"))
    ]


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
