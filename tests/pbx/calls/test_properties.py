"""What holds of any calls, however their reports are shuffled, dropped and repeated."""

from dataclasses import dataclass, replace

from hypothesis import given, settings, strategies as st

from custom_components.yeastar.pbx.calls.call import Call, CallEventType
from custom_components.yeastar.pbx.models import CallDirection

from .bodies import Ext, Leg, Line, Shape, Wire, inbound, outbound
from .house import EPOCH, NUMBERS, House

PHONES = NUMBERS[:4]
QUEUE, IVR, MUM = "6700", "6500", "5503301"


@dataclass(frozen=True, slots=True)
class History:
    """A call as it was, and what the PBX tells of it."""

    call_id: str
    lines: tuple[Line, ...]
    inbound: bool = False
    dialled: tuple[CallDirection, str, str] | None = None


@st.composite
def inbound_calls(draw: st.DrawFn, number: int) -> History:
    """Return a call from outside to a phone, a queue or an IVR."""
    wire = Wire(f"{EPOCH + 100 * number}.2")
    mum = inbound(f"{MUM}{number}", "88", wire.call_id)
    place = draw(st.sampled_from(["phone", QUEUE, IVR]))
    rings = draw(st.lists(st.sampled_from(PHONES), min_size=1, max_size=3, unique=True))
    if place == IVR:
        rings = []
    elif place == "phone":
        rings = rings[:1]
    who = draw(st.sampled_from([None, *rings]))
    lines = [wire.alert(mum)]
    if place != "phone":
        lines.append(wire.answered(mum))
    lines += [wire.ring(Ext(phone), mum) for phone in rings]
    called = place if place != "phone" else rings[0]
    group = f"{place}({who})" if place == QUEUE and draw(st.booleans()) else who
    if place == QUEUE and draw(st.booleans()):
        lines += [
            wire.record(mum.source, phone, "Inbound", status="NO ANSWER", seconds=9)
            for phone in rings
            if phone != who
        ]
    if who:
        lines += [wire.answer(Ext(who), mum), wire.answered(mum, Ext(who))]
        lines.append(wire.bye(mum, Ext(who)))
        lines.append(wire.record(mum.source, group or who, "Inbound"))
    else:
        lines.append(wire.bye(mum, *(Ext(phone) for phone in rings)))
        status = draw(st.sampled_from(["NO ANSWER", "VOICEMAIL", "BUSY"]))
        lines.append(wire.record(mum.source, called, "Inbound", status=status))
    if draw(st.booleans()):
        # A clone ends each call twice, the second time by another id.
        lines.append(Wire(f"{wire.call_id}7").bye(*reversed(lines[0].parties)))
    return History(wire.call_id, tuple(lines), inbound=True)


@st.composite
def calls_of_ours(draw: st.DrawFn, number: int) -> History:
    """Return a call by one of our phones, to outside or to another one."""
    start = EPOCH + 100 * number
    wire = Wire(f"{start}.2")
    caller, other = draw(st.permutations(PHONES))[:2]
    to_outside = draw(st.booleans())
    callee: Ext | Leg = Ext(other)
    called, kind = other, CallDirection.INTERNAL
    if to_outside:
        called, kind = f"{MUM}{number}", CallDirection.OUTBOUND
        callee = outbound(caller, called, f"{start}.3")
    ina = Ext(caller)
    lines = [wire.alert(ina), wire.ring(callee, ina)]
    end = draw(st.sampled_from(["answered", "NO ANSWER", "BUSY", "failed"]))
    record_kind = str(kind).capitalize()
    if end == "answered":
        lines += [wire.answer(callee, ina), wire.answered(ina, callee)]
        lines.append(wire.bye(callee, ina))
        lines.append(wire.record(caller, called, record_kind))
    elif end == "failed":
        lines.append(wire.failed(draw(st.sampled_from(["User busy", "480"])), callee))
        status = draw(st.sampled_from(["FAILED", "BUSY"]))
        lines.append(wire.record(caller, called, record_kind, status=status))
    else:
        lines.append(wire.bye(ina, callee))
        lines.append(wire.record(caller, called, record_kind, status=end))
    dialled = (kind, caller, called) if draw(st.booleans()) else None
    return History(wire.call_id, tuple(lines), dialled=dialled)


@st.composite
def houses(draw: st.DrawFn) -> list[History]:
    """Return the calls of one house."""
    return [
        draw(inbound_calls(number) | calls_of_ours(number))
        for number in range(draw(st.integers(1, 3)))
    ]


def live(
    shape: Shape, histories: list[History], lines: list[Line], *, seconds: float = 0.0
) -> House:
    """Let a house hear of its calls, and then nothing but polls."""
    house = House(shape)
    for history in histories:
        if history.dialled:
            kind, caller, callee = history.dialled
            house.dial(history.call_id, caller, callee, kind)
    for line in lines:
        house.report(line, after=seconds)
    house.poll()
    house.poll()
    house.poll()
    house.wait(60)
    return house


def comparable(house: House) -> dict[str, Call]:
    """Return the records, but for what a restart of the clock explains."""
    return {
        key: replace(call, status=None) for key, call in sorted(house.book.log.items())
    }


def is_answered_by_somebody(line: Line) -> bool:
    """Return whether a report says that a phone answered."""
    if line.action == "ANSWER":
        return True
    fields = dict(line.fields)
    return (line.action, fields.get("status")) == ("NewCdr", "ANSWERED")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(Shape), houses(), st.data(), st.sampled_from([0.0, 0.4, 3.0, 20.0])
)
def test_no_order_makes_a_difference(
    shape: Shape, histories: list[History], data: st.DataObject, seconds: float
) -> None:
    """Wherever the record of a call arrives, too."""
    in_order = [line for history in histories for line in history.lines]
    shuffled = data.draw(st.permutations(in_order))

    expected = live(shape, histories, in_order)
    house = live(shape, histories, shuffled, seconds=seconds)

    assert not house.book.living
    assert set(house.book.log) == {history.call_id for history in histories}
    assert comparable(house) == comparable(expected)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(Shape), houses(), st.data())
def test_no_call_lives_for_ever_and_none_is_counted_twice(
    shape: Shape, histories: list[History], data: st.DataObject
) -> None:
    """Not even when some reports never come."""
    sent = [line for history in histories for line in history.lines]
    arrived = data.draw(st.lists(st.sampled_from(sent), max_size=2 * len(sent)))
    seconds = data.draw(st.sampled_from([0.0, 0.4, 3.0]))

    house = live(shape, histories, arrived, seconds=seconds)

    assert not house.book.living
    assert house.book.next_due is None
    assert set(house.book.log) <= {history.call_id for history in histories}
    answered = {line.call_id for line in arrived if is_answered_by_somebody(line)}
    missed = {call.call_id for call in house.book.log.values() if call.missed}
    assert not answered & missed
    assert missed <= {history.call_id for history in histories if history.inbound}
    for once in (CallEventType.STARTED, CallEventType.ENDED, CallEventType.MISSED):
        told = [e.call.call_id for e in house.events if e.type is once and e.whole]
        assert len(told) == len(set(told))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(Shape), houses(), st.data())
def test_repeats_fire_nothing(
    shape: Shape, histories: list[History], data: st.DataObject
) -> None:
    """However often each of them comes."""
    lines = [line for history in histories for line in history.lines]
    repeated = [
        line
        for line in lines
        for _ in range(data.draw(st.integers(1, 3), label="times"))
    ]

    once = live(shape, histories, lines)
    more = live(shape, histories, repeated)

    assert more.happened == once.happened
    assert comparable(more) == comparable(once)
