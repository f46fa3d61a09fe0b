"""Switch platform for Yeastar PBX."""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .entity import ExtensionEntity, add_members
from .features.queue_status import QueueCoordinator
from .pbx.interface import Feature
from .pbx.models import QueueAgent
from .runtime import YeastarConfigEntry, YeastarRuntime
from .topics import MEMBERS, NOTHING

# The write queue of a PBX sends its changes one after the other.
PARALLEL_UPDATES = 0

ATTR_UNTIL = "until"
DO_NOT_DISTURB = SwitchEntityDescription(
    key="do_not_disturb", translation_key="do_not_disturb"
)


@dataclass(frozen=True, kw_only=True)
class AgentSwitchDescription(SwitchEntityDescription):
    """Describes a switch of an agent in one of its queues.

    Attributes:
        fits: whether an agent has it.
    """

    fits: Callable[[QueueAgent], bool]
    is_on: Callable[[QueueAgent], bool]
    set_fn: Callable[[QueueCoordinator, str, str, bool], Coroutine[Any, Any, None]]


AGENT_SWITCHES = (
    AgentSwitchDescription(
        key="logged_in",
        translation_key="queue_login",
        # The others cannot log out.
        fits=lambda agent: agent.dynamic,
        is_on=lambda agent: agent.logged_in,
        set_fn=lambda queues, queue, number, value: queues.async_log_agent(
            queue, number, login=value
        ),
    ),
    AgentSwitchDescription(
        key="paused",
        translation_key="queue_pause",
        fits=lambda agent: True,
        is_on=lambda agent: agent.paused,
        set_fn=lambda queues, queue, number, value: queues.async_pause_agent(
            queue, number, pause=value
        ),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of the extensions, where there are few."""
    runtime = entry.runtime_data

    def for_extension(number: str) -> Iterable[ExtensionEntity]:
        if runtime.wants(Platform.SWITCH, number, DO_NOT_DISTURB.key):
            yield DoNotDisturbSwitch(runtime, DO_NOT_DISTURB, number, NOTHING)

    await add_members(entry, async_add_entities, for_extension=for_extension)
    if runtime.can(Feature.QUEUE_STATUS):
        _follow_agents(entry, async_add_entities)


def _follow_agents(
    entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add switches for the agents of each queue, now and when new ones come."""
    runtime = entry.runtime_data
    queues, inventory = runtime.queues, runtime.inventory
    known: set[str] = set()

    @callback
    def look_for_agents() -> None:
        # Which agents a queue has is told only with what happens in it.
        queues.async_want(inventory.queues.keys() - queues.data.keys())

    @callback
    def add_new() -> None:
        shown = {extension.number for extension in inventory.shown_extensions}
        switches = [
            AgentSwitch(runtime, description, agent.number, queue)
            for queue in inventory.queues.keys() & queues.data.keys()
            for agent in queues.data[queue].agents
            for description in AGENT_SWITCHES
            if agent.number in shown and description.fits(agent)
        ]
        async_add_entities(
            switch for switch in switches if switch.unique_id not in known
        )
        known.clear()
        known.update(switch.unique_id or "" for switch in switches)

    entry.async_on_unload(queues.async_add_listener(add_new))
    entry.async_on_unload(
        runtime.coordinator.async_add_listener(look_for_agents, MEMBERS)
    )
    look_for_agents()


class DoNotDisturbSwitch(ExtensionEntity, SwitchEntity):
    """Keeps a phone from ringing, until it is switched off or its time is over."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the settings, which are read only for their listeners."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.settings.async_add_listener(
                self._handle_coordinator_update, self.number
            )
        )

    @override
    def _value(self) -> tuple[bool | None, datetime | None]:
        do_not_disturb = self.runtime.do_not_disturb
        return do_not_disturb.is_on(self.number), do_not_disturb.until(self.number)

    @override
    def _show(self, value: object) -> None:
        is_on, until = cast(tuple[bool | None, datetime | None], value)
        self._attr_is_on = is_on
        self._attr_extra_state_attributes = {
            ATTR_UNTIL: dt_util.as_local(until) if until else None
        }

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Keep the phone from ringing, without an end."""
        await self.runtime.do_not_disturb.async_set(self.number, enabled=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the phone ring again."""
        await self.runtime.do_not_disturb.async_set(self.number, enabled=False)


class AgentSwitch(ExtensionEntity, SwitchEntity):
    """Whether an agent takes the calls of one of its queues."""

    entity_description: AgentSwitchDescription

    def __init__(
        self,
        runtime: YeastarRuntime,
        description: AgentSwitchDescription,
        number: str,
        queue: str,
    ) -> None:
        """Belong to the phone of the agent, named by the queue."""
        super().__init__(runtime, description, number, NOTHING)
        self._queue = queue
        self._attr_unique_id = (
            f"{runtime.serial_number}_{number}_queue_{queue}_{description.key}"
        )
        self._attr_translation_placeholders = {
            "queue": runtime.inventory.queues[queue].name
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the queue, which is asked for only while it has listeners."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.queues.async_add_listener(
                self._handle_coordinator_update, self._queue
            )
        )

    @property
    def _agent(self) -> QueueAgent | None:
        return self.runtime.queues.agent(self._queue, self.number)

    @property
    @override
    def available(self) -> bool:
        return super().available and self._agent is not None

    @override
    def _value(self) -> bool | None:
        agent = self._agent
        return None if agent is None else self.entity_description.is_on(agent)

    @override
    def _show(self, value: object) -> None:
        self._attr_is_on = cast(bool | None, value)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Log the agent in, or pause it."""
        await self._set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Log the agent out, or let calls come to it again."""
        await self._set(False)

    async def _set(self, value: bool) -> None:
        await self.entity_description.set_fn(
            self.runtime.queues, self._queue, self.number, value
        )
