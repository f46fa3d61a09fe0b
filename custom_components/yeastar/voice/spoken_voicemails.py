"""What voice and language models tell of messages in mailboxes."""

from homeassistant.exceptions import Unauthorized

from ..errors import refuse, translated_errors
from ..pbx.interface import Feature
from ..pbx.models import Voicemail
from ..permissions import may_read
from ..presentation import describe_voicemail
from ..runtime import YeastarRuntime
from .scope import is_exposed
from .speaker import Speaker
from .spoken_names import Target, phone_of

type Left = tuple[YeastarRuntime, Voicemail]
"""A message, and the PBX that has it."""


async def async_unread(speaker: Speaker, phone: Target | None = None) -> list[Left]:
    """Return the unread messages for a phone, or for all that are exposed.

    Those in a mailbox that phones share are for each of them.

    Raises:
        ServiceValidationError: no PBX within reach tells of mailboxes.
        HomeAssistantError: the PBX did not tell.
        Unauthorized: the user may not read the phone.
    """
    user = await speaker.user()
    if phone and user and not may_read(phone.runtime, user, phone.number):
        raise Unauthorized(context=speaker.context)
    pbxs = [
        pbx
        for pbx in ([phone.runtime] if phone else speaker.pbxs)
        if pbx.can(Feature.VOICEMAIL)
    ]
    if not pbxs:
        refuse("pbx_unsupported_request")
    unread: list[Left] = []
    for pbx in pbxs:
        mailboxes = [
            extension.number
            for extension in pbx.inventory.shown_extensions
            if (phone is None or phone.number == extension.number)
            and (user is None or may_read(pbx, user, extension.number))
            and (target := phone_of(pbx, extension.number))
            and is_exposed(speaker.hass, target, speaker.assistant)
        ]
        if not mailboxes:
            continue
        mailboxes += [
            group.number
            for group in pbx.mailboxes.groups.values()
            if not set(mailboxes).isdisjoint(group.members)
        ]
        with translated_errors():
            found = await pbx.mailboxes.async_read(mailboxes)
        unread += [
            (pbx, message)
            for messages in found.values()
            for message in messages
            if not message.is_read
        ]
    return unread


def left_by(pbx: YeastarRuntime, message: Voicemail) -> str:
    """Return who left a message, by name or number, or why there is neither."""
    told = describe_voicemail(pbx.names, message)
    return told["caller_id"] or told["from_name"] or told["from"] or "?"
