"""Settings of extensions: read in chunks, changed one by one, read back."""

import dataclasses

import pytest

from custom_components.yeastar.pbx import (
    ExtensionChange,
    Forwarding,
    ForwardTo,
    PbxBusyError,
    PbxClient,
    PbxRefusedError,
)
from custom_components.yeastar.pbx.s_series.extension_settings import (
    CHUNK,
    RING_TIMEOUTS,
)
from tests.simulator import Forward, Simulator

from .conftest import Box, answer

pytestmark = pytest.mark.usefixtures("socket_enabled")

OFF = Forwarding(to=ForwardTo.OFF)
VOICEMAIL = Forwarding(to=ForwardTo.VOICEMAIL)
EXTENSION = Forwarding(to=ForwardTo.EXTENSION, number="1002")
MOBILE = Forwarding(to=ForwardTo.MOBILE)
MOBILE_OUTSIDE = Forwarding(to=ForwardTo.MOBILE, prefix="9")
CUSTOM = Forwarding(to=ForwardTo.CUSTOM_NUMBER, number="5923333", prefix="9")
FORWARDINGS = ["always_forward", "no_answer_forward", "busy_forward"]


def asked(pbx: Simulator) -> list[str]:
    """Return which extensions each query asked for."""
    return [
        request.body["extid"]
        for request in pbx.requests
        if request.endpoint == "extension/query"
    ]


# Reading


async def test_several_extensions_are_asked_for_at_once(
    pbx: Simulator, client: PbxClient
) -> None:
    """With commas between their numbers."""
    listing = await client.settings_of(["1000", "1002"])

    assert [settings.name for settings in listing.items] == ["Jayson", "Amy"]
    assert listing.complete
    assert asked(pbx) == ["1000,1002"]


async def test_many_extensions_are_asked_for_in_chunks(
    pbx: Simulator, client: PbxClient
) -> None:
    """So that no answer takes a box too long."""
    numbers = [str(2000 + index) for index in range(2 * CHUNK + 1)]
    for number in numbers:
        pbx.add_extension(number)

    listing = await client.settings_of(numbers)

    assert [settings.number for settings in listing.items] == numbers
    assert [len(chunk.split(",")) for chunk in asked(pbx)] == [CHUNK, CHUNK, 1]


async def test_nobody_is_asked_for_nothing(pbx: Simulator, client: PbxClient) -> None:
    """An empty number would mean all, passwords included."""
    assert (await client.settings_of([])).items == ()
    assert asked(pbx) == []


async def test_an_extension_that_is_gone_hides_no_other(
    pbx: Simulator, client: PbxClient
) -> None:
    """The PBX refuses to tell of any, so they are asked for in halves."""
    listing = await client.settings_of(["1000", "9", "1002", "1005"])

    assert [settings.number for settings in listing.items] == ["1000", "1002", "1005"]
    assert listing.complete


async def test_another_refusal_is_one(pbx: Simulator, client: PbxClient) -> None:
    """Asking again would not help."""
    pbx.refuse_next(30001, "extension/query")

    with pytest.raises(PbxBusyError):
        await client.settings_of(["1000", "1002"])
    assert len(asked(pbx)) == 1


async def test_a_row_that_makes_no_sense_costs_completeness(
    box: Box, box_client: PbxClient
) -> None:
    """But no other row."""
    box.answers["extension/query"] = answer(
        '{"status":"Success","extinfos":[null,{"extnumber":"1000"}]}'
    )

    listing = await box_client.settings_of(["1000", "1002"])

    assert [settings.number for settings in listing.items] == ["1000"]
    assert not listing.complete


@pytest.mark.parametrize("name", FORWARDINGS)
async def test_a_forwarding_of_the_simulator_is_read(
    name: str, pbx: Simulator, client: PbxClient
) -> None:
    """Each of the three."""
    setattr(pbx.state.extensions["1000"], name, Forward.to_extension("1002"))

    settings = await client.extension_settings("1000")

    assert {key: getattr(settings, key) for key in FORWARDINGS} == {
        **dict.fromkeys(FORWARDINGS, OFF),
        name: EXTENSION,
    }


# Changing


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        (ExtensionChange(do_not_disturb=True), {"dnd": "on"}),
        (ExtensionChange(do_not_disturb=False), {"dnd": "off"}),
        (ExtensionChange(ring_timeout=60), {"ringtimeout": "60"}),
        (ExtensionChange(mobile="0170"), {"mobile": "0170"}),
        (ExtensionChange(mobile=""), {"mobile": ""}),
        (ExtensionChange(always_forward=OFF), {"alwaysforward": "off"}),
        (
            ExtensionChange(no_answer_forward=VOICEMAIL),
            {"noanswerforward": "on", "ntransferto": "Voicemail"},
        ),
        (
            ExtensionChange(busy_forward=EXTENSION),
            {"busyforward": "on", "btransferto": "Extension", "btransferext": "1002"},
        ),
        (
            ExtensionChange(always_forward=MOBILE),
            {"alwaysforward": "on", "atransferto": "Mobile Number"},
        ),
        (
            ExtensionChange(always_forward=MOBILE_OUTSIDE),
            {
                "alwaysforward": "on",
                "atransferto": "Mobile Number",
                "atransferprefix": "9",
            },
        ),
        (
            ExtensionChange(always_forward=CUSTOM),
            {
                "alwaysforward": "on",
                "atransferto": "Custom Number",
                "atransferprefix": "9",
                "atransfernum": "5923333",
            },
        ),
    ],
    ids=str,
)
async def test_only_what_changes_is_sent(
    change: ExtensionChange, sent: dict[str, str], pbx: Simulator, client: PbxClient
) -> None:
    """In the words of the guide; read back, it is there."""
    pbx.state.extensions["1000"].mobile = "0171"
    before = await client.extension_settings("1000")

    await client.update_extension("1000", change)

    assert pbx.requests[-1].path == "/api/v1.0.0/extension/update"
    assert pbx.requests[-1].body == {"extid": "1000", **sent}
    after = await client.extension_settings("1000")
    assert change.is_kept(after)
    given = {
        field.name
        for field in dataclasses.fields(change)
        if getattr(change, field.name) is not None
    }
    others = set(dataclasses.asdict(after)) - given
    assert all(getattr(after, key) == getattr(before, key) for key in others)


async def test_a_change_of_nothing_is_a_mistake(
    pbx: Simulator, client: PbxClient
) -> None:
    """The PBX would apply its configuration for nothing."""
    with pytest.raises(ValueError):
        await client.update_extension("1000", ExtensionChange())
    assert pbx.requests == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (ExtensionChange(do_not_disturb=True), "dnd"),
        (ExtensionChange(ring_timeout=15), "ring_timeout"),
        (ExtensionChange(mobile="0170"), "mobile"),
        (ExtensionChange(always_forward=CUSTOM), "always_forward"),
        (ExtensionChange(busy_forward=EXTENSION), "busy_forward"),
    ],
    ids=["quiet", "time-out", "mobile", "always", "busy"],
)
async def test_what_the_pbx_did_not_keep_is_seen(
    change: ExtensionChange, name: str, pbx: Simulator, client: PbxClient
) -> None:
    """Though it agreed."""
    pbx.quirks.forgets = {name}

    await client.update_extension("1000", change)

    assert not change.is_kept(await client.extension_settings("1000"))


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (OFF, OFF, True),
        (OFF, VOICEMAIL, False),
        (EXTENSION, Forwarding(to=ForwardTo.EXTENSION, number="1003"), False),
        # A prefix is kept beside destinations that do not use it.
        (EXTENSION, dataclasses.replace(EXTENSION, prefix="9"), True),
        (VOICEMAIL, dataclasses.replace(VOICEMAIL, prefix="9"), True),
        # The number of the mobile belongs to the extension.
        (MOBILE, dataclasses.replace(MOBILE, number="0170", prefix="9"), True),
        # What is dialled counts, however it is split.
        (CUSTOM, Forwarding(to=ForwardTo.CUSTOM_NUMBER, number="95923333"), True),
        (CUSTOM, Forwarding(to=ForwardTo.CUSTOM_NUMBER, number="5923333"), False),
        (EXTENSION, Forwarding(to=None, number="1002"), False),
    ],
)
def test_forwardings_are_the_same_if_they_lead_to_the_same(
    wanted: Forwarding, found: Forwarding, same: bool
) -> None:
    """Not if every field is equal."""
    assert wanted.leads_as(found) is same


async def test_changes_that_come_too_soon_are_refused(
    pbx: Simulator, client: PbxClient
) -> None:
    """By an error that says: later."""
    pbx.quirks.apply_gap = 60
    await client.update_extension("1000", ExtensionChange(do_not_disturb=True))

    with pytest.raises(PbxBusyError):
        await client.update_extension("1000", ExtensionChange(do_not_disturb=False))

    assert pbx.state.extensions["1000"].dnd


@pytest.mark.parametrize("seconds", RING_TIMEOUTS)
async def test_the_time_outs_of_the_guide_are_taken(
    seconds: int, client: PbxClient
) -> None:
    """It names five of them."""
    await client.update_extension("1000", ExtensionChange(ring_timeout=seconds))

    assert (await client.extension_settings("1000")).ring_timeout == seconds


async def test_a_setting_that_is_wrong_is_refused(client: PbxClient) -> None:
    """With the PBX's own number."""
    with pytest.raises(PbxRefusedError, match="10017"):
        await client.update_extension("1000", ExtensionChange(ring_timeout=0))
