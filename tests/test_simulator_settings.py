"""The simulator's settings of extensions, as the guide limits them."""

import pytest

from .simulator import NotPossibleError, Simulator
from .simulator.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def update(d: Desk, **fields: str) -> str:
    """Change settings of 1000 and return the errno, or `Success`."""
    return await d.api.errno("extension/update", extid="1000", **fields)


async def shown(d: Desk) -> dict[str, str]:
    """Return what extension/query tells of 1000."""
    rows = (await d.api.ask("extension/query", extid="1000"))["extinfos"]
    row: dict[str, str] = rows[0]
    return row


@pytest.mark.parametrize(
    "fields",
    [
        {"dnd": "on"},
        {"ringtimeout": "60"},
        {"mobile": "01705550134"},
        {"alwaysforward": "on", "atransferto": "Voicemail"},
        {"noanswerforward": "on", "ntransferto": "Extension", "ntransferext": "1002"},
        {
            "busyforward": "on",
            "btransferto": "Custom Number",
            "btransferprefix": "9",
            "btransfernum": "5923333",
        },
    ],
    ids=lambda fields: next(iter(fields)),
)
async def test_what_is_set_is_shown(fields: dict[str, str]) -> None:
    """Under the names by which it was set, but for a misspelling of the vendor."""
    async with desk() as d:
        assert await update(d, **fields) == "Success"
        row = await shown(d)
        row["mobile"] = row.pop("moblie")
        assert {name: row[name] for name in fields} == fields
        assert await d.reported() == ["ConfigChange"]


@pytest.mark.parametrize(
    "fields",
    [
        {"dnd": "yes"},
        {"ringtimeout": "0"},
        {"ringtimeout": "301"},
        {"ringtimeout": "-10"},
        {"ringtimeout": ""},
        {"ringtimeout": "soon"},
        {"mobile": "+49170"},
        {"mobile": "1" * 32},
        {"alwaysforward": "on", "atransferto": "voicemail"},
        {"alwaysforward": "on", "atransferto": "Extension"},
        {"alwaysforward": "on", "atransferto": "Extension", "atransferext": "9"},
        {"alwaysforward": "on", "atransferto": "Mobile Number"},
        {"alwaysforward": "on", "atransferto": "Custom Number"},
        {
            "alwaysforward": "on",
            "atransferto": "Custom Number",
            "atransfernum": "1" * 16,
        },
        {"atransferprefix": "12345678"},
        {"donotdisturb": "on"},
    ],
    ids=str,
)
async def test_what_is_wrong_changes_nothing(fields: dict[str, str]) -> None:
    """It is refused with everything beside it."""
    async with desk() as d:
        before = await shown(d)
        assert await update(d, **{"username": "Bob", **fields}) == "10017"
        assert await shown(d) == before
        assert await d.reported() == []


@pytest.mark.parametrize("seconds", ["1", "10", "12", "300"])
async def test_ring_time_outs_of_any_length_are_taken(seconds: str) -> None:
    """A public program writes 10 and 12 to an S100 every day."""
    async with desk() as d:
        assert await update(d, ringtimeout=seconds) == "Success"
        assert (await shown(d))["ringtimeout"] == seconds


@pytest.mark.parametrize(
    ("seconds", "errno"),
    [("10", "10017"), ("12", "10017"), ("15", "Success"), ("300", "Success")],
)
async def test_a_strict_box_takes_the_ring_time_outs_of_the_guide_alone(
    seconds: str, errno: str
) -> None:
    """15, 30, 60, 120, 300."""
    async with desk() as d:
        d.pbx.quirks.any_ring_timeout = False
        assert await update(d, ringtimeout=seconds) == errno


async def test_another_program_changes_settings() -> None:
    """They are shown, and reported as any other change."""
    async with desk() as d:
        d.pbx.other_program_changes(
            "1000",
            ringtimeout="12",
            alwaysforward="on",
            atransferto="Extension",
            atransferext="1002",
        )
        row = await shown(d)
        assert (row["ringtimeout"], row["atransferext"]) == ("12", "1002")
        assert await d.reported() == ["ConfigChange"]


@pytest.mark.parametrize(
    ("number", "fields"),
    [("9", {"dnd": "on"}), ("1000", {"dnd": "maybe"}), ("1000", {"extid": "1002"})],
)
async def test_another_program_cannot_change_what_the_box_refuses(
    number: str, fields: dict[str, str]
) -> None:
    """A test that asks for it is wrong."""
    async with Simulator() as pbx:
        with pytest.raises(NotPossibleError):
            pbx.other_program_changes(number, **fields)


async def test_what_a_forwarding_leads_to_is_kept_while_it_is_off() -> None:
    """Nobody has to say it again."""
    async with desk() as d:
        await update(d, mobile="0170", alwaysforward="on", atransferto="Mobile Number")
        await update(d, alwaysforward="off")
        assert "atransferto" not in await shown(d)
        assert await update(d, alwaysforward="on") == "Success"
        assert (await shown(d))["atransferto"] == "Mobile Number"
        assert await update(d, mobile="") == "10017"


async def test_calls_are_forwarded_to_a_mobile() -> None:
    """Over a trunk, with the prefix."""
    async with desk() as d:
        await update(
            d,
            mobile="0170",
            alwaysforward="on",
            atransferto="Mobile Number",
            atransferprefix="9",
        )
        call = d.pbx.outside_call("5503301", "1000", trunk="SIP-142")
        d.pbx.answer_outside(call)
        assert [leg.number for leg in call.living] == ["5503301", "90170"]


async def test_changes_may_come_too_soon() -> None:
    """10025 then, and nothing is changed."""
    now = 1_000_000.0
    async with desk(pbx=Simulator(clock=lambda: now)) as d:
        d.pbx.quirks.apply_gap = 5
        assert await update(d, dnd="on") == "Success"
        now += 4
        assert await update(d, dnd="off") == "10025"
        assert (await shown(d))["dnd"] == "on"
        now += 1
        assert await update(d, dnd="off") == "Success"


@pytest.mark.parametrize(
    ("firmware", "seconds", "survives"),
    [
        ("30.11.0.6", 9, False),
        ("30.11.0.6", 10, True),
        ("30.11.0.7", 0, True),
    ],
)
async def test_old_firmware_breaks_calls(
    firmware: str, seconds: int, survives: bool
) -> None:
    """Two changes within ten seconds did that once."""
    now = 1_000_000.0
    async with desk(pbx=Simulator(clock=lambda: now)) as d:
        d.pbx.quirks.apply_breaks_calls = True
        d.pbx.state.device.firmwarever = firmware
        d.pbx.outside_call("5503301", "1002")
        await update(d, dnd="on")
        assert d.pbx.calls
        now += seconds
        await update(d, dnd="off")
        assert bool(d.pbx.calls) is survives


async def test_a_box_may_not_keep_a_setting() -> None:
    """Though it agreed."""
    async with desk() as d:
        d.pbx.quirks.forgets = {"dnd"}
        assert await update(d, dnd="on", ringtimeout="15") == "Success"
        row = await shown(d)
        assert (row["dnd"], row["ringtimeout"]) == ("off", "15")


@pytest.mark.parametrize(
    ("offset", "summer", "written"),
    [
        (-8, 0, "1970-01-12 05:46:40 UTC-8"),
        (-8, 1, "1970-01-12 06:46:40 UTC-8"),
        (5.5, 0, "1970-01-12 19:16:40 UTC+5:30"),
        (-3.5, 0, "1970-01-12 10:16:40 UTC-3:30"),
        (0, 0, "1970-01-12 13:46:40 UTC+0"),
    ],
)
async def test_the_clock_is_local(offset: float, summer: int, written: str) -> None:
    """With the offset of winter beside it."""
    async with desk(pbx=Simulator(clock=lambda: 1_000_000.0)) as d:
        d.pbx.state.device.utc_offset = offset
        d.pbx.state.device.summer_time = summer
        answer = await d.api.ask("deviceinfo/query")
        assert answer["deviceinfo"]["systemtime"] == written
