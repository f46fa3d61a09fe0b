"""A dashboard of Home Assistant for some tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from .conftest import Office


@asynccontextmanager
async def dashboard_of(
    office: Office, url_path: str, config: dict[str, Any]
) -> AsyncIterator[None]:
    """Keep a dashboard for as long as the context lasts."""
    created = await office.client.command(
        "lovelace/dashboards/create",
        mode="storage",
        require_admin=False,
        show_in_sidebar=True,
        title=url_path,
        url_path=url_path,
    )
    await office.client.command(
        "lovelace/config/save", url_path=url_path, config=config
    )
    try:
        yield
    finally:
        await office.client.command(
            "lovelace/dashboards/delete", dashboard_id=created["id"]
        )
