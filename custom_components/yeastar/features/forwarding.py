"""Where the calls of an extension are sent on to, and who may say so."""

from dataclasses import dataclass

from homeassistant.core import Context

from ..const import CONF_OUTSIDE_PREFIX
from ..coordinator import YeastarCoordinator
from ..errors import refuse
from ..pbx import ExtensionChange, Forwarding, ForwardTo
from ..permissions import async_user, require_outside
from ..phonebook.numbers import as_option_says, diallable
from .extension_settings import WITH_NUMBER

LONGEST_NUMBER = 15
"""Digits (API guide, Modify an Extension)."""
LONGEST_PREFIX = 7


@dataclass(frozen=True, slots=True)
class ForwardingOf:
    """One of the three forwardings of an extension."""

    coordinator: YeastarCoordinator
    extension: str
    name: str

    @property
    def now(self) -> Forwarding | None:
        """Return what was read of it, None if nothing was yet."""
        settings = self.coordinator.settings.known.get(self.extension)
        if settings is None:
            return None
        found: Forwarding = getattr(settings, self.name)
        return found

    @property
    def number(self) -> str:
        """Return the number it leads to, or would lead to if it were on."""
        return self.coordinator.settings.destinations.get(
            (self.extension, self.name), ""
        )

    def remember(self, number: str) -> None:
        """Keep a number for when it is needed."""
        self.coordinator.settings.destinations[self.extension, self.name] = number
        self.coordinator.settings.async_tell(self.extension)

    async def async_set(
        self, to: ForwardTo, number: str, context: Context | None
    ) -> None:
        """Send calls on to somewhere else from now on.

        Raises:
            ServiceValidationError: the number does not fit, or the person may not
                call outside.
            HomeAssistantError: as `SettingsBook.async_change`.
        """
        instead: dict[str, str] = {}
        prefix = ""
        match to:
            case ForwardTo.EXTENSION:
                number = self._extension(number)
            case ForwardTo.MOBILE:
                await self._require_outside(context)
                prefix = self._prefix(to)
                instead["pbx_extension_not_configured"] = "forward_no_mobile"
            case ForwardTo.CUSTOM_NUMBER:
                await self._require_outside(context)
                prefix = self._prefix(to)
                number = await self._outside(number)
        wanted = Forwarding(
            to=to, number=number if to in WITH_NUMBER else "", prefix=prefix
        )
        await self.coordinator.settings.async_change(
            self.extension, _CHANGES[self.name](wanted), **instead
        )

    def _extension(self, number: str) -> str:
        if not number:
            refuse("forward_number_needed")
        if number not in self.coordinator.data.extensions:
            refuse("forward_not_an_extension", number=number)
        return number

    async def _outside(self, number: str) -> str:
        """Return a number as the PBX dials it."""
        coordinator = self.coordinator
        if not number:
            refuse("forward_number_needed")
        digits = as_option_says(
            diallable(number),
            coordinator.config_entry.options,
            coordinator.hass.config.country,
        )
        if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST_NUMBER:
            refuse("forward_number", number=number, limit=str(LONGEST_NUMBER))
        return digits

    def _prefix(self, to: ForwardTo) -> str:
        """Return what gets a call out: as it is now, or as for every call of ours."""
        if self.now and self.now.to is to:
            return self.now.prefix
        options = self.coordinator.config_entry.options
        prefix: str = options.get(CONF_OUTSIDE_PREFIX, "")
        return prefix if len(prefix) <= LONGEST_PREFIX else ""

    async def _require_outside(self, context: Context | None) -> None:
        user = await async_user(self.coordinator.hass, context)
        require_outside(self.coordinator, user)


_CHANGES = {
    "always_forward": lambda wanted: ExtensionChange(always_forward=wanted),
    "no_answer_forward": lambda wanted: ExtensionChange(no_answer_forward=wanted),
    "busy_forward": lambda wanted: ExtensionChange(busy_forward=wanted),
}
