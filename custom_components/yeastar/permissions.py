"""Who asks for an action, and what that person may do.

An automation has no user and may do everything but listen to calls.
"""

from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from .actions.action import ATTR_AUTO_ANSWER
from .bus import fire_action
from .const import ADMINISTRATORS, CONF_OUTSIDE_CALLS, CONF_SUPERVISION, DOMAIN
from .coordinator import YeastarCoordinator
from .errors import refuse
from .pbx import Extension
from .pbx.calls.model import Call


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of an action, with the PBX it is for and who asked."""

    call: ServiceCall
    coordinator: YeastarCoordinator
    user: User | None

    def auto_answer(self) -> bool:
        """Return whether the phone shall pick up by itself, if that is allowed.

        It opens a microphone in somebody's room.

        Raises:
            ServiceValidationError: a person who is no administrator asks for it.
        """
        wanted: bool = self.call.data[ATTR_AUTO_ANSWER]
        if wanted and self.user and not self.user.is_admin:
            refuse("auto_answer_administrators")
        return wanted

    def require_supervision(self) -> None:
        """Refuse to listen to calls, unless an administrator asks who may.

        Raises:
            ServiceValidationError: the option is off, or nobody or no
                administrator asks.
        """
        if not self.coordinator.config_entry.options.get(CONF_SUPERVISION):
            refuse("supervision_off")
        if self.user is None or not self.user.is_admin:
            refuse("supervision_administrators")

    @property
    def asked_by(self) -> str:
        """Return who asks, for the logbook; empty for an automation."""
        return (self.user.name or self.user.id) if self.user else ""

    def tell(self, extension: str, **data: str) -> None:
        """Tell the logbook who asks for what, before it is done."""
        fire_action(
            self.call.hass,
            self.coordinator,
            self.call.context,
            extension,
            action=self.call.service,
            asked_by=self.asked_by,
            **data,
        )

    def require_control(self, extension: Extension) -> None:
        """Refuse a person who may not control an extension.

        Raises:
            Unauthorized: so it is.
        """
        self._require(
            self.user is None
            or may_control(self.coordinator, self.user, extension.number)
        )

    def require_control_of_call(self, call: Call) -> None:
        """Refuse a person who may not control a call.

        Raises:
            Unauthorized: so it is.
        """
        self._require(
            self.user is None or may_control_call(self.coordinator, self.user, call)
        )

    def _require(self, allowed: bool) -> None:
        if not allowed:
            raise Unauthorized(context=self.call.context, permission=POLICY_CONTROL)

    def require_outside(self) -> None:
        """Refuse a person who may not call outside numbers.

        Raises:
            ServiceValidationError: the option leaves them to administrators.
        """
        require_outside(self.coordinator, self.user)


async def async_user(hass: HomeAssistant, context: Context | None) -> User | None:
    """Return the user who asks, None for an automation.

    Raises:
        UnknownUser: there was one, who is gone.
    """
    if context is None or not context.user_id:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    return user


def state_entity_id(coordinator: YeastarCoordinator, number: str) -> str | None:
    """Return the entity that permissions on an extension are about, if it has one."""
    return er.async_get(coordinator.hass).async_get_entity_id(
        Platform.SENSOR, DOMAIN, f"{coordinator.serial_number}_{number}_state"
    )


def may(coordinator: YeastarCoordinator, user: User, number: str, policy: str) -> bool:
    """Return whether a policy lets a user do something with an extension."""
    entity_id = state_entity_id(coordinator, number)
    return entity_id is not None and user.permissions.check_entity(entity_id, policy)


def may_control(coordinator: YeastarCoordinator, user: User, number: str) -> bool:
    """Return whether a user may control an extension; administrators may all."""
    return user.is_admin or may(coordinator, user, number, POLICY_CONTROL)


def may_control_call(coordinator: YeastarCoordinator, user: User, call: Call) -> bool:
    """Return whether a user may control a call: any of our extensions in it is enough.

    One that is nobody's yet is for those who may control everybody's.
    """
    extensions = coordinator.data.extensions
    ours = [number for number in call.extensions if number in extensions]
    allowed = (may_control(coordinator, user, number) for number in ours or extensions)
    return any(allowed) if ours else all(allowed)


def require_outside(coordinator: YeastarCoordinator, user: User | None) -> None:
    """Refuse a person who may not call or write to outside numbers.

    Raises:
        ServiceValidationError: the option leaves them to administrators.
    """
    option = coordinator.config_entry.options.get(CONF_OUTSIDE_CALLS)
    if option == ADMINISTRATORS and user and not user.is_admin:
        refuse("outside_administrators")
