"""Actions on the messages of a mailbox."""

from contextlib import suppress

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..errors import refuse, translated_errors
from ..pbx.errors import PbxError
from ..pbx.interface import Feature
from ..pbx.models import Voicemail
from ..phonebook.folding import name_key
from .action import ATTR_EXTENSION, ATTR_MAILBOX, ATTR_MESSAGE_ID, Action, exact, schema
from .request import Request, resolve

MAILBOXES = (ATTR_EXTENSION, ATTR_MAILBOX)


async def _mark_voicemail_read(call: ServiceCall) -> ServiceResponse:
    """Mark one message in a mailbox as read, or all of them."""
    request = await resolve(call)
    mailbox, messages = await _messages(request)
    with translated_errors():
        for message in messages:
            if not message.is_read:
                await request.pbx.mark_voicemail_read(message.id)
    return await _read_again(request, mailbox)


async def _delete_voicemail(call: ServiceCall) -> ServiceResponse:
    """Delete one message in a mailbox."""
    request = await resolve(call)
    mailbox, messages = await _messages(request)
    with translated_errors():
        for message in messages:
            await request.pbx.delete_voicemail(message.id)
    return await _read_again(request, mailbox)


async def _messages(request: Request) -> tuple[str, list[Voicemail]]:
    """Return which mailbox is meant, and the message that is named or all."""
    if not request.runtime.can(Feature.VOICEMAIL):
        refuse("pbx_unsupported_request")
    mailbox, name = _mailbox(request)
    wanted = request.text(ATTR_MESSAGE_ID)
    with translated_errors():
        found = await request.runtime.mailboxes.async_read([mailbox])
    messages = [m for m in found[mailbox] if wanted in ("", m.id)]
    if wanted and not messages:
        refuse("voicemail_unknown", message=wanted, extension=name)
    return mailbox, messages


def _mailbox(request: Request) -> tuple[str, str]:
    """Return the number and the name of the mailbox that is meant.

    Raises:
        ServiceValidationError: there is no such mailbox, or several.
        Unauthorized: the user may not control it.
    """
    if request.one_of(MAILBOXES) == ATTR_EXTENSION:
        extension = request.extension()
        return extension.number, extension.name
    value = request.text(ATTR_MAILBOX)
    groups = request.runtime.mailboxes.groups.values()
    found = [
        group
        for group in groups
        if value == group.number or name_key(value) == name_key(group.name)
    ]
    if len(found) != 1:
        known = ", ".join(f"{group.number} ({group.name})" for group in groups)
        refuse("mailbox_unknown", mailbox=value, known=known or "-")
    (group,) = found
    request.require_control_of_mailbox(group.number)
    return group.number, group.name


async def _read_again(request: Request, mailbox: str) -> ServiceResponse:
    with suppress(PbxError):
        await request.runtime.mailboxes.async_read([mailbox])
    return None


ACTIONS = (
    Action(
        name="mark_voicemail_read",
        schema=schema(
            {
                **{vol.Optional(field): exact for field in MAILBOXES},
                vol.Optional(ATTR_MESSAGE_ID): exact,
            }
        ),
        handler=_mark_voicemail_read,
    ),
    Action(
        name="delete_voicemail",
        schema=schema(
            {
                **{vol.Optional(field): exact for field in MAILBOXES},
                # All at once would be deleted by a template that came out empty.
                vol.Required(ATTR_MESSAGE_ID): vol.All(exact, vol.Length(min=1)),
            }
        ),
        handler=_delete_voicemail,
    ),
)
