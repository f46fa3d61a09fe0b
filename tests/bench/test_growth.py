"""How costs grow with the number of phones and of calls."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant
import pytest

from tests.bench.bodies import call_status, extension_status
from tests.bench.conftest import Note, alternately, exponent, office, receiver_of
from tests.bench.replay import extension_list

ROUNDS = 9
REPORTS = 100
PHONES = 25
"""Of those that are in no call, so many report in turn."""
HOLDERS = 10
"""Of those that are in a call, so many hold it in turn."""


async def measure(
    hass: HomeAssistant,
    sizes: dict[int, tuple[int, int]],
    body: Callable[[int, int], bytes],
) -> tuple[float, float]:
    """Return how changes and polls grow, for so many phones and calls by size."""
    changes, polls = {}, {}
    for size, (extensions, calls) in sizes.items():
        async with office(hass, extensions, calls) as (entry, pbx):
            receiver = receiver_of(hass, entry)
            turns = 0
            lists = [extension_list(extensions, calls, ringing=some) for some in (0, 1)]

            async def change() -> None:
                nonlocal turns
                turns += 1
                for number in range(REPORTS):
                    receiver.async_receive(body(turns, number))  # noqa: B023

            async def poll() -> None:
                pbx.answers["extensionlist/query"] = lists[turns % 2]  # noqa: B023
                await entry.runtime_data.coordinator.async_refresh()

            changes[size], polls[size] = await alternately(change, poll, rounds=ROUNDS)
    return exponent(changes), exponent(polls)


@pytest.mark.usefixtures("reachable")
async def test_growth_with_phones(hass: HomeAssistant, note: Note) -> None:
    """A change costs the same, a poll at most in proportion."""

    def rings_or_stops(turn: int, number: int) -> bytes:
        phone = 2020 + number % PHONES
        return extension_status(phone, bool((number // PHONES + turn) % 2))

    sizes = {extensions: (extensions, 10) for extensions in (50, 500, 5000)}
    change, poll = await measure(hass, sizes, rings_or_stops)
    note("Growth of a change, 50 to 5000 phones", change, "exponent", of="flat is 0")
    note("Growth of a poll, 50 to 5000 phones", poll, "exponent", of="linear is 1")


@pytest.mark.usefixtures("reachable")
async def test_growth_with_calls(hass: HomeAssistant, note: Note) -> None:
    """A change costs little more, a poll at most in proportion."""

    def holds_or_resumes(turn: int, number: int) -> bytes:
        call = number % HOLDERS
        return call_status(call, bool((number // HOLDERS + turn) % 2))

    sizes = {calls: (200, calls) for calls in (10, 100, 1000)}
    change, poll = await measure(hass, sizes, holds_or_resumes)
    note("Growth of a change, 10 to 1000 calls", change, "exponent", of="flat is 0")
    note("Growth of a poll, 10 to 1000 calls", poll, "exponent", of="linear is 1")
