"""The mailboxes of a P-Series PBX, and the contacts of the company."""

from abc import ABC
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, override

from ..errors import PbxProtocolError, PbxUnsupportedError
from ..interface import Pbx
from ..listing_reader import read_list, required, row_fields
from ..models import Capacity, CompanyContact, GroupMailbox, Voicemail
from ..recordings import Recording, RecordingTurns
from ..wire import Json, integer, rows, text
from .refusals import NOT_FOUND
from .session import HEADERS, PSeriesSession

_NOTHING: Final = frozenset({NOT_FOUND})
_DOWNLOADS: Final = "/api/download/"
_READ: Final = "1"
_EPOCH_DIGITS: Final = 10
_SHARED: Final = "share"
_KINDS: Final = (
    "mobile_number",
    "mobile_number2",
    "home_number",
    "home_number2",
    "business_number",
    "business_number2",
    "other_number",
)
_NUMBERS: Final = (
    "business",
    "business2",
    "mobile",
    "mobile2",
    "home",
    "home2",
    "business_fax",
    "home_fax",
    "other",
)


class MailboxOperations(Pbx, ABC):
    """Reads mailboxes (Developer Guide, Voicemail) and company contacts."""

    session: PSeriesSession
    turns: RecordingTurns

    @override
    async def voicemails(self, mailboxes: Sequence[str]) -> Sequence[Voicemail]:
        if not mailboxes:
            return ()
        answer = await self.session.get(
            "vm/query", {"number": ",".join(mailboxes)}, accept=_NOTHING
        )
        return [
            message
            for row in rows(answer.get("voicemail_list"))
            if isinstance(row, dict)
            for message in _messages(row)
        ]

    @override
    async def group_mailboxes(self) -> Sequence[GroupMailbox]:
        try:
            answer = await self.session.get(
                "vm_group/list", {"page": 1, "page_size": 10000}, accept=_NOTHING
            )
        except PbxUnsupportedError:
            # An older firmware does not list them.
            return ()
        return [
            _read_group(row)
            for row in rows(answer.get("vm_group_list"))
            # The others keep no messages: each member has a copy (Query Group
            # Voicemail List).
            if isinstance(row, dict) and row.get("mode") == _SHARED
        ]

    @override
    async def delete_voicemail(self, message_id: str) -> None:
        # Developer Guide, Delete a Voicemail Message.
        await self.session.change("vm/delete", {"id": message_id})

    @override
    async def mark_voicemail_read(self, message_id: str) -> None:
        await self.session.post("vm/update", {"id": message_id, "vm_status": _READ})

    @override
    def voicemail_sound(
        self, message_id: str
    ) -> AbstractAsyncContextManager[Recording]:
        return self.sound("vm/download", {"msg_id": message_id})

    @asynccontextmanager
    async def sound(
        self, endpoint: str, query: dict[str, str]
    ) -> AsyncGenerator[Recording]:
        """Open a file that the PBX makes ready to be downloaded once."""
        async with self.turns.turn():
            answer = await self.session.get(endpoint, dict(query))
            path = text(answer.get("download_resource_url"))
            if not path.startswith(_DOWNLOADS) or ".." in path:
                # The token would go there.
                raise PbxProtocolError("The PBX named a file of another place")
            url = await self.session.url(path.lstrip("/"))
            async with self.session.http.download(url, headers=HEADERS) as file:
                yield Recording(file)

    @override
    async def company_contacts(self) -> Sequence[CompanyContact]:
        answer = await self.session.get(
            "company_contact/list", {"page": 1, "page_size": 10000}, accept=_NOTHING
        )
        return read_list(answer.get("data"), _read_contact, may_be_missing=True).items

    @override
    async def add_company_contact(self, contact: CompanyContact) -> None:
        # Developer Guide, Add a Company Contact: each kind of number once.
        await self.session.post(
            "company_contact/create",
            {
                "first_name": contact.name,
                "number_list": [
                    {"num_type": kind, "number": number}
                    for kind, number in zip(_KINDS, contact.numbers, strict=False)
                ],
            },
        )

    @override
    async def capacity(self) -> Capacity:
        fields = row_fields((await self.session.get("system/capacity")).get("data"))
        return Capacity(
            calls=integer(fields.get("cc_used")) or 0,
            most_calls=integer(fields.get("cc_capacity")) or 0,
        )


def _read_group(row: dict[str, Json]) -> GroupMailbox:
    number = required(row, "number")
    members = [row_fields(member) for member in rows(row.get("member_list"))]
    return GroupMailbox(
        number=number,
        name=text(row.get("name")) or number,
        members=tuple(
            text(member.get("text2"))
            for member in members
            if member.get("type") == "extension"
        ),
    )


def _messages(mailbox: dict[str, Json]) -> Iterator[Voicemail]:
    number = text(mailbox.get("number"))
    for row in rows(mailbox.get("data")):
        fields = row_fields(row)
        if message_id := text(fields.get("msg_id")):
            yield Voicemail(
                id=message_id,
                mailbox=number,
                caller=text(fields.get("number")),
                name=text(fields.get("name")),
                received=text(fields.get("time")),
                received_at=_moment(message_id),
                duration=integer(fields.get("duration")) or 0,
                is_read=integer(fields.get("is_read")) == 1,
            )


def _moment(message_id: str) -> int | None:
    """Return the epoch seconds that an id begins with.

    So do the samples of the vendor, as 1713840555-00000623 of 2024/04/23 10:49:15; the
    time itself is in the display format of the PBX, in its zone.
    """
    seconds, dash, _ = message_id.partition("-")
    is_epoch = bool(dash) and len(seconds) == _EPOCH_DIGITS and seconds.isdecimal()
    return int(seconds) if is_epoch else None


def _read_contact(row: Json) -> CompanyContact:
    fields = row_fields(row)
    return CompanyContact(
        name=required(fields, "contact_name"),
        numbers=tuple(number for key in _NUMBERS if (number := text(fields.get(key)))),
    )
