"""The messages in mailboxes: read slowly, and only where an entity shows them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..const import LOGGER
from ..pbx.errors import PbxError
from ..pbx.http import in_background
from ..pbx.interface import Pbx
from ..pbx.models import GroupMailbox, RecordStatus, Voicemail
from ..pbx.records import record_of_report
from ..pbx.reports import Report, ReportType

INTERVAL = timedelta(minutes=5)
FAILURES_TO_UNKNOWN = 2
PATIENCE = 5.0
"""Seconds for an answer, for which the poll of the calls may have to wait."""
SOON = 1.0
"""Seconds to gather what is to be read, once."""

type Messages = dict[str, tuple[Voicemail, ...]]


class MailboxCoordinator(DataUpdateCoordinator[Messages]):
    """Reads the messages of mailboxes, by number of the mailbox.

    Listeners name the number of their mailbox as their context.

    Attributes:
        groups: the mailboxes that several extensions share, by number.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Read nothing before an entity listens."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} mailboxes",
            update_interval=INTERVAL,
            request_refresh_debouncer=Debouncer(
                hass, LOGGER, cooldown=SOON, immediate=False
            ),
        )
        self._pbx = pbx
        self._is_reachable = True
        self._failures = 0
        self._has_listed = False
        self.groups: dict[str, GroupMailbox] = {}
        self.data = {}

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Listen for changes of a mailbox, which is read from now on."""
        remove = super().async_add_listener(update_callback, context)
        if context is None or context not in self.data:
            self._debounced_refresh.async_schedule_call()
        return remove

    @callback
    def async_reported(self, report: Report) -> None:
        """Read the mailboxes once a call left a message: no event tells in which."""
        if report.type is ReportType.CONFIG_CHANGED:
            self._has_listed = False
        if report.type is ReportType.CALL_RECORD and any(self.async_contexts()):
            if record_of_report(report).status is RecordStatus.VOICEMAIL:
                self._debounced_refresh.async_schedule_call()

    @callback
    def async_reachable(self, reachable: bool) -> None:
        """Read everything once the PBX is there again."""
        if reachable and not self._is_reachable:
            self._has_listed = False
            if any(self.async_contexts()):
                self._debounced_refresh.async_schedule_call()
        self._is_reachable = reachable

    @override
    async def _async_update_data(self) -> Messages:
        if not self._is_reachable:
            return self.data
        try:
            with in_background(PATIENCE):
                shown = set(self.async_contexts())
                groups = await self._list_groups(shown)
                # Those that are new get their entities by this.
                wanted = shown | groups.keys() - self.groups.keys()
                # One that is gone would keep the PBX from telling of the others.
                there = self._pbx.inventory.extensions.keys() | groups.keys()
                asked = sorted(there & wanted)
                self.groups = groups
                messages = await self._pbx.voicemails(asked)
        except PbxError as err:
            # That the PBX is away is logged for the poll of the calls.
            LOGGER.debug("%s missed: %s", self.name, err)
            self._failures += 1
            return self.data if self._failures < FAILURES_TO_UNKNOWN else {}
        self._failures = 0
        return self.data | _by_mailbox(asked, messages)

    async def _list_groups(self, shown: set[str]) -> dict[str, GroupMailbox]:
        """Return the mailboxes of groups, listed again while an entity shows one."""
        if not self._has_listed or shown & self.groups.keys():
            groups = await self._pbx.group_mailboxes()
            self._has_listed = True
            return {group.number: group for group in groups}
        return self.groups

    async def async_read(self, mailboxes: Iterable[str]) -> Messages:
        """Return the messages of some mailboxes as they are now.

        Raises:
            PbxError: the PBX did not tell.
        """
        wanted = sorted(mailboxes)
        found = _by_mailbox(wanted, await self._pbx.voicemails(wanted))
        self.data |= found
        self.async_update_listeners()
        return found

    def find(self, mailbox: str, message_id: str) -> Voicemail | None:
        """Return a message that is known, None if there is no such."""
        for message in self.data.get(mailbox, ()):
            if message.id == message_id:
                return message
        return None


def _by_mailbox(mailboxes: Iterable[str], messages: Sequence[Voicemail]) -> Messages:
    return {
        mailbox: tuple(m for m in messages if m.mailbox == mailbox)
        for mailbox in mailboxes
    }
