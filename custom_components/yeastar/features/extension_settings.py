"""How extensions are set up: read slowly, and only where somebody looks at it.

The answer of the PBX carries passwords, so nobody asks for what nobody needs.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..pbx import ExtensionChange, ExtensionSettings, Forwarding, ForwardTo
from ..pbx.s_series.extension_settings import CHUNK
from ..topics import MEMBERS
from .rounds import Rounds
from .write_queue import ChangeQueue, async_forget_old_firmware

if TYPE_CHECKING:
    from ..coordinator import YeastarCoordinator

FORWARDINGS: Final = ("always_forward", "no_answer_forward", "busy_forward")
WITH_NUMBER: Final = (ForwardTo.EXTENSION, ForwardTo.CUSTOM_NUMBER)
"""What a number has to be given for."""


class SettingsBook:
    """What is known of how the extensions of a PBX are set up.

    Attributes:
        known: by number; only of those somebody listens to.
        destinations: the number that each forwarding of an extension leads to, or
            did before it was turned off: the PBX does not tell it any more then.
        on_reading: told what was read, but for what a change just read itself.
    """

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Know nothing; nothing is read before somebody listens."""
        self._coordinator = coordinator
        self._changes = ChangeQueue(coordinator)
        self._listeners: dict[str, list[CALLBACK_TYPE]] = {}
        self._rounds = Rounds(
            coordinator, "settings", CHUNK, self._async_read, self._lost
        )
        self._changing: Counter[str] = Counter()
        self._overtaken: set[str] = set()
        self.known: dict[str, ExtensionSettings] = {}
        self.destinations: dict[tuple[str, str], str] = {}
        self.on_reading: Callable[[ExtensionSettings], None] = lambda settings: None

    @callback
    def async_start(self) -> None:
        """Follow the PBX until unload."""
        coordinator = self._coordinator
        firmware_changed = partial(async_forget_old_firmware, coordinator)
        for stop in (
            coordinator.async_add_listener(firmware_changed, MEMBERS),
            self._changes.async_close,
        ):
            coordinator.config_entry.async_on_unload(stop)
        self._rounds.async_start()

    # Reading

    @callback
    def async_listen(self, number: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Listen for changes of an extension, which is read from now on."""
        listeners = self._listeners.setdefault(number, [])
        listeners.append(listener)
        self._rounds.follow(number)

        @callback
        def remove() -> None:
            listeners.remove(listener)
            if not listeners:
                # What nobody reads anew would only become untrue.
                del self._listeners[number]
                self._rounds.leave(number)
                self.known.pop(number, None)

        return remove

    @callback
    def async_tell(self, number: str) -> None:
        """Tell those who listen to an extension that something about it changed."""
        for listener in list(self._listeners.get(number, ())):
            listener()

    async def _async_read(self, numbers: list[str]) -> set[str]:
        """Read a few extensions and return which of them the PBX told."""
        self._overtaken.clear()
        listing = await self._coordinator.client.settings_of(numbers)
        for settings in listing.items:
            number = settings.number
            # A change that was sent meanwhile reads by itself what became of it.
            overtaken = number in self._changing or number in self._overtaken
            if number in self._listeners and not overtaken:
                self.on_reading(settings)
                self._put(settings)
        return {settings.number for settings in listing.items}

    def _lost(self, number: str) -> None:
        """Forget what is too old to be true."""
        if self.known.pop(number, None):
            self.async_tell(number)

    def _put(self, settings: ExtensionSettings) -> None:
        number = settings.number
        if number not in self._listeners or self.known.get(number) == settings:
            return
        self.known[number] = settings
        for name in FORWARDINGS:
            forwarding: Forwarding = getattr(settings, name)
            if forwarding.to in WITH_NUMBER and forwarding.number:
                self.destinations[number, name] = forwarding.number
        self.async_tell(number)

    # Changing

    async def async_change(
        self, number: str, change: ExtensionChange, **instead: str
    ) -> None:
        """Change how an extension is set up; changes take effect in their order.

        `instead` is that of `translated_errors`.

        Raises:
            HomeAssistantError: the PBX refused or did not keep it, or it is not
                known what it did.
        """
        self._changing[number] += 1
        try:
            settings = await self._changes.async_send(number, change, **instead)
        except HomeAssistantError:
            self._rounds.want([number])
            raise
        finally:
            self._changing -= Counter([number])
            self._overtaken.add(number)
        self._put(settings)
        if not change.is_kept(settings):
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="setting_not_kept",
                translation_placeholders={"extension": settings.name},
            )
