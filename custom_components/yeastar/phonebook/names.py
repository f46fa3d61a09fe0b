"""The name that belongs to a number: of an extension, a contact or a part of the PBX."""

from collections.abc import Callable

from ..pbx.calls.call import Call
from ..pbx.inventory import Inventory
from ..pbx.models import CallDirection, Destination, ExtensionState
from .contacts import Contacts
from .destinations import Destinations
from .numbers import missing_number


class Names:
    """Names numbers as they are shown to people.

    Attributes:
        company_name: returns the name that the PBX itself knows of a number outside.
    """

    def __init__(
        self, inventory: Inventory, contacts: Contacts, destinations: Destinations
    ) -> None:
        """Name what these know."""
        self.company_name: Callable[[str], str | None] = lambda number: None
        self._inventory = inventory
        self._contacts = contacts
        self._destinations = destinations

    def of(self, number: str) -> str | None:
        """Return the name of an extension's user or of a contact."""
        if extension := self._inventory.extensions.get(number):
            return extension.name
        return self.of_outside(number)

    def of_outside(self, number: str) -> str | None:
        """Return the name of a contact; a number outside is never an extension's."""
        contact = self._contacts.of_number(number)
        return contact.name if contact else self.company_name(number)

    def of_inside(self, number: str) -> str | None:
        """Return the name of an extension's user, or of an IVR, queue or ring group."""
        if extension := self._inventory.extensions.get(number):
            return extension.name
        if queue := self._inventory.queues.get(number):
            return queue.name
        return self._destinations.name_of(number) or self.of_outside(number)

    def queue_of(self, call: Call) -> Destination | None:
        """Return the queue that a call came through, if any."""
        queues = self._inventory.queues
        return queues.get(call.path) or queues.get(call.callee)

    def of_caller(self, call: Call) -> str | None:
        """Return the name of who calls."""
        if call.direction in (CallDirection.INBOUND, CallDirection.CALLBACK):
            return self.of_outside(call.caller)
        return self.of_inside(call.caller)

    def of_callee(self, call: Call) -> str | None:
        """Return the name of who is called."""
        if call.direction in (CallDirection.OUTBOUND, CallDirection.CALLBACK):
            return self.of_outside(call.callee)
        if name := self.of_inside(call.callee):
            return name
        # Of a call that came in, the PBX may tell only the number of the line.
        queue = self.queue_of(call)
        return queue.name if queue else None

    def of_answerer(self, call: Call) -> str | None:
        """Return the name of who answered."""
        if call.answered_by in call.extensions:
            return self.of(call.answered_by)
        return self.of_outside(call.answered_by)

    def of_other_side(self, call: Call, extension: str) -> str | None:
        """Return the name of who an extension is, or would be, talking to."""
        number = call.other_side(extension)
        return self.of_caller(call) if number == call.caller else self.of_callee(call)

    def connected_party(self, extension: str, calls: tuple[Call, ...]) -> str | None:
        """Return the name or number an extension talks to, or that rings it."""
        call = self.connected_call(extension, calls)
        if call is None:
            return None
        if name := self.of_other_side(call, extension):
            return name
        number = call.other_side(extension)
        if call.is_inbound:
            return missing_number(number) or number
        return number or None

    def connected_call(self, extension: str, calls: tuple[Call, ...]) -> Call | None:
        """Return the call in which an extension talks, or that rings it.

        A phone that rang while another answered has no part in the call any more.
        """
        match self._inventory.states.get(extension):
            case ExtensionState.RINGING:
                meant = [call for call in calls if not call.answered_by]
            case ExtensionState.IN_CALL | ExtensionState.ON_HOLD:
                meant = [
                    call
                    for call in calls
                    if extension in (call.answered_by, call.caller)
                ]
            case _:
                return None
        # A phone that got a call by transfer neither called nor answered first.
        meant = meant or list(calls)
        return meant[-1] if meant else None
