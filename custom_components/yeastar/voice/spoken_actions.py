"""What can be done by voice and by language models.

All of it goes through the actions, so that the user who asks needs the same
permissions, after `scope` allowed it.
"""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from homeassistant.components.button import SERVICE_PRESS
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_ENTITY_ID, Platform
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er

from ..actions.action import (
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_MESSAGE,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
)
from ..actions.set_do_not_disturb import ATTR_ENABLED, ATTR_UNTIL
from ..const import DOMAIN
from ..errors import refuse
from ..pbx.calls.call import Call
from ..pbx.interface import Feature
from ..pbx.models import BUSY_STATES
from ..phonebook.numbers import is_name
from ..runtime import loaded_pbxs
from .scope import async_require_harmless, async_require_reachable
from .speaker import Speaker
from .spoken_names import Target, UnclearError


async def async_dial(
    speaker: Speaker, said: str, phone_said: str = ""
) -> tuple[Target, Target]:
    """Let a phone call a person or number; returns who calls whom.

    Raises:
        UnclearError: it is not clear who or which phone is meant.
        HomeAssistantError: it is not allowed, or the PBX refused.
    """
    phone = await _phone(speaker, said, phone_said)
    callee = speaker.person([phone.runtime], said)
    await async_require_call(speaker, phone, callee)
    await speaker.tell(phone, "dial", callee=callee.name)
    await _act(
        speaker,
        phone,
        "dial",
        {ATTR_EXTENSION: phone.number, ATTR_NUMBER: callee.number},
    )
    return phone, callee


async def async_require_call(speaker: Speaker, phone: Target, callee: Target) -> None:
    """Refuse a call that is not allowed, or not possible now.

    Raises:
        HomeAssistantError: so it is.
    """
    await async_require_reachable(speaker.hass, callee, speaker.assistant)
    if callee.number == phone.number:
        refuse("voice_itself", name=phone.name)
    _require_idle(phone)
    if phone.extension and not phone.extension.is_registered:
        refuse("voice_not_connected", name=phone.name)
    _require_idle(callee)


async def async_hang_up(speaker: Speaker, phone_said: str = "") -> Target:
    """End the call of a phone; returns the phone.

    Raises:
        UnclearError: it is not clear which phone is meant.
        HomeAssistantError: there is no call, or it is not allowed.
    """
    phone = speaker.phone(phone_said)
    if phone.extension and phone.extension.state not in BUSY_STATES:
        refuse("voice_no_call", name=phone.name)
    await speaker.tell(phone, "hang_up")
    await _act(speaker, phone, "hang_up", {ATTR_EXTENSION: phone.number})
    return phone


async def async_ring(speaker: Speaker, phone_said: str) -> Target:
    """Make a phone ring, as its button does; returns the phone.

    Raises:
        UnclearError: it is not clear which phone is meant.
        HomeAssistantError: it has no such button, or it is not allowed.
    """
    phone = speaker.phone(phone_said)
    serial_number = phone.runtime.serial_number
    button = er.async_get(speaker.hass).async_get_entity_id(
        Platform.BUTTON, DOMAIN, f"{serial_number}_{phone.number}_ring"
    )
    if button is None or speaker.hass.states.get(button) is None:
        refuse("voice_no_ring", name=phone.name)
    _require_idle(phone)
    await speaker.tell(phone, "ring")
    await speaker.hass.services.async_call(
        Platform.BUTTON,
        SERVICE_PRESS,
        {ATTR_ENTITY_ID: button},
        blocking=True,
        context=speaker.context,
    )
    return phone


async def async_transfer(
    speaker: Speaker, said: str, phone_said: str = ""
) -> tuple[Target, Target]:
    """Move the call of a phone to another person; returns from whom to whom.

    Raises:
        UnclearError: it is not clear who, which phone or which call is meant.
        HomeAssistantError: there is no call, it is not allowed, or the PBX refused.
    """
    phone = await _phone(speaker, said, phone_said)
    target = speaker.person([phone.runtime], said)
    await async_require_reachable(speaker.hass, target, speaker.assistant)
    if target.number == phone.number:
        refuse("voice_itself", name=phone.name)
    call = _outside_call(phone)
    _require_idle(target)
    await speaker.tell(phone, "transfer", callee=target.name)
    data = {ATTR_CALL_ID: call.call_id}
    if target.extension:
        data |= {ATTR_EXTENSION: target.number}
    else:
        data |= {ATTR_NUMBER: target.number, ATTR_PERMISSION_OF: phone.number}
    await _act(speaker, phone, "transfer", data)
    return phone, target


async def async_set_do_not_disturb(
    speaker: Speaker,
    phone_said: str,
    *,
    enabled: bool,
    until: time | datetime | None = None,
) -> Target:
    """Make a phone quiet, until a time if one is given, or let it ring; returns it.

    Raises:
        UnclearError: it is not clear which phone is meant.
        HomeAssistantError: it is not allowed, or the PBX refused.
    """
    phone = speaker.phone(phone_said)
    data: dict[str, Any] = {ATTR_EXTENSION: phone.number, ATTR_ENABLED: enabled}
    if until:
        data[ATTR_UNTIL] = until
    await speaker.tell(phone, "set_do_not_disturb", quiet="on" if enabled else "off")
    await _act(speaker, phone, "set_do_not_disturb", data)
    return phone


async def async_send_sms(speaker: Speaker, said: str, message: str) -> Target:
    """Send a text message to a contact, or to a number if any may be reached.

    Raises:
        UnclearError: it is not clear who is meant.
        HomeAssistantError: it is not allowed, or the PBX refused.
    """
    receiver = speaker.person(speaker.pbxs, said)
    if receiver.contact and not receiver.by_number:
        if not receiver.contact.sms_number:
            refuse("contact_without_sms", name=receiver.name)
        # It may be another number than the one that is called.
        plan = receiver.runtime.contacts.plan
        number = plan.digits(receiver.contact.sms_number)
        receiver = replace(receiver, number=number)
    await async_require_reachable(speaker.hass, receiver, speaker.assistant)
    if receiver.extension:
        refuse("sms_to_extension", name=receiver.name)
    await speaker.tell(receiver, "send_sms")
    await _act(
        speaker,
        receiver,
        "send_sms",
        {ATTR_NUMBER: receiver.number, ATTR_MESSAGE: message},
    )
    return receiver


async def _phone(speaker: Speaker, said: str, phone_said: str) -> Target:
    """Return the phone that calls; a wrong number to call is told of first."""
    try:
        return speaker.phone(phone_said)
    except ServiceValidationError:
        if not is_name(said):
            for pbx in loaded_pbxs(speaker.hass):
                number = Target(runtime=pbx, name=said, number=said)
                await async_require_harmless(speaker.hass, number)
        raise


def _require_idle(target: Target) -> None:
    if target.extension and target.extension.state in BUSY_STATES:
        refuse("voice_busy", name=target.name)


def _outside_call(phone: Target) -> Call:
    """Return the one call of a phone that can be moved.

    Raises:
        UnclearError: it has several.
        ServiceValidationError: it has none.
    """
    pbx = phone.runtime
    internal = pbx.can(Feature.TRANSFER_INTERNAL)
    calls = [
        call for call in pbx.calls.of_extension(phone.number) if internal or call.leg()
    ]
    if not calls:
        refuse("voice_nothing_to_transfer", name=phone.name)
    if len(calls) > 1:
        others = [
            pbx.names.of_other_side(call, phone.number) or call.other_side(phone.number)
            for call in calls
        ]
        raise UnclearError("", others)
    return calls[0]


async def _act(
    speaker: Speaker, target: Target, action: str, data: dict[str, Any]
) -> None:
    """Run an action at the PBX of a target, as the speaker."""
    entry_id = target.runtime.entry.entry_id
    await speaker.hass.services.async_call(
        DOMAIN,
        action,
        {ATTR_CONFIG_ENTRY_ID: entry_id, **data},
        blocking=True,
        context=speaker.context,
    )
