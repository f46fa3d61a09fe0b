"""A dashboard of the PBX."""

from collections.abc import Sequence
from typing import Any

from .client import HomeAssistantClient
from .house import House, Part
from .simulated_pbx import SimulatedPbx

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


async def save_dashboard(
    client: HomeAssistantClient, pbxs: Sequence[SimulatedPbx]
) -> None:
    """Show each PBX on a page of a dashboard, which opens first."""
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
    views = [view(pbx.house, pbx.entry_id) for pbx in pbxs]
    await client.command(
        "lovelace/config/save", url_path=URL_PATH, config={"views": views}
    )
    await client.command(
        "frontend/set_user_data", key="core", value={"default_panel": URL_PATH}
    )


def view(house: House, entry_id: str) -> Card:
    """Return the page of a PBX."""
    common: Card = {"config_entry_id": entry_id, "grid_options": FULL_WIDTH}
    phones: Card = {"type": "custom:yeastar-phone-card", **common}
    log: Card = {"type": "custom:yeastar-call-log-card", **common}
    sections: list[Card] = [
        {"column_span": 2, "cards": [phones]},
        {"cards": [log]},
        {"cards": [_heading("Now", "mdi:phone-in-talk"), *_pbx(house.pbx)]},
        {
            "cards": [
                _heading("Lines", "mdi:transit-connection-variant"),
                *(card for part in house.trunks.values() for card in _line(part)),
            ]
        },
        {
            "cards": [
                _heading("The last minutes", "mdi:history"),
                *_story([part for _, part in sorted(house.extensions.items())]),
            ]
        },
    ]
    return {
        "title": house.pbx.name,
        "type": "sections",
        "max_columns": 3,
        "sections": [{"type": "grid", **section} for section in sections],
    }


def _heading(text: str, icon: str) -> Card:
    return {"type": "heading", "heading": text, "icon": icon}


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
            # What the sentences of the logbook about these phones belong to.
            "target": {
                "entity_id": [part.entities["registered"] for part in extensions]
            },
            "hours_to_show": 1,
            "grid_options": {**FULL_WIDTH, "rows": 7},
        },
    ]
