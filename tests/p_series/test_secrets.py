"""Client Secret and tokens of a P-Series are told nowhere, though each URL has a token."""

from collections.abc import AsyncGenerator
import logging
from typing import Any

from homeassistant.components.diagnostics import DOMAIN as DIAGNOSTICS
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.yeastar.const import DOMAIN
from tests.helpers import progress_of
from tests.simulator.p_series import Fault, PSeriesSimulator
from tests.test_secrets import HIDDEN, Ear, ask, look_in, submit

from .conftest import deliver, until

OLD, NEW, WRONG = "sesame-old-Zq8", "sesame-new-Xw7", "sesame-wrong-Vu6"
FAULTS = (
    Fault.CLOSE,
    Fault.HTML,
    Fault.REDIRECT,
    Fault.GARBAGE,
    Fault.HALF,
    Fault.HTTP_500,
    Fault.NOT_OBJECT,
)
ERRCODES = (-1, 10001, 10004, 10005, 40002, 60001, 4711)
ENDPOINTS = ("extension/list", "call/query", "extension/get", "refresh_token")
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("get_calls", {}),
    ("get_call_log", {}),
    ("get_extension", {"extension": "1000"}),
    ("dial", {"extension": "1000", "number": "1002"}),
    ("dial", {"extension": "1000", "number": "0611111111"}),
    ("hang_up", {"extension": "1000"}),
    ("transfer", {"call_id": "1495700976.1", "extension": "1000"}),
    ("hold", {"extension": "1002"}),
    ("send_sms", {"number": "0611111111", "message": "hi", "trunk": "GSM-trunk"}),
    ("play_prompt", {"extension": "1000", "prompts": ["hello111"]}),
]
TELLS_SECRETS = ("pbx_simulator", "pytest_homeassistant_custom_component")
"""Loggers of the tests, which write down what goes in and out."""


@pytest.fixture(autouse=True)
async def pages(hass: HomeAssistant) -> None:
    """Let there be diagnostics and cards: the web server takes nothing new once it started."""
    for component in (DIAGNOSTICS, "websocket_api"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a PBX whose Client Secret is no other word."""
    async with PSeriesSimulator() as simulator:
        simulator.client_secret = OLD
        yield simulator


def tokens_of(pbx: PSeriesSimulator) -> set[str]:
    """Return every token that was ever given or sent."""
    given = {
        str(request.answer.get(kind))
        for request in pbx.requests
        if request.endpoint in ("get_token", "refresh_token") and request.answer
        for kind in ("access_token", "refresh_token")
    }
    sent = {str(request.query.get("access_token")) for request in pbx.requests}
    return (given | sent) - {"None", ""}


async def set_up(
    hass: HomeAssistant, ear: Ear, pbx: PSeriesSimulator
) -> MockConfigEntry:
    """Set a PBX up by the form, after a wrong secret and failures."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    form = {
        CONF_HOST: pbx.host,
        CONF_PORT: pbx.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: pbx.client_id,
        CONF_PASSWORD: WRONG,
    }
    await submit(hass, ear, result["flow_id"], form)
    form[CONF_PASSWORD] = OLD
    for fault in FAULTS:
        pbx.fail_next(fault, 2, "get_token")
        await submit(hass, ear, result["flow_id"], form)
        pbx.faults.clear()
    created: ConfigFlowResult = await submit(hass, ear, result["flow_id"], form)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    entry: MockConfigEntry = created["result"]  # type: ignore[assignment]
    assert progress_of(entry) is ConfigEntryState.LOADED
    return entry


async def live(hass: HomeAssistant, pbx: PSeriesSimulator) -> None:
    """Let people call, and the PBX tell what no guide knows."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    pbx.hang_up("1000")
    for kind in (30007, 30011, 30012, 30015, 30022, 30034, 99999):
        pbx.send_event(kind, {"extension": "1000", **HIDDEN, "inner": [HIDDEN]})
    pbx.send_report('{"password":"' + HIDDEN["password"])
    await deliver(hass, pbx)


async def suffer(
    hass: HomeAssistant, ear: Ear, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Let requests, tokens and the websocket fail in every way."""
    runtime = entry.runtime_data
    for trouble in (*FAULTS, *ERRCODES):
        for endpoint in ENDPOINTS:
            if isinstance(trouble, Fault):
                pbx.fail_next(trouble, 2, endpoint)
            else:
                pbx.refuse_next(trouble, endpoint)
        pbx.expire_tokens()
        await runtime.coordinator.async_refresh()
        ear.hear_error(runtime.coordinator.last_exception)
        await ask(hass, ear, "get_extension", extension="1000")
        pbx.faults.clear()
        pbx.cut_sockets()
    ear.look_around()
    await runtime.coordinator.async_refresh()
    assert runtime.is_available


async def test_a_whole_day_tells_no_secret(
    hass: HomeAssistant,
    reachable: None,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    pbx: PSeriesSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in logs, states, events, answers, errors, issues, forms or diagnostics."""
    caplog.set_level(logging.DEBUG)
    ear = Ear(hass, caplog)

    entry = await set_up(hass, ear, pbx)
    await until(lambda: entry.runtime_data.health.works)
    await live(hass, pbx)
    for name, data in ASKED:
        await ask(hass, ear, name, **data)
    ear.look_around()
    await suffer(hass, ear, pbx, entry)
    pbx.client_secret = NEW
    await entry.runtime_data.coordinator.async_refresh()
    ear.hear_error(entry.runtime_data.coordinator.last_exception)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    for secret in (WRONG, NEW):
        form = {CONF_USERNAME: pbx.client_id, CONF_PASSWORD: secret}
        await submit(hass, ear, flow["flow_id"], form)
    assert progress_of(entry) is ConfigEntryState.LOADED
    ear.look_around()
    await look_in(hass, ear, hass_ws_client, entry)
    client = await hass_client()
    download = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    ear.heard.append(await download.text())
    assert await hass.config_entries.async_unload(entry.entry_id)
    ear.look_around()

    # What was listened to is what it should be.
    logs = [
        caplog.handler.format(record)
        for record in caplog.records
        if not record.name.startswith(TELLS_SECRETS)
    ]
    told = "\n".join([ear.all, *logs])
    for word in (
        "GET extension/get: 0",
        "POST refresh_token: 0",
        "sends no events",
        "dropped a report",
        "yeastar_event",
        "sensor.jayson",
        "**REDACTED**",
    ):
        assert word in told, word
    tokens = tokens_of(pbx)
    assert len(tokens) > 5
    secrets = {*tokens, *HIDDEN.values(), OLD, NEW, WRONG, entry.data[CONF_WEBHOOK_ID]}
    assert not {secret for secret in secrets if secret in told}
