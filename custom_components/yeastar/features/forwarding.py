"""Where the calls of an extension are forwarded to, and who may say so."""

from collections.abc import Callable

from ..errors import refuse
from ..pbx.interface import Pbx
from ..pbx.models import ExtensionChange, Forwarding, ForwardTo, ForwardWhen
from ..phonebook.numbers import NumberPlan
from .extension_settings import ExtensionSettingsCoordinator

LONGEST_NUMBER = 15
"""Digits (API guide, Modify an Extension)."""
LONGEST_PREFIX = 7
NO_MOBILE = {"pbx_extension_not_configured": "forward_no_mobile"}


class CallForwarding:
    """Forwards the calls of extensions."""

    def __init__(
        self,
        pbx: Pbx,
        settings: ExtensionSettingsCoordinator,
        plan: Callable[[], NumberPlan],
    ) -> None:
        """Forward as the plan of the PBX writes outside numbers."""
        self._pbx = pbx
        self._settings = settings
        self._plan = plan

    async def async_set(
        self,
        extension: str,
        when: ForwardWhen,
        to: ForwardTo,
        number: str,
        ring_timeout: int | None = None,
    ) -> None:
        """Forward the calls of an extension from now on.

        `ring_timeout` is how many seconds its phone rings before a call counts as
        not answered, None to leave it.

        Raises:
            ServiceValidationError: the number does not fit.
            HomeAssistantError: as `ExtensionSettingsCoordinator.async_change`.
        """
        prefix = ""
        if to in (ForwardTo.MOBILE, ForwardTo.CUSTOM_NUMBER):
            prefix = self._prefix(extension, when, to)
        if to is ForwardTo.CUSTOM_NUMBER:
            number = self._outside(number)
        wanted = Forwarding(to=to, number=number, prefix=prefix)
        change = ExtensionChange(forwarding={when: wanted}, ring_timeout=ring_timeout)
        instead = NO_MOBILE if to is ForwardTo.MOBILE else None
        await self._settings.async_change(extension, change, instead)

    def _outside(self, number: str) -> str:
        """Return a number as the PBX dials it."""
        digits = self._plan().only_digits(number)
        if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST_NUMBER:
            refuse("forward_number", number=number, limit=str(LONGEST_NUMBER))
        return digits

    def _prefix(self, extension: str, when: ForwardWhen, to: ForwardTo) -> str:
        """Return what gets a call out: the present prefix, or that of the option."""
        settings = self._settings.data.get(extension)
        if settings and settings.forwarding[when].to is to:
            return settings.forwarding[when].prefix
        prefix = self._plan().prefix
        return prefix if len(prefix) <= LONGEST_PREFIX else ""
