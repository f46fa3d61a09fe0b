"""What the user of an action may do; an automation has no user."""

from dataclasses import dataclass

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import ServiceCall
from homeassistant.exceptions import Unauthorized

from ..bus import fire_action
from ..const import CONF_SUPERVISION
from ..errors import refuse
from ..pbx.calls.call import Call
from ..pbx.interface import Pbx
from ..pbx.models import Extension
from ..permissions import (
    may_control,
    may_control_any,
    may_control_call,
    may_control_mailbox,
    may_read,
    may_read_call,
    require_outside,
)
from ..runtime import YeastarRuntime
from .action import ATTR_AUTO_ANSWER


@dataclass(frozen=True, slots=True)
class Authorization:
    """One call of an action, with the PBX it is for and its user."""

    call: ServiceCall
    runtime: YeastarRuntime
    user: User | None

    @property
    def pbx(self) -> Pbx:
        """Return the PBX that the action is for."""
        return self.runtime.pbx

    def auto_answer(self) -> bool:
        """Return whether the phone is to pick up by itself, if that is allowed.

        It opens a microphone in a room.

        Raises:
            ServiceValidationError: the user is no administrator.
        """
        wanted: bool = self.call.data[ATTR_AUTO_ANSWER]
        if wanted and self.user and not self.user.is_admin:
            refuse("auto_answer_administrators")
        return wanted

    def require_supervision(self) -> None:
        """Refuse to listen to calls, unless the option is on for an administrator.

        Raises:
            ServiceValidationError: the option is off, or there is no user or no
                administrator.
        """
        if not self.runtime.entry.options.get(CONF_SUPERVISION):
            refuse("supervision_off")
        if self.user is None or not self.user.is_admin:
            refuse("supervision_administrators")

    @property
    def asked_by(self) -> str:
        """Return the user's name, for the logbook; empty for an automation."""
        return (self.user.name or self.user.id) if self.user else ""

    def log(self, extension: str, **data: str) -> None:
        """Note in the logbook what is asked for, before it is done."""
        fire_action(
            self.call.hass,
            self.runtime,
            self.call.context,
            extension,
            action=self.call.service,
            asked_by=self.asked_by,
            **data,
        )

    def require_control(self, extension: Extension) -> None:
        """Refuse a user who may not control an extension.

        Raises:
            Unauthorized: so it is.
        """
        self._require(
            self.user is None or may_control(self.runtime, self.user, extension.number)
        )

    def require_control_of_call(self, call: Call) -> None:
        """Refuse a user who may not control a call.

        Raises:
            Unauthorized: so it is.
        """
        self._require(
            self.user is None or may_control_call(self.runtime, self.user, call)
        )

    def require_control_of_mailbox(self, mailbox: str) -> None:
        """Refuse a user who may not control a mailbox.

        Raises:
            Unauthorized: so it is.
        """
        self._require(
            self.user is None or may_control_mailbox(self.runtime, self.user, mailbox)
        )

    def require_control_of_any(self) -> None:
        """Refuse a user who may control no extension: what is asked for costs money.

        Raises:
            Unauthorized: so it is.
        """
        self._require(self.user is None or may_control_any(self.runtime, self.user))

    def require_read(self, extension: Extension) -> None:
        """Refuse a user who may not read an extension.

        Raises:
            Unauthorized: so it is.
        """
        self._require(
            self.user is None or may_read(self.runtime, self.user, extension.number),
            POLICY_READ,
        )

    def may_read_call(self, call: Call) -> bool:
        """Return whether the user may read a call."""
        return self.user is None or may_read_call(self.runtime, self.user, call)

    def _require(self, allowed: bool, permission: str = POLICY_CONTROL) -> None:
        if not allowed:
            raise Unauthorized(context=self.call.context, permission=permission)

    def require_outside(self) -> None:
        """Refuse a user who may not call outside numbers.

        Raises:
            ServiceValidationError: the option leaves them to administrators.
        """
        require_outside(self.runtime, self.user)
