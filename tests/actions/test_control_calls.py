"""What is done to calls that live, who may listen, and what is answered."""

from collections.abc import Callable
import json
import time
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.logbook import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers.service import async_get_all_descriptions
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar import logbook
from custom_components.yeastar.actions import ACTIONS, get_calls, request
from custom_components.yeastar.const import (
    CONF_SUPERVISION,
    DOMAIN,
    EVENT_YEASTAR,
    EVENT_YEASTAR_ACTION,
)
from tests.simulator import Fault, Forward, Simulator

from .conftest import Act, Sent
from .words import refused

VERBS = {"hold": "hold", "resume": "unhold", "mute": "mute", "unmute": "unmute"}


@pytest.mark.parametrize("action", VERBS)
async def test_verbs(pbx: Simulator, act: Act, sent: Sent, action: str) -> None:
    """Each does its one thing to the call of an extension."""
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    if action == "resume":
        pbx.hold("1000")
    assert await act(action, extension="Jayson") is None
    assert sent(f"extension/{VERBS[action]}") == [{"extid": "1000"}]


@pytest.mark.parametrize("action", VERBS)
async def test_verbs_that_fail(
    pbx: Simulator, act: Act, sent: Sent, reader: User, action: str
) -> None:
    """No call, no rights, lost, nonsense, gone."""
    endpoint = f"extension/{VERBS[action]}"
    with refused("pbx_no_call", HomeAssistantError):
        await act(action, extension="1000")
    with pytest.raises(Unauthorized):
        await act(action, extension="1000", user=reader)
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint=endpoint)
    with refused("unconfirmed", HomeAssistantError):
        await act(action, extension="1000")
    pbx.fail_next(Fault.GARBAGE, endpoint=endpoint)
    with refused("nonsense", HomeAssistantError):
        await act(action, extension="1000")
    assert len(sent(endpoint)) == 3
    await pbx.stop()
    with refused("cannot_connect", HomeAssistantError):
        await act(action, extension="1000")


# Supervision

MONITOR = {"supervisor": "Supervisor", "extension": "1002"}


async def test_supervision_is_off(act: Act, hass_admin_user: User) -> None:
    """Nobody listens before somebody switched it on."""
    with refused("supervision_off"):
        await act("monitor", mode="listen", user=hass_admin_user, **MONITOR)


async def test_who_may_listen(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Act, sent: Sent, ordinary: User
) -> None:
    """Neither ordinary people nor automations, whatever the option says."""
    hass.config_entries.async_update_entry(loaded, options={CONF_SUPERVISION: True})
    for user in (None, ordinary):
        with refused("supervision_administrators"):
            await act("monitor", mode="listen", user=user, **MONITOR)
    assert not sent("extension/listen")


@pytest.mark.parametrize(
    ("mode", "endpoint", "fields"),
    [
        ("listen", "listen", ("listener", "listenedext")),
        ("whisper", "whisper", ("whisperer", "whisperedext")),
        ("barge_in", "barge", ("bargein", "bargedext")),
    ],
)
async def test_monitor(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
    sent: Sent,
    hass_admin_user: User,
    mode: str,
    endpoint: str,
    fields: tuple[str, str],
) -> None:
    """An administrator listens, and the logbook names who, whom and how."""
    hass.config_entries.async_update_entry(loaded, options={CONF_SUPERVISION: True})
    events = async_capture_events(hass, EVENT_YEASTAR_ACTION)
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    await act("monitor", mode=mode, user=hass_admin_user, **MONITOR)
    assert sent(f"extension/{endpoint}") == [{fields[0]: "1005", fields[1]: "1002"}]
    (event,) = events
    assert event.context.user_id == hass_admin_user.id
    line = _line(hass, event)
    assert line[LOGBOOK_ENTRY_NAME] == "Supervisor"
    assert "Amy" in line[LOGBOOK_ENTRY_MESSAGE]
    assert str(hass_admin_user.name) in line[LOGBOOK_ENTRY_MESSAGE]


def _line(hass: HomeAssistant, event: Event[Any]) -> dict[str, Any]:
    """Return the line of the logbook for an event."""
    described: dict[str, Callable[[Event], dict[str, Any]]] = {}
    logbook.async_describe_events(
        hass, lambda domain, name, describe: described.update({name: describe})
    )
    return described[EVENT_YEASTAR_ACTION](event)


async def test_an_open_microphone_in_the_logbook(hass: HomeAssistant, act: Act) -> None:
    """An automation has no name."""
    events = async_capture_events(hass, EVENT_YEASTAR_ACTION)
    await act("dial", extension="1000", number="1002", auto_answer=True)
    line = _line(hass, events[0])
    assert line[LOGBOOK_ENTRY_NAME] == "Jayson"
    assert "automation" in line[LOGBOOK_ENTRY_MESSAGE]


@pytest.mark.parametrize(
    ("supervisor", "extension", "key"),
    [
        ("1005", "1005", "monitors_itself"),
        ("1999", "1002", "extension_not_found"),
    ],
)
async def test_wrong_supervision(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    act: Act,
    hass_admin_user: User,
    supervisor: str,
    extension: str,
    key: str,
) -> None:
    """What is known to be wrong is not sent."""
    hass.config_entries.async_update_entry(loaded, options={CONF_SUPERVISION: True})
    with refused(key):
        await act(
            "monitor",
            supervisor=supervisor,
            extension=extension,
            mode="listen",
            user=hass_admin_user,
        )


# Calls the PBX offers


async def test_accept_and_refuse(
    hass: HomeAssistant, pbx: Simulator, act: Act, sent: Sent, loaded: MockConfigEntry
) -> None:
    """A call that we refuse is missed by nobody."""
    pbx.state.trunks["SIP-142"].answering_control = True
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pbx.settle()
    await act("accept_call", call_id=call.callid)
    assert sent("inbound/accept") == [{"inboundid": call.callid}]
    assert not call.offered
    with refused("pbx_control_too_late", HomeAssistantError):
        await act("refuse_call", call_id=call.callid)
    pbx.outside_hangs_up(call)
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pbx.settle()
    await act("refuse_call", call_id=call.callid)
    assert sent("inbound/refuse")[-1] == {"inboundid": call.callid}
    assert call.ended
    await pbx.settle()
    loaded.runtime_data.pbx.tick(time.monotonic() + 10)
    logged = loaded.runtime_data.calls.log[call.callid]
    assert not logged.missed
    assert logged.outcome == "refused"


async def test_refusing_by_an_automation_is_fast(
    hass: HomeAssistant, pbx: Simulator, act: Act, sent: Sent
) -> None:
    """From the report to the request goes less than the ten seconds that a PBX waits."""
    pbx.state.trunks["SIP-142"].answering_control = True

    async def refuse(event: Event) -> None:
        if event.data["type"] == "invite":
            await act("refuse_call", call_id=event.data["call_id"])

    hass.bus.async_listen(EVENT_YEASTAR, refuse)
    started = time.monotonic()
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pbx.settle()
    await hass.async_block_till_done()
    assert call.ended
    assert time.monotonic() - started < 8


async def test_only_inbound_calls_are_offered(pbx: Simulator, act: Act) -> None:
    """An outbound call is nobody's to accept."""
    call = pbx.outgoing_call("1002", "41000")
    await pbx.settle()
    with refused("call_not_inbound"):
        await act("accept_call", call_id=call.callid)
    with refused("call_not_found"):
        await act("refuse_call", call_id="1.1")


async def test_calls_of_nobody(
    hass: HomeAssistant,
    pbx: Simulator,
    act: Act,
    ordinary: User,
    reader: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A caller in an IVR is for those who may control everybody's calls."""
    monkeypatch.setattr(request, "KNOWN_SECONDS", 0.0)
    call = pbx.outside_call("5503301", to="6500", trunk="SIP-142")
    await pbx.settle()
    with pytest.raises(Unauthorized):
        await act("hang_up", call_id=call.callid, user=reader)
    await act("hang_up", call_id=call.callid, user=ordinary)
    assert call.ended


# Queries


async def test_get_calls(
    pbx: Simulator, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All calls, or those of one extension, fresh from the PBX."""
    monkeypatch.setattr(get_calls, "KNOWN_SECONDS", 0.0)
    pbx.report_target = None
    inbound = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    outbound = pbx.outgoing_call("1002", "41000")
    answer = await act("get_calls")
    assert {call["direction"] for call in answer["calls"]} == {"inbound", "outbound"}
    (call,) = (await act("get_calls", extension="Jayson"))["calls"]
    assert call["call_id"] == inbound.callid
    assert call["leg_ids"] == [inbound.callid]
    assert (call["from"], call["to"], call["trunk"]) == ("5503301", "1000", "SIP-142")
    assert call["extensions"] == ["1000"]
    assert (call["status"], call["answered"]) == ("ringing", None)
    json.dumps(answer)
    (call,) = (await act("get_calls", extension="1002"))["calls"]
    assert call["leg_ids"] == [outbound.outside_legs[0].id]
    await pbx.stop()
    with refused("cannot_connect", HomeAssistantError):
        await act("get_calls")


async def test_get_extension(
    pbx: Simulator, act: Act, reader: User, ordinary: User
) -> None:
    """Everything but the passwords."""
    extension = pbx.state.extensions["1000"]
    extension.always_forward = Forward.to_extension("1002")
    answer = await act("get_extension", extension="Jayson", user=ordinary)
    assert (answer["number"], answer["name"], answer["state"]) == (
        "1000",
        "Jayson",
        "idle",
    )
    assert answer["always_forward"] == {
        "to": "extension",
        "number": "1002",
        "prefix": "",
    }
    assert answer["busy_forward"] == {"to": "off", "number": "", "prefix": ""}
    assert (answer["may_be_monitored"], answer["ring_timeout"]) == (True, 30)
    text = json.dumps(answer)
    for secret in (
        extension.register_password,
        extension.login_password_md5,
        extension.voicemail_pin,
    ):
        assert secret not in text
    with pytest.raises(Unauthorized):
        await act("get_extension", extension="1000", user=reader)
    pbx.fail_next(Fault.MISSING_LIST, endpoint="extension/query")
    with refused("nonsense", HomeAssistantError):
        await act("get_extension", extension="1000")


async def test_every_action_is_described(hass: HomeAssistant, act: Act) -> None:
    """The Actions page knows each by name, with all of its fields."""
    # Notify's own descriptions would need what cameras and players require.
    for name in hass.services.async_services_for_domain("notify"):
        hass.services.async_remove("notify", name)
    described = (await async_get_all_descriptions(hass))[DOMAIN]
    for action in ACTIONS:
        fields = {str(key) for key in action.schema.schema}
        assert set(described[action.name]["fields"]) == fields, action.name
