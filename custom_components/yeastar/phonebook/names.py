"""The name that belongs to a number: of an extension, a contact or a part of the PBX."""

from collections.abc import Callable, Mapping

from ..pbx.calls.call import Call
from ..pbx.inventory import Inventory
from ..pbx.models import Destination, ExtensionState
from .callers import missing_number, shown_caller
from .contacts import Contacts
from .destinations import Destinations
from .folding import name_key
from .numbers import ANY, NumberPlan, diallable


class Names:
    """Names numbers as they are shown to people, and finds who is meant by a text.

    A number outside is never an extension's, however alike the two are: callers choose
    the number that they show.

    Attributes:
        given: the names that people gave the devices of extensions, by number; they
            come before those of the PBX.
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
        self.given: Mapping[str, str] = {}

    @property
    def plan(self) -> NumberPlan:
        """Return how numbers are read and written here."""
        return self._contacts.plan

    def of_extension(self, number: str) -> str | None:
        """Return the name of an extension, None if there is no such."""
        extension = self._inventory.extensions.get(number)
        return self.given.get(number, extension.name) if extension else None

    def of_extensions(self) -> dict[str, str]:
        """Return the names of all extensions by number."""
        return {
            number: self.given.get(number, extension.name)
            for number, extension in self._inventory.extensions.items()
        }

    def of_outside(self, number: str) -> str | None:
        """Return the name of a contact; a number outside is never an extension's."""
        return self._contacts.name_of(number) or self.company_name(number)

    def of_inside(self, number: str) -> str | None:
        """Return the name of an extension, or of an IVR, queue or ring group."""
        if name := self.of_extension(number):
            return name
        if queue := self._inventory.queues.get(number):
            return queue.name
        return self._destinations.name_of(number) or self.of_outside(number)

    # The ends of a call

    def queue_of(self, call: Call) -> Destination | None:
        """Return the queue that a call came through, if any."""
        queues = self._inventory.queues
        return queues.get(call.path) or queues.get(call.callee)

    def of_caller(self, call: Call) -> str | None:
        """Return the name of who calls."""
        if call.caller_is_outside:
            return self.of_outside(call.caller)
        return self.of_inside(call.caller)

    def of_callee(self, call: Call) -> str | None:
        """Return the name of who is called."""
        if call.callee_is_outside:
            return self.of_outside(call.callee)
        if name := self.of_inside(call.callee):
            return name
        # Of a call that came in, the PBX may tell only the number of the line.
        queue = self.queue_of(call)
        return queue.name if queue else None

    def of_answerer(self, call: Call) -> str | None:
        """Return the name of who answered."""
        if call.answered_by in call.extensions:
            return self.of_extension(call.answered_by)
        return self.of_outside(call.answered_by)

    def of_other_side(self, call: Call, extension: str) -> str | None:
        """Return the name of who an extension is, or would be, talking to."""
        number = call.other_side(extension)
        return self.of_caller(call) if number == call.caller else self.of_callee(call)

    def normalized(self, number: str, *, outside: bool) -> str | None:
        """Return the one form of a number in which it is compared, None without one."""
        if not outside and number in self._inventory.extensions:
            return number
        form = self.plan.normalized(number)
        return form if form.removeprefix("+").isdigit() else None

    # What is looked for

    def caller_fits(self, call: Call, wanted: str) -> bool:
        """Return whether the caller is the wanted one; see `Contacts.are_same`."""
        return self._fits(call.caller, wanted, outside=call.caller_is_outside)

    def callee_fits(self, call: Call, wanted: str) -> bool:
        """Return whether the called one is the wanted one."""
        return self._fits(call.callee, wanted, outside=call.callee_is_outside)

    def outside_fits(self, number: str, wanted: str) -> bool:
        """Return whether a number outside is the wanted one."""
        return self._fits(number, wanted, outside=True)

    def _fits(self, number: str, wanted: str, *, outside: bool) -> bool:
        is_extension = number in self._inventory.extensions
        if outside:
            # What trusts an extension must not trust a caller who shows its number.
            if is_extension and wanted.strip() != ANY:
                return False
            return self._contacts.are_same(wanted, number)
        if not is_extension:
            return self._contacts.are_same(wanted, number)
        start = wanted.strip().removesuffix(ANY)
        if start != wanted.strip():
            return number.startswith(diallable(start))
        return number == diallable(wanted) or self.is_named(number, wanted)

    def is_named(self, number: str, name: str) -> bool:
        """Return whether an extension has a name, in Home Assistant or at the PBX."""
        return name_key(name) in map(name_key, self.names_of(number))

    def names_of(self, number: str) -> tuple[str, ...]:
        """Return the names of an extension, the one that is shown first."""
        extension = self._inventory.extensions.get(number)
        if extension is None:
            return ()
        return tuple(
            dict.fromkeys((self.given.get(number, extension.name), extension.name))
        )

    def connected_party(self, extension: str, calls: tuple[Call, ...]) -> str | None:
        """Return the name or number an extension talks to, or that rings it."""
        call = self.connected_call(extension, calls)
        if call is None:
            return None
        if name := self.of_other_side(call, extension):
            return name
        number = call.other_side(extension)
        is_caller = number == call.caller
        if not (call.caller_is_outside if is_caller else call.callee_is_outside):
            return number or None
        return missing_number(number) or shown_caller(number)

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
                    if extension in (call.answered_by, call.calling_extension)
                ]
            case _:
                return None
        # A phone that got a call by transfer neither called nor answered first.
        meant = meant or list(calls)
        return meant[-1] if meant else None
