"""What is kept of calls is bounded, whatever reports tell."""

import json

from custom_components.yeastar.pbx.calls import model, observations
from custom_components.yeastar.pbx.calls.call import CallEventType
from custom_components.yeastar.pbx.s_series.reports import parse_report

from .bodies import Ext, Leg, Line
from .house import EPOCH, House

TRUNK = {"trunkname": "Line", "memberstatus": "ANSWER"}


def ring(call: int, *extensions: str) -> Line:
    """Let phones ring for a call from outside."""
    leg = Leg("inbound", f"0171{call:07}", "5550", f"leg-{call}")
    phones = tuple(Ext(number) for number in extensions)
    return Line("RING", f"{EPOCH}.{call}", (leg, *phones), ("ALERT", "RING"))


def trunk_legs(house: House, call: int, first: int, number: int) -> None:
    """Let a call have so many legs on trunks."""
    for start in range(first, first + number, 50):
        members = [
            {
                "inbound": {
                    "from": f"0{leg}",
                    "to": f"{leg}",
                    "channelid": f"{call}-{leg}",
                }
            }
            for leg in range(start, min(start + 50, first + number))
        ]
        body = {"event": "CallStatus", "callid": f"{EPOCH}.{call}", "members": members}
        report = parse_report(json.dumps(body).encode())
        house.apply(house.tracker.from_report(report), house.send())


def parties_of(house: House) -> list[int]:
    """Return how many ends are kept of each living call."""
    return [len(seen.parties) for seen in house.book.seen_living()]


def test_a_call_has_no_more_ends_than_any_real_one() -> None:
    """Nor more legs, numbers and names; those of a call that is over are few."""
    house = House()
    trunk_legs(house, 1, 0, 1000)
    (seen,) = house.book.seen_living()
    most = observations.MAX_PARTIES
    assert len(seen.parties) == len(seen.legs) == most
    assert len(seen.outside_callers) <= most
    house.report(Line("BYE", f"{EPOCH}.1", (), ("BYE",)))
    house.wait()
    assert len(house.record.legs) <= observations.MAX_LEGS


def test_merged_calls_have_no_more_ends_either() -> None:
    """Two large ones that turn out to be one."""
    house = House()
    for call in (1, 2):
        trunk_legs(house, call, 1000 * call, 150)
    trunk_legs(house, 1, 0, 1)
    other = {"inbound": {"from": "0", "to": "1", "channelid": "2-2000"}}
    body = {"event": "CallStatus", "callid": f"{EPOCH}.1", "members": [other]}
    report = parse_report(json.dumps(body).encode())
    house.apply(house.tracker.from_report(report), house.send())
    assert parties_of(house) == [observations.MAX_PARTIES]


def test_all_calls_together_have_no_more_ends_than_a_busy_pbx() -> None:
    """Each call keeps a few in any case."""
    house = House()
    for call in range(100):
        trunk_legs(house, call, 1000 * call, 150)
    kept = parties_of(house)
    assert min(kept) == model.FEW_PARTIES
    assert sum(kept) <= model.MAX_CROWD + 100 * model.FEW_PARTIES
    for call in range(100):
        house.report(Line("BYE", f"{EPOCH}.{call}", (), ("BYE",)))
    house.poll(after=2 * model.TOMBSTONE_SECONDS)
    trunk_legs(house, 200, 0, 150)
    assert parties_of(house) == [150]


def test_the_number_of_an_extension_is_short() -> None:
    """What is longer is no extension."""
    house = House()
    house.report(ring(1, "4001", "4" * 100))
    assert house.call.extensions == ("4001",)


def test_calls_that_a_query_does_not_list_end_a_few_at_a_time() -> None:
    """Each of them, without a further query; meanwhile other work gets its turn."""
    house = House()
    calls = 3 * model.MAX_ENDS
    for call in range(calls):
        house.report(ring(call, "4001"))
    house.poll()
    house.poll()
    assert 0 < len(house.book.living) < calls
    assert house.book.next_due == house.now
    house.wait(0)
    assert not house.book.living
    house.wait()
    assert house.count(CallEventType.ENDED) == calls
