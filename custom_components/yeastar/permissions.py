"""Which user may read or control which extension and call.

An automation has no user and may do everything but listen to calls.
"""

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import UnknownUser
from homeassistant.helpers import entity_registry as er

from .const import ADMINISTRATORS, CONF_OUTSIDE_CALLS, DOMAIN
from .errors import refuse
from .pbx.calls.call import Call
from .runtime import YeastarRuntime


async def async_user(hass: HomeAssistant, context: Context | None) -> User | None:
    """Return the user of a context, None for an automation.

    Raises:
        UnknownUser: there was one, who is gone.
    """
    if context is None or not context.user_id:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    return user


def state_entity_id(runtime: YeastarRuntime, number: str) -> str | None:
    """Return the entity that permissions on an extension are about, if it has one."""
    return er.async_get(runtime.hass).async_get_entity_id(
        Platform.SENSOR, DOMAIN, f"{runtime.serial_number}_{number}_state"
    )


def _may(runtime: YeastarRuntime, user: User, number: str, policy: str) -> bool:
    entity_id = state_entity_id(runtime, number)
    return entity_id is not None and user.permissions.check_entity(entity_id, policy)


def may_read(runtime: YeastarRuntime, user: User, number: str) -> bool:
    """Return whether a user may read an extension."""
    return user.permissions.access_all_entities(POLICY_READ) or _may(
        runtime, user, number, POLICY_READ
    )


def may_read_call(runtime: YeastarRuntime, user: User, call: Call) -> bool:
    """Return whether a user may read a call: any of its extensions is enough."""
    return user.permissions.access_all_entities(POLICY_READ) or any(
        may_read(runtime, user, number) for number in call.extensions
    )


def may_read_mailbox(runtime: YeastarRuntime, user: User, number: str) -> bool:
    """Return whether a user may read a mailbox; any member of a group is enough."""
    return user.permissions.access_all_entities(POLICY_READ) or any(
        may_read(runtime, user, member) for member in _members(runtime, number)
    )


def may_control_mailbox(runtime: YeastarRuntime, user: User, number: str) -> bool:
    """Return whether a user may control a mailbox; any member of a group is enough."""
    return user.is_admin or any(
        may_control(runtime, user, member) for member in _members(runtime, number)
    )


def _members(runtime: YeastarRuntime, mailbox: str) -> tuple[str, ...]:
    """Return the extensions that a mailbox belongs to."""
    group = runtime.mailboxes.groups.get(mailbox)
    return group.members if group else (mailbox,)


def may_control(runtime: YeastarRuntime, user: User, number: str) -> bool:
    """Return whether a user may control an extension; administrators may all."""
    return user.is_admin or _may(runtime, user, number, POLICY_CONTROL)


def may_control_any(runtime: YeastarRuntime, user: User) -> bool:
    """Return whether a user may control any extension; administrators may."""
    return user.is_admin or any(
        may_control(runtime, user, number) for number in runtime.inventory.extensions
    )


def may_control_call(runtime: YeastarRuntime, user: User, call: Call) -> bool:
    """Return whether a user may control a call: any of its extensions is enough.

    One that no extension takes part in is for those who may control all of them.
    """
    extensions = runtime.inventory.extensions
    ours = [number for number in call.extensions if number in extensions]
    allowed = (may_control(runtime, user, number) for number in ours or extensions)
    return any(allowed) if ours else all(allowed)


def require_outside(runtime: YeastarRuntime, user: User | None) -> None:
    """Refuse a person who may not call or write to outside numbers.

    Raises:
        ServiceValidationError: the option leaves them to administrators.
    """
    option = runtime.entry.options.get(CONF_OUTSIDE_CALLS)
    if option == ADMINISTRATORS and user and not user.is_admin:
        refuse("outside_administrators")
