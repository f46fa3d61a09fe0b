"""A Home Assistant with a PBX, and people of different rights who act on it."""

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.auth.const import GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant, ServiceResponse
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.actions import ACTIONS
from custom_components.yeastar.const import DOMAIN
from tests.simulator import Simulator

type Act = Callable[..., Coroutine[Any, Any, Any]]
type Sent = Callable[[str], list[Any]]


@pytest.fixture
def act(hass: HomeAssistant, loaded: MockConfigEntry) -> Act:
    """Return how to call an action, as an automation unless a user is named."""
    answers = {
        action.name for action in ACTIONS if action.supports_response.value != "none"
    }

    async def call(
        name: str, *, user: User | None = None, **data: object
    ) -> ServiceResponse:
        return await hass.services.async_call(
            DOMAIN,
            name,
            data,
            blocking=True,
            context=Context(user_id=user.id if user else None),
            return_response=name in answers,
        )

    return call


@pytest.fixture
def sent(pbx: Simulator) -> Sent:
    """Return how to look at the bodies that were sent to an endpoint."""

    def bodies(endpoint: str) -> list[Any]:
        return [item.body for item in pbx.requests if item.endpoint == endpoint]

    return bodies


@pytest.fixture
def device_id(hass: HomeAssistant, loaded: MockConfigEntry) -> Callable[[str], str]:
    """Return how to find the device of an extension, or of `trunk_...`."""

    def find(key: str) -> str:
        registry = dr.async_get(hass)
        identifier = f"{loaded.unique_id}_{key}" if key else str(loaded.unique_id)
        device = registry.async_get_device_by_identifier(
            (DOMAIN, identifier), loaded.entry_id
        )
        assert device
        return device.id

    return find


@pytest.fixture
async def ordinary(hass: HomeAssistant) -> User:
    """Return a person who may control everything, but is no administrator."""
    # The first user becomes the owner, who is an administrator whatever the group.
    await hass.auth.async_create_user("Owner")
    return await hass.auth.async_create_user("Ordinary", group_ids=[GROUP_ID_USER])


@pytest.fixture
async def reader(hass: HomeAssistant, ordinary: User) -> User:
    """Return a person who may only look."""
    return await hass.auth.async_create_user("Reader", group_ids=[GROUP_ID_READ_ONLY])
