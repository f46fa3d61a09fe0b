"""Settings of extensions: read in chunks, changed one by one, read back."""

import dataclasses
import json

import pytest

from custom_components.yeastar.pbx.errors import PbxBusyError, PbxRefusedError
from custom_components.yeastar.pbx.models import (
    ExtensionChange,
    ExtensionSettings,
    ExtensionState,
    Forwarding,
    ForwardTo,
    ForwardWhen,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.settings_operations import (
    CHUNK,
    read_forwarding,
    read_settings,
    write_change,
    write_forwarding,
)
from tests.simulator import Forward, Simulator

from .conftest import Box, answer
from .samples import named

pytestmark = pytest.mark.usefixtures("socket_enabled")

OFF = Forwarding(to=ForwardTo.OFF)
VOICEMAIL = Forwarding(to=ForwardTo.VOICEMAIL)
EXTENSION = Forwarding(to=ForwardTo.EXTENSION, number="1002")
MOBILE = Forwarding(to=ForwardTo.MOBILE)
MOBILE_OUTSIDE = Forwarding(to=ForwardTo.MOBILE, prefix="9")
CUSTOM = Forwarding(to=ForwardTo.CUSTOM_NUMBER, number="5923333", prefix="9")
FORWARDINGS = [OFF, VOICEMAIL, EXTENSION, MOBILE, MOBILE_OUTSIDE, CUSTOM]
# The rows that the guide prints.
PRINTED = [
    json.loads(sample.raw)["extinfos"][0]
    for sample in named("response", "extension/query")
]


def asked(pbx: Simulator) -> list[str]:
    """Return which extensions each query asked for."""
    return [
        request.body["extid"]
        for request in pbx.requests
        if request.endpoint == "extension/query"
    ]


# Reading one row


def settings(**fields: object) -> ExtensionSettings:
    """Return the settings in a row with these fields."""
    return read_settings({"extnumber": "1000", **fields})  # type: ignore[dict-item]


def test_the_settings_of_the_guide_are_read() -> None:
    """Every field of its sample, misspelling included."""
    row = PRINTED[0]

    assert read_settings({**row, "moblie": "0151"}) == ExtensionSettings(
        number="1000",
        name="Jayson",
        state=ExtensionState.IDLE,
        type="SIP",
        port="",
        caller_id="1000",
        email="",
        mobile="0151",
        language="System Default",
        voicemail=True,
        do_not_disturb=False,
        forwarding={
            ForwardWhen.ALWAYS: OFF,
            ForwardWhen.NO_ANSWER: VOICEMAIL,
            ForwardWhen.BUSY: VOICEMAIL,
        },
        ring_simultaneously=False,
        ring_timeout=30,
        max_duration="Follow System",
        call_restriction=False,
        may_be_monitored=False,
        monitor_mode="Disabled",
    )


@pytest.mark.parametrize("row", PRINTED)
def test_no_password_is_among_the_settings(row: dict[str, str]) -> None:
    """The PBX sends three of them, two in clear."""
    secret = "s3cret"
    sent = {**row, "registerpassword": secret, "loginpassword": secret}

    told = repr(read_settings({**sent, "vmsecret": secret}))

    assert secret not in told


def test_settings_need_only_the_number() -> None:
    """Whatever is missing is off or empty."""
    assert settings() == ExtensionSettings(
        number="1000",
        name="1000",
        state=None,
        type="",
        port="",
        caller_id="",
        email="",
        mobile="",
        language="",
        voicemail=False,
        do_not_disturb=False,
        forwarding=dict.fromkeys(ForwardWhen, OFF),
        ring_simultaneously=False,
        ring_timeout=None,
        max_duration="",
        call_restriction=False,
        may_be_monitored=False,
        monitor_mode="",
    )


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("dnd", "do_not_disturb"),
        ("hasvoicemail", "voicemail"),
        ("ringsimultaneous", "ring_simultaneously"),
        ("callrestriction", "call_restriction"),
        ("allowbeingmonitored", "may_be_monitored"),
    ],
)
@pytest.mark.parametrize(
    ("word", "on"),
    [("on", True), ("ON", True), ("off", False), ("", False), ("1", False)],
)
def test_a_switch_is_on_if_it_says_so(
    wire: str, ours: str, word: str, on: bool
) -> None:
    """In any case; every other word is off."""
    assert getattr(settings(**{wire: word}), ours) is on


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("username", "name"),
        ("port", "port"),
        ("callerid", "caller_id"),
        ("email", "email"),
        ("mobile", "mobile"),
        ("moblie", "mobile"),
        ("language", "language"),
        ("maxduration", "max_duration"),
        ("monitormode", "monitor_mode"),
    ],
)
def test_settings_that_are_text_are_kept_as_they_are(wire: str, ours: str) -> None:
    """Under names of our own."""
    assert getattr(settings(**{wire: "x"}), ours) == "x"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30", 30), (25, 25), ("", None), ("Follow System", None), ("9" * 30, None)],
)
def test_a_ring_timeout_is_a_number_of_seconds(
    written: object, seconds: int | None
) -> None:
    """One that no program could pass on is none."""
    assert settings(ringtimeout=written).ring_timeout == seconds


@pytest.mark.parametrize(
    ("switch", "prefix", "when"),
    [
        ("alwaysforward", "atransfer", ForwardWhen.ALWAYS),
        ("noanswerforward", "ntransfer", ForwardWhen.NO_ANSWER),
        ("busyforward", "btransfer", ForwardWhen.BUSY),
    ],
)
@pytest.mark.parametrize(
    ("fields", "forwarding"),
    [
        ({"to": "Voicemail", "prefix": ""}, Forwarding(to=ForwardTo.VOICEMAIL)),
        (
            {"to": "Extension", "ext": "1001", "num": "1002"},
            Forwarding(to=ForwardTo.EXTENSION, number="1001"),
        ),
        (
            {"to": "extension", "num": "1001"},
            Forwarding(to=ForwardTo.EXTENSION, number="1001"),
        ),
        (
            {"to": "Custom Number", "prefix": "9", "num": "0151"},
            Forwarding(to=ForwardTo.CUSTOM_NUMBER, number="0151", prefix="9"),
        ),
        (
            {"to": "Mobile Number", "prefix": "9"},
            Forwarding(to=ForwardTo.MOBILE, prefix="9"),
        ),
        ({"to": "The moon", "num": "1"}, Forwarding(to=None, number="1")),
    ],
    ids=["voicemail", "extension", "its number", "outside", "mobile", "unknown"],
)
def test_a_forwarding_says_where_calls_go(
    fields: dict[str, str],
    forwarding: Forwarding,
    switch: str,
    prefix: str,
    when: ForwardWhen,
) -> None:
    """With the prefix that leads outside, where there is one."""
    row = {f"{prefix}{key}": value for key, value in fields.items()}

    found = settings(**row, **{switch: "on"}).forwarding
    assert found == {**dict.fromkeys(ForwardWhen, OFF), when: forwarding}
    assert settings(**row, **{switch: "off"}).forwarding[when] == OFF


# Reading several


async def test_several_extensions_are_asked_for_at_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """With commas between their numbers."""
    listing = await client.settings_of(["1000", "1002"])

    assert [settings.name for settings in listing.items] == ["Jayson", "Amy"]
    assert listing.complete
    assert asked(pbx) == ["1000,1002"]


async def test_many_extensions_are_asked_for_in_chunks(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """So that no answer takes a box too long."""
    numbers = [str(2000 + index) for index in range(2 * CHUNK + 1)]
    for number in numbers:
        pbx.add_extension(number)

    listing = await client.settings_of(numbers)

    assert [settings.number for settings in listing.items] == numbers
    assert [len(chunk.split(",")) for chunk in asked(pbx)] == [CHUNK, CHUNK, 1]


async def test_nobody_is_asked_for_nothing(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """An empty number would mean all, passwords included."""
    assert (await client.settings_of([])).items == ()
    assert asked(pbx) == []


async def test_an_extension_that_is_gone_hides_no_other(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The PBX refuses to tell of any, so they are asked for in halves."""
    listing = await client.settings_of(["1000", "9", "1002", "1005"])

    assert [settings.number for settings in listing.items] == ["1000", "1002", "1005"]
    assert listing.complete


async def test_another_refusal_is_one(pbx: Simulator, client: SSeriesClient) -> None:
    """Asking again would not help."""
    pbx.refuse_next(30001, "extension/query")

    with pytest.raises(PbxBusyError):
        await client.settings_of(["1000", "1002"])
    assert len(asked(pbx)) == 1


async def test_a_row_that_makes_no_sense_costs_completeness(
    box: Box, box_client: SSeriesClient
) -> None:
    """But no other row."""
    box.answers["extension/query"] = answer(
        '{"status":"Success","extinfos":[null,{"extnumber":"1000"}]}'
    )

    listing = await box_client.settings_of(["1000", "1002"])

    assert [settings.number for settings in listing.items] == ["1000"]
    assert not listing.complete


@pytest.mark.parametrize("when", ForwardWhen)
async def test_a_forwarding_of_the_simulator_is_read(
    when: ForwardWhen, pbx: Simulator, client: SSeriesClient
) -> None:
    """Each of the three."""
    phone = pbx.state.extensions["1000"]
    setattr(phone, f"{when}_forward", Forward.to_extension("1002"))

    settings = await client.extension_settings("1000")

    assert settings.forwarding == {
        **dict.fromkeys(ForwardWhen, OFF),
        when: EXTENSION,
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
        (
            ExtensionChange(forwarding={ForwardWhen.ALWAYS: OFF}),
            {"alwaysforward": "off"},
        ),
        (
            ExtensionChange(forwarding={ForwardWhen.NO_ANSWER: VOICEMAIL}),
            {"noanswerforward": "on", "ntransferto": "Voicemail"},
        ),
        (
            ExtensionChange(forwarding={ForwardWhen.BUSY: EXTENSION}),
            {"busyforward": "on", "btransferto": "Extension", "btransferext": "1002"},
        ),
        (
            ExtensionChange(forwarding={ForwardWhen.ALWAYS: MOBILE}),
            {"alwaysforward": "on", "atransferto": "Mobile Number"},
        ),
        (
            ExtensionChange(forwarding={ForwardWhen.ALWAYS: MOBILE_OUTSIDE}),
            {
                "alwaysforward": "on",
                "atransferto": "Mobile Number",
                "atransferprefix": "9",
            },
        ),
        (
            ExtensionChange(forwarding={ForwardWhen.ALWAYS: CUSTOM}),
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
    change: ExtensionChange, sent: dict[str, str], pbx: Simulator, client: SSeriesClient
) -> None:
    """In the words of the guide; read back, it is there."""
    pbx.state.extensions["1000"].mobile = "0171"
    before = await client.extension_settings("1000")

    await client.update_extension("1000", change)

    assert pbx.requests[-1].path == "/api/v1.0.0/extension/update"
    assert pbx.requests[-1].body == {"extid": "1000", **sent}
    after = await client.extension_settings("1000")
    assert change.is_kept(after)
    wanted = {
        field.name
        for field in dataclasses.fields(change)
        if getattr(change, field.name) is not None
    }
    others = {field.name for field in dataclasses.fields(after)} - wanted
    assert all(getattr(after, key) == getattr(before, key) for key in others)
    untouched = set(ForwardWhen) - set(change.forwarding or {})
    assert all(after.forwarding[when] == before.forwarding[when] for when in untouched)


async def test_several_settings_are_changed_at_once(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """In one request, since the PBX refuses a second one soon after."""
    change = ExtensionChange(
        do_not_disturb=True,
        mobile="0170",
        forwarding={ForwardWhen.ALWAYS: MOBILE_OUTSIDE, ForwardWhen.BUSY: OFF},
    )

    await client.update_extension("1000", change)

    assert pbx.requests[-1].body == {
        "extid": "1000",
        "dnd": "on",
        "mobile": "0170",
        "alwaysforward": "on",
        "atransferto": "Mobile Number",
        "atransferprefix": "9",
        "busyforward": "off",
    }
    assert change.is_kept(await client.extension_settings("1000"))


@pytest.mark.parametrize("when", ForwardWhen)
@pytest.mark.parametrize("wanted", FORWARDINGS, ids=str)
def test_a_forwarding_that_was_written_is_read_as_it_was(
    wanted: Forwarding, when: ForwardWhen
) -> None:
    """By the same fields."""
    assert read_forwarding(write_forwarding(wanted, when), when) == wanted


@pytest.mark.parametrize("when", ForwardWhen)
def test_an_unknown_destination_is_written_as_none(when: ForwardWhen) -> None:
    """There is no word for it."""
    row = write_forwarding(Forwarding(to=None, number="1"), when)

    assert list(row.values()) == ["off"]


@pytest.mark.parametrize("change", [ExtensionChange(), ExtensionChange(forwarding={})])
def test_no_change_has_no_fields(change: ExtensionChange) -> None:
    """It leaves everything as it is."""
    assert write_change(change) == {}
    assert change.is_kept(settings(dnd="on", alwaysforward="on", atransferto="?"))


async def test_a_change_of_nothing_is_a_mistake(
    pbx: Simulator, client: SSeriesClient
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
        (ExtensionChange(forwarding={ForwardWhen.ALWAYS: CUSTOM}), "always_forward"),
        (
            ExtensionChange(forwarding={ForwardWhen.NO_ANSWER: VOICEMAIL}),
            "no_answer_forward",
        ),
        (ExtensionChange(forwarding={ForwardWhen.BUSY: EXTENSION}), "busy_forward"),
    ],
    ids=["quiet", "time-out", "mobile", "always", "no answer", "busy"],
)
async def test_what_the_pbx_did_not_keep_is_seen(
    change: ExtensionChange, name: str, pbx: Simulator, client: SSeriesClient
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
    pbx: Simulator, client: SSeriesClient
) -> None:
    """By an error that says: later."""
    pbx.quirks.apply_gap = 60
    await client.update_extension("1000", ExtensionChange(do_not_disturb=True))

    with pytest.raises(PbxBusyError):
        await client.update_extension("1000", ExtensionChange(do_not_disturb=False))

    assert pbx.state.extensions["1000"].dnd


@pytest.mark.parametrize("seconds", [15, 30, 60, 120, 300])
async def test_the_time_outs_of_the_guide_are_taken(
    seconds: int, client: SSeriesClient
) -> None:
    """It names five of them (API guide, Modify an Extension)."""
    await client.update_extension("1000", ExtensionChange(ring_timeout=seconds))

    assert (await client.extension_settings("1000")).ring_timeout == seconds


@pytest.mark.parametrize("seconds", [1, 10, 12, 45, 600])
async def test_other_time_outs_are_sent_as_well(
    seconds: int, box: Box, box_client: SSeriesClient
) -> None:
    """A program writes 10 and 12 to a real S100 every day; the PBX decides."""
    box.answers["extension/update"] = answer('{"status":"Success"}')

    await box_client.update_extension("1000", ExtensionChange(ring_timeout=seconds))

    assert json.loads(box.requests[-1].raw) == {
        "extid": "1000",
        "ringtimeout": str(seconds),
    }


async def test_a_setting_that_is_wrong_is_refused(client: SSeriesClient) -> None:
    """With the PBX's own number."""
    with pytest.raises(PbxRefusedError, match="10017"):
        await client.update_extension("1000", ExtensionChange(ring_timeout=0))
