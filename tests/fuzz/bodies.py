"""Bodies that are almost what a guide prints."""

from collections.abc import Iterator
from dataclasses import dataclass, field
import json
from random import Random

from tests.pbx.calls.bodies import Ext, Shape, Wire, inbound, outbound
from tests.pbx.samples import SAMPLES

type Tree = Pairs | list[Tree] | str | int | float | bool | None
type Place = tuple[Pairs | list[Tree], int]


@dataclass(slots=True)
class Pairs:
    """A JSON object in which a key may stand twice."""

    items: list[tuple[str, Tree]] = field(default_factory=list)


_WIRE = Wire("1495700976.2")
_MUM = inbound("5503301", "88", "1495700976.2")
_OUT = outbound("1000", "5503301", "1495700976.3")
_LINES = (
    _WIRE.alert(_MUM),
    _WIRE.ring(Ext("1000"), _MUM),
    _WIRE.answer(Ext("1000"), _MUM),
    _WIRE.answered(_MUM, Ext("1000")),
    _WIRE.bye(Ext("1000"), _MUM),
    _WIRE.ring(_OUT, Ext("1000")),
    _WIRE.failed("User busy", _OUT),
    _WIRE.record("5503301", "1000", "Inbound"),
)


def _is_json(body: bytes) -> bool:
    """Return whether a guide prints it without mistakes."""
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _printed(kind: str) -> list[bytes]:
    return [s.body for s in SAMPLES if s.kind == kind and _is_json(s.body)]


REPORTS = _printed("event") + [line.body(shape) for line in _LINES for shape in Shape]
ANSWERS = _printed("response")

KEYS = [
    *(
        "",
        "\ud800",
        "action",
        "event",
        "ext",
        "extid",
        "extlist",
        "extnumber",
        "number",
    ),
    *("inbound", "inboundid", "outbound", "outboundid", "from", "to", "trunk", "call"),
    *("members", "memberstatus", "channelid", "callid", "callee", "sn", "status"),
    *("errno", "token", "timestart", "type", "reason", "deviceinfo", "uptime"),
]
NUMBERS = ["1000", "1002", "5503301", "1495700976.2", "1495700976.3"]


def _deep(levels: int) -> Tree:
    tree: Tree = "bottom"
    for level in range(levels):
        tree = [tree] if level % 2 else Pairs([("ext", tree)])
    return tree


ODD: list[Tree] = [
    *(None, True, 0, -1, 10**400, 1e308, float("nan"), float("inf")),
    *("", " ", "\0", "\ud83d", "\udfff\ud800", "\u202eolleh\n", "x" * 10_000),
    *("9" * 5000, "٣", "-1.-1", "1e999.2", "99999999999999999999.1", "0.0", "1.2.3"),
    *("2017-13-45 25:61:61", "99999999days 99:99:99", "0000-00-00 00:00:00", "all"),
    *("PJSIP/trunk-a-endpoint-00000001", "<script>alert(1)</script>", "6200(1000)"),
    [],
    Pairs(),
    [[], Pairs(), None, 7, "row"],
    _deep(8),
    _deep(200),
    [Pairs([("extid", "1000")])] * 150,
]
"""What no field should hold."""


def _odd(random: Random) -> Tree:
    """Return a new one of them: it may be changed in turn."""
    odd: Tree = json.loads(
        _json(random.choice(ODD), escaped=True), object_pairs_hook=Pairs
    )
    return odd


def spoiled(bodies: list[bytes], random: Random) -> bytes:
    """Return a body in which something is not as it should be."""
    tree: Tree = json.loads(random.choice(bodies), object_pairs_hook=Pairs)
    for _ in range(random.randrange(4)):
        _change(tree, random)
    body = _json(tree, escaped=random.random() < 0.5).encode(errors="surrogatepass")
    if random.random() < 0.1:
        at = random.randrange(len(body))
        body = body[:at] + random.randbytes(random.randrange(4)) + body[at + 1 :]
    if random.random() < 0.02:
        body = body[:20] + b'[{"":' * 100_000
    if random.random() < 0.05:
        body = body[: random.randrange(len(body))]
    return body


def _places(tree: Tree) -> Iterator[Place]:
    if isinstance(tree, Pairs):
        for index, (_, value) in enumerate(tree.items):
            yield tree, index
            yield from _places(value)
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield tree, index
            yield from _places(item)


def _change(tree: Tree, random: Random) -> None:
    """Change one place of a tree."""
    if not (places := list(_places(tree))):
        return
    holder, index = random.choice(places)
    if isinstance(holder, Pairs):
        _change_pair(holder.items, index, random)
    elif random.random() < 0.5:
        holder[index] = _odd(random)
    else:
        holder.insert(index, holder[index])


def _change_pair(pairs: list[tuple[str, Tree]], index: int, random: Random) -> None:
    key, value = pairs[index]
    match random.randrange(7):
        case 0:
            pairs[index] = (key, _odd(random))
        case 1:
            pairs[index] = (key, random.choice(NUMBERS))
        case 2:
            pairs[index] = (random.choice(KEYS), value)
        case 3:
            pairs.insert(random.randrange(len(pairs)), (key, _odd(random)))
        case 4:
            pairs[index] = (key, value[0] if isinstance(value, list) and value else [])
        case 5:
            pairs[index] = (key, [value])
        case _:
            del pairs[index]


def _json(tree: Tree, *, escaped: bool) -> str:
    if isinstance(tree, Pairs):
        pairs = (
            f"{json.dumps(key, ensure_ascii=escaped)}:{_json(value, escaped=escaped)}"
            for key, value in tree.items
        )
        return f"{{{','.join(pairs)}}}"
    if isinstance(tree, list):
        return f"[{','.join(_json(item, escaped=escaped) for item in tree)}]"
    return json.dumps(tree, ensure_ascii=escaped)
