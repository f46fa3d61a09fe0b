"""The action that marks the messages of a mailbox as read."""

from contextlib import suppress

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..errors import refuse, translated_errors
from ..pbx.errors import PbxError
from .action import ATTR_EXTENSION, ATTR_MESSAGE_ID, Action, exact, schema
from .request import resolve


async def _mark_voicemail_read(call: ServiceCall) -> ServiceResponse:
    """Mark one message in the mailbox of an extension as read, or all of them."""
    request = await resolve(call)
    extension = request.extension()
    wanted = request.text(ATTR_MESSAGE_ID)
    mailboxes = request.runtime.mailboxes
    with translated_errors():
        found = await mailboxes.async_read([extension.number])
    messages = [m for m in found[extension.number] if wanted in ("", m.id)]
    if wanted and not messages:
        refuse("voicemail_unknown", message=wanted, extension=extension.name)
    with translated_errors():
        for message in messages:
            if not message.is_read:
                await request.pbx.mark_voicemail_read(message.id)
    with suppress(PbxError):
        await mailboxes.async_read([extension.number])
    return None


ACTIONS = (
    Action(
        name="mark_voicemail_read",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Optional(ATTR_MESSAGE_ID): exact,
            }
        ),
        handler=_mark_voicemail_read,
    ),
)
