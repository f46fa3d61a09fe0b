"""What a trigger or a condition is about: the phones, lines and PBXs of its target."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from .const import DOMAIN
from .devices import device_id_of, queue_identifier, registered_device, trunk_identifier
from .runtime import YeastarRuntime


class Target:
    """The target of a trigger or a condition, resolved anew each time it is asked.

    Areas, floors and labels may get other devices at any time.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        target: Mapping[str, Any] | None,
        phones: Iterable[str] = (),
    ) -> None:
        """Unite a target with the devices of phones."""
        self._hass = hass
        self._selection = TargetSelection(dict(target or {}))
        self._phones = frozenset(phones)

    @property
    def is_everything(self) -> bool:
        """Return whether it is not narrowed to anything."""
        return not self._phones and not self._selection.has_any_target

    def has_phone(self, runtime: YeastarRuntime, *numbers: str) -> bool:
        """Return whether any of these extensions is meant."""
        if self.is_everything:
            return True
        devices = self._devices()
        return any(device_id_of(runtime, number) in devices for number in numbers)

    def has_line(self, runtime: YeastarRuntime, trunk: str) -> bool:
        """Return whether a trunk is meant, or the PBX itself.

        An area or a label that the PBX is in means what is in there besides: its
        phones ring elsewhere.
        """
        return self._has(runtime, trunk_identifier(runtime, trunk))

    def has_queue(self, runtime: YeastarRuntime, number: str) -> bool:
        """Return whether a queue is meant, or the PBX itself."""
        return self._has(runtime, queue_identifier(runtime, number))

    def _has(self, runtime: YeastarRuntime, identifier: tuple[str, str]) -> bool:
        if self.is_everything:
            return True
        named = self._selection.device_ids | self._devices_of(
            self._selection.entity_ids
        )
        if runtime.device_id in named:
            return True
        device = registered_device(runtime, identifier)
        return device is not None and device.id in self._devices()

    def _devices(self) -> set[str]:
        """Return the ids of all devices that are reached."""
        reached = async_extract_referenced_entity_ids(
            self._hass, self._selection, primary_entities_only=False
        )
        entities = reached.referenced | reached.indirectly_referenced
        return reached.referenced_devices.union(
            self._phones, self._devices_of(entities)
        )

    def _devices_of(self, entity_ids: set[str]) -> set[str]:
        registry = er.async_get(self._hass)
        return {
            entry.device_id
            for entity_id in entity_ids
            if (entry := registry.async_get(entity_id))
            and entry.platform == DOMAIN
            and entry.device_id
        }
