"""Where the calls of an extension are forwarded to: the sensor, and the action."""

import asyncio
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.yeastar.const import (
    ADMINISTRATORS,
    CONF_NUMBER_FORMAT,
    CONF_OUTSIDE_CALLS,
    CONF_OUTSIDE_PREFIX,
    DOMAIN,
)
from custom_components.yeastar.features import write_queue
from custom_components.yeastar.pbx.models import ForwardTo, ForwardWhen
from tests.helpers import deliver, pass_time, state_of
from tests.simulator import Forward, Simulator

from .conftest import Act, Sent
from .words import refused

WIRE = {
    "always": ("always_forward", "alwaysforward", "atransfer"),
    "no_answer": ("no_answer_forward", "noanswerforward", "ntransfer"),
    "busy": ("busy_forward", "busyforward", "btransfer"),
}
"""How the simulator and the PBX name each kind of forwarding."""
SENSOR = "sensor.jayson_forwarding"


@pytest.fixture(autouse=True)
def quick(pbx: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the PBX take several changes in a row."""
    pbx.state.device.firmwarever = "30.11.0.7"
    monkeypatch.setattr(write_queue, "GAP", 0.0)


@pytest.fixture
def entry(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, entry: MockConfigEntry
) -> MockConfigEntry:
    """Return an entry whose sensor for the extension 1000 is enabled."""
    entry.add_to_hass(hass)
    entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{entry.unique_id}_1000_forwarding",
        config_entry=entry,
        suggested_object_id="jayson_forwarding",
        disabled_by=None,
    )
    return entry


def shown(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the sensor says beside its state."""
    state = hass.states.get(SENSOR)
    assert state
    return {
        key: state.attributes.get(key) for key in ("always", "no_answer", "busy")
    } | {"ring_timeout": state.attributes.get("ring_timeout")}


OFF = {"to": "off", "number": None}


# The sensor


def test_the_sensor_starts_disabled(
    entity_registry: er.EntityRegistry, loaded: MockConfigEntry
) -> None:
    """Few people need it, and each has to be read."""
    entity_id = entity_registry.async_get_entity_id(
        "sensor", DOMAIN, f"{loaded.unique_id}_1002_forwarding"
    )
    assert entity_id
    assert entity_registry.entities[entity_id].disabled_by


@pytest.mark.parametrize("when", WIRE)
@pytest.mark.parametrize(
    ("forward", "to", "number"),
    [
        (Forward(), "off", None),
        (Forward(on=True), "voicemail", None),
        (Forward.to_extension("1002"), "extension", "1002"),
        (Forward(on=True, to="Mobile Number", prefix="9"), "mobile", None),
        (
            Forward(on=True, to="Custom Number", prefix="9", number="061111"),
            "custom_number",
            "061111",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_sensor_shows_what_the_pbx_has(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    when: str,
    forward: Forward,
    to: str,
    number: str | None,
) -> None:
    """When calls are forwarded is the state, and where to an attribute."""
    pbx.state.extensions["1000"].mobile = "0170"
    setattr(pbx.state.extensions["1000"], WIRE[when][0], forward)
    pbx.rename_extension("1000", "Jayson")
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    assert state_of(hass, SENSOR) == ("off" if to == "off" else when)
    assert shown(hass) == {
        "always": OFF,
        "no_answer": OFF,
        "busy": OFF,
        "ring_timeout": 30,
        when: {"to": to, "number": number},
    }


async def test_the_sensor_says_that_several_are_on(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The attributes say which."""
    pbx.state.extensions["1000"].no_answer_forward = Forward(on=True)
    pbx.state.extensions["1000"].busy_forward = Forward(on=True)
    pbx.rename_extension("1000", "Jayson")
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    assert state_of(hass, SENSOR) == "several"


# The action


@pytest.mark.parametrize("when", WIRE)
async def test_each_forwarding_is_set(
    hass: HomeAssistant, pbx: Simulator, act: Act, sent: Sent, when: str
) -> None:
    """To everything that the PBX knows, and off again."""
    pbx.state.extensions["1000"].mobile = "0170"
    await pass_time(hass, 1)
    steps: list[dict[str, str]] = [
        {"to": "extension", "number": "1002"},
        {"to": "voicemail"},
        {"to": "mobile"},
        {"to": "off"},
    ]
    for step in steps:
        await act("set_forwarding", extension="1000", when=when, **step)
        assert state_of(hass, SENSOR) == ("off" if step["to"] == "off" else when)
        assert shown(hass)[when] == {"to": step["to"], "number": step.get("number")}
    _, switch, start = WIRE[when]
    on = {"extid": "1000", switch: "on"}
    assert sent("extension/update") == [
        {**on, f"{start}to": "Extension", f"{start}ext": "1002"},
        {**on, f"{start}to": "Voicemail"},
        {**on, f"{start}to": "Mobile Number"},
        {"extid": "1000", switch: "off"},
    ]


async def test_it_works_without_the_sensor(
    pbx: Simulator, act: Act, sent: Sent
) -> None:
    """As for all phones whose sensor is disabled; by name, too."""
    await act(
        "set_forwarding", extension="Amy", when="busy", to="extension", number="Jayson"
    )
    assert pbx.state.extensions["1002"].busy_forward == Forward.to_extension("1000")


async def test_a_custom_number_is_dialled_as_every_number_outside(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    act: Act,
    sent: Sent,
) -> None:
    """In the form and with the prefix of the options."""
    hass.config.country = "DE"
    hass.config_entries.async_update_entry(
        loaded, options={CONF_OUTSIDE_PREFIX: "9", CONF_NUMBER_FORMAT: "national"}
    )
    await hass.config_entries.async_reload(loaded.entry_id)
    await act(
        "set_forwarding",
        extension="1000",
        when="always",
        to="custom_number",
        number="+49 30 901820",
    )
    assert sent("extension/update")[-1] == {
        "extid": "1000",
        "alwaysforward": "on",
        "atransferto": "Custom Number",
        "atransferprefix": "9",
        "atransfernum": "030901820",
    }


async def test_another_number_keeps_the_prefix_that_is_set_on_the_pbx(
    hass: HomeAssistant, pbx: Simulator, act: Act
) -> None:
    """Whoever set it knows how calls get out."""
    pbx.state.extensions["1000"].always_forward = Forward(
        on=True, to="Custom Number", prefix="8", number="061111"
    )
    pbx.rename_extension("1000", "Jayson")
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    await act(
        "set_forwarding",
        extension="1000",
        when="always",
        to="custom_number",
        number="061112",
    )
    assert pbx.state.extensions["1000"].always_forward.leads_to("") == "8061112"


async def test_the_ring_time_out_is_set_with_it(
    hass: HomeAssistant, pbx: Simulator, act: Act, sent: Sent
) -> None:
    """In one change, as the PBX applies each for all its phones."""
    await pass_time(hass, 1)
    await act(
        "set_forwarding",
        extension="1000",
        when="no_answer",
        to="voicemail",
        ring_timeout=60,
    )
    assert sent("extension/update") == [
        {
            "extid": "1000",
            "ringtimeout": "60",
            "noanswerforward": "on",
            "ntransferto": "Voicemail",
        }
    ]
    assert shown(hass)["ring_timeout"] == 60


@pytest.mark.parametrize(
    ("to", "number", "key"),
    [
        ("extension", None, "forward_number_needed"),
        ("custom_number", None, "forward_number_needed"),
        ("extension", "1999", "extension_not_found"),
        ("custom_number", "1" * 16, "forward_number"),
    ],
)
async def test_a_number_that_does_not_fit_is_refused(
    hass: HomeAssistant,
    act: Act,
    sent: Sent,
    to: str,
    number: str | None,
    key: str,
) -> None:
    """Before anything is sent, and the sensor stays as it is."""
    await pass_time(hass, 1)
    data = {"number": number} if number else {}
    with refused(key):
        await act(
            "set_forwarding",
            extension="1000",
            when="always",
            to=to,
            ring_timeout=60,
            **data,
        )
    assert sent("extension/update") == []
    assert state_of(hass, SENSOR) == "off"


async def test_an_extension_without_a_mobile_number(act: Act) -> None:
    """The PBX judges, and the error says what is missing."""
    with refused("forward_no_mobile", HomeAssistantError):
        await act("set_forwarding", extension="1000", when="always", to="mobile")


@pytest.mark.parametrize(
    "data", [{"to": "mobile"}, {"to": "custom_number", "number": "061111"}], ids=str
)
async def test_who_may_not_call_outside_may_not_forward_there(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    act: Act,
    sent: Sent,
    ordinary: User,
    data: dict[str, str],
) -> None:
    """It would cost the same; to an extension every user may forward."""
    hass.config_entries.async_update_entry(
        loaded, options={CONF_OUTSIDE_CALLS: ADMINISTRATORS}
    )
    await hass.config_entries.async_reload(loaded.entry_id)
    with refused("outside_administrators"):
        await act(
            "set_forwarding", extension="1000", when="always", user=ordinary, **data
        )
    assert not sent("extension/update")
    await act(
        "set_forwarding",
        extension="1000",
        when="always",
        to="extension",
        number="1002",
        user=ordinary,
    )
    assert len(sent("extension/update")) == 1


async def test_who_may_only_look_may_not_forward(
    act: Act, sent: Sent, reader: User
) -> None:
    """Neither off nor on."""
    with pytest.raises(Unauthorized):
        await act(
            "set_forwarding", extension="1000", when="always", to="off", user=reader
        )
    assert not sent("extension/query")


@pytest.mark.parametrize(
    "data",
    [
        {"when": "always"},
        {"to": "off"},
        {"when": "never", "to": "off"},
        {"when": "always", "to": "moon"},
        {"when": "always", "to": "off", "ring_timeout": 4},
        {"when": "always", "to": "off", "ring_timeout": 301},
    ],
    ids=str,
)
async def test_what_is_no_request(act: Act, data: dict[str, Any]) -> None:
    """Home Assistant itself refuses it."""
    with pytest.raises(vol.Invalid):
        await act("set_forwarding", extension="1000", **data)


async def test_a_forwarding_that_is_not_kept(
    hass: HomeAssistant, pbx: Simulator, act: Act
) -> None:
    """The action fails, and the sensor shows what the PBX has."""
    await pass_time(hass, 1)
    pbx.quirks.forgets = {"always_forward"}
    with refused("setting_not_kept", HomeAssistantError):
        await act("set_forwarding", extension="1000", when="always", to="voicemail")
    assert state_of(hass, SENSOR) == "off"


async def test_a_forwarding_that_waits_is_shown_at_once(
    hass: HomeAssistant, pbx: Simulator, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits together, one thing after the other; none, if the PBX refuses."""
    monkeypatch.setattr(write_queue, "GAP", 0.5)
    await pass_time(hass, 1)
    await act("set_forwarding", extension="1002", when="busy", to="voicemail")
    pbx.refuse_next(10017, "extension/update", count=2)
    waiting = [
        hass.async_create_task(
            act("set_forwarding", extension="1000", to="voicemail", **more)
        )
        for more in ({"when": "always"}, {"when": "busy", "ring_timeout": 60})
    ]
    await asyncio.sleep(0.1)
    assert state_of(hass, SENSOR) == "several"
    assert shown(hass) == {
        "always": {"to": "voicemail", "number": None},
        "no_answer": OFF,
        "busy": {"to": "voicemail", "number": None},
        "ring_timeout": 60,
    }
    for task in waiting:
        with refused("pbx_extension_not_configured", HomeAssistantError):
            await task
    assert state_of(hass, SENSOR) == "off"
    assert shown(hass)["ring_timeout"] == 30


def test_every_choice_has_a_name_on_the_wire() -> None:
    """The tables of this file know all of them."""
    assert set(WIRE) == set(ForwardWhen)
    assert {"off", "voicemail", "extension", "mobile", "custom_number"} == set(
        ForwardTo
    )
