"""Whatever happens, nothing that opens the PBX, a phone or a mailbox is told.

One long day with everything that there is, at debug level, and then a look at all
that a person, a log file or another integration could read of it.
"""

from collections.abc import AsyncGenerator, Mapping
import json
import logging
import traceback
from typing import Any, cast

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
    MATCH_ALL,
)
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.http import Http
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, impatient, pass_time, progress_of
from tests.simulator import Fault, Simulator
from tests.simulator.peer import md5_of

OURS = "custom_components.yeastar"
OLD, NEW, WRONG = "sesame-old-Zq8", "sesame-new-Xw7", "sesame-wrong-Vu6"
ERRNOS = [10003, 10007, 20004, 20006, 20015, 30001, 4711]
PINCODE = "pincode-Kj3"
# Where each of these is a value, some key says that it is a secret.
HIDDEN = {
    "registerpassword": "sip-Aa1",
    "LoginPassword": "web-Bb2",
    "vmsecret": "mailbox-Cc3",
    "password": "queue-Dd4",
    "pincode": PINCODE,
    "token": "token-Ee5",
    "refreshtoken": "token-Ff6",
    "secret": "secret-Gg7",
}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("get_calls", {}),
    ("get_call_log", {}),
    ("get_extension", {"extension": "1000"}),
    ("dial", {"extension": "1000", "number": "1002"}),
    ("dial", {"extension": "1000", "number": "0611111111"}),
    ("hang_up", {"extension": "1000"}),
    ("dial_to_ivr", {"ivr": "6500", "extension": "1000"}),
    (
        "dial_to_queue",
        {"queue": "6700", "number": "0611111111", "permission_of": "1000"},
    ),
    ("transfer", {"call_id": "1495700976.1", "extension": "1000"}),
    ("hold", {"extension": "1002"}),
    ("send_sms", {"number": "0611111111", "message": "hi", "trunk": "GSM-trunk"}),
    ("play_prompt", {"extension": "1000", "prompts": ["hello111"]}),
]


class Ear:
    """Hears everything that is told anywhere."""

    def __init__(self, hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
        """Begin to listen."""
        self._hass = hass
        self._caplog = caplog
        self._events = async_capture_events(hass, MATCH_ALL)
        self.heard: list[str] = []

    def hear(self, what: object) -> None:
        """Keep anything as text."""
        self.heard.append(json.dumps(what, default=repr, ensure_ascii=False))

    def hear_error(self, error: BaseException | None) -> None:
        """Keep an error with all that caused it."""
        while error:
            self.heard += [repr(error), str(error), repr(vars(error))]
            self.heard += traceback.format_exception(error)
            error = error.__cause__ or error.__context__

    def hear_form(
        self, form: ConfigFlowResult, typed: Mapping[str, Any] | None = None
    ) -> None:
        """Keep what a form shows that a person did not type into it just now."""
        schema = form.get("data_schema")
        shown = [
            (str(key), key.description, repr(key.default))
            for key in (schema.schema if schema else ())
            if key.description != {"suggested_value": (typed or {}).get(str(key))}
        ]
        words = (form.get("errors"), form.get("description_placeholders"))
        self.hear([shown, words])

    def look_around(self) -> None:
        """Keep all that is shown now."""
        hass = self._hass
        self.hear([state.as_dict() for state in hass.states.async_all()])
        self.hear(list(dr.async_get(hass).devices))
        self.hear(list(er.async_get(hass).entities.values()))
        self.hear(list(ir.async_get(hass).issues.values()))
        self.hear(hass.config_entries.flow.async_progress())

    @property
    def all(self) -> str:
        """Return everything at once."""
        events = [repr(event.as_dict()) for event in self._events]
        return "\n".join([*self.heard, *events, *self.log_lines])

    @property
    def log_lines(self) -> list[str]:
        """Return what our own loggers wrote, tracebacks included."""
        return [
            self._caplog.handler.format(record)
            for record in self._caplog.records
            if record.name.startswith(OURS)
        ]


@pytest.fixture(autouse=True)
async def pages(hass: HomeAssistant) -> None:
    """Let there be diagnostics and cards: the web server takes nothing new once it started."""
    for component in (DIAGNOSTICS, "websocket_api"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a PBX whose secrets are all different from each other."""
    async with Simulator() as simulator:
        simulator.password = OLD
        for number, extension in simulator.state.extensions.items():
            extension.register_password = f"sip-password-{number}-Qa1"
            extension.login_password = f"web-password-{number}-Ws2"
            extension.voicemail_pin = f"mailbox-pin-{number}-Ed3"
        for number, queue in simulator.state.queues.items():
            queue.password = f"queue-password-{number}-Rf4"
        yield simulator


def secrets_of(pbx: Simulator, webhook_id: str) -> set[str]:
    """Return all that nobody may read."""
    tokens = {str(request.token) for request in pbx.requests}
    tokens |= {str(request.answer.get("token")) for request in pbx.requests}
    assert len(tokens) > 3
    secrets = {webhook_id, *HIDDEN.values(), *(tokens - {"None"})}
    for password in (OLD, NEW, WRONG):
        secrets |= {password, md5_of(password)}
    for extension in pbx.state.extensions.values():
        secrets |= {
            extension.register_password,
            extension.login_password,
            extension.login_password_md5,
            extension.voicemail_pin,
        }
    return secrets | {queue.password for queue in pbx.state.queues.values()}


async def submit(
    hass: HomeAssistant, ear: Ear, flow_id: str, data: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form and listen to what comes back, unless it is the entry itself."""
    result = await hass.config_entries.flow.async_configure(flow_id, data)
    await hass.async_block_till_done()
    ear.hear_form(result, data)
    return result


async def set_up(hass: HomeAssistant, ear: Ear, pbx: Simulator) -> MockConfigEntry:
    """Set a PBX up by the form, after failures of every kind."""
    form = {
        CONF_HOST: pbx.host,
        CONF_PORT: pbx.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: pbx.username,
        CONF_PASSWORD: WRONG,
    }
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    ear.hear_form(result)
    flow_id = result["flow_id"]
    await submit(hass, ear, flow_id, form)
    pbx.clear_lockout()
    form[CONF_PASSWORD] = OLD
    for fault in (Fault.CLOSE, Fault.HTML, Fault.REDIRECT, Fault.GARBAGE):
        pbx.fail_next(fault, 99, "login")
        await submit(hass, ear, flow_id, form)
        pbx.faults.clear()
    for errno in ERRNOS:
        pbx.refuse_next(errno, "deviceinfo/query", 99)
        await submit(hass, ear, flow_id, form)
        pbx.faults.clear()
    result = await submit(hass, ear, flow_id, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: MockConfigEntry = result["result"]  # type: ignore[assignment]
    assert progress_of(entry) is ConfigEntryState.LOADED
    return entry


async def ask(hass: HomeAssistant, ear: Ear, name: str, **data: Any) -> None:
    """Do one thing and listen to what comes of it."""
    answers = hass.services.supports_response(DOMAIN, name)
    try:
        ear.hear(
            await hass.services.async_call(
                DOMAIN,
                name,
                data,
                blocking=True,
                return_response=answers is not SupportsResponse.NONE,
            )
        )
    except HomeAssistantError as error:
        ear.hear_error(error)


async def live(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let people call, and the PBX report what no guide knows."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.answer("1000")
    pbx.hang_up_call(call.callid)
    for action in ("ConfigChange", "NewCdr", "ExtensionStatus", "Strange", "BYE"):
        body = {"action": action, "callid": "1495700976.9", "extension": "1000"}
        pbx.send_report({**body, **HIDDEN, "inner": {"list": [HIDDEN]}})
    pbx.send_report(json.dumps({"password": HIDDEN["password"]}))
    pbx.send_report('{"password":"' + HIDDEN["password"])
    pbx.send_report({"action": "BootUp", "sn": "other", **HIDDEN})
    await deliver(hass, pbx)
    await pass_time(hass, 31)


async def suffer(
    hass: HomeAssistant, ear: Ear, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Let polls and actions fail in every way, being locked out the last of them."""
    for trouble in (*Fault, *ERRNOS, 20002):
        for endpoint in ("extensionlist/query", "extension/query", "login"):
            if isinstance(trouble, Fault):
                pbx.fail_next(trouble, endpoint=endpoint)
            else:
                pbx.refuse_next(trouble, endpoint, 2)
        pbx.expire_tokens()
        await pass_time(hass, 61)
        ear.hear_error(entry.runtime_data.coordinator.last_exception)
        for _ in range(2):
            await ask(hass, ear, "get_extension", extension="1000")
        ear.look_around()
        pbx.faults.clear()


async def log_in_again(
    hass: HomeAssistant, ear: Ear, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Change the password at the PBX, and submit it after a wrong one."""
    # The clock of the lock-out does not follow the test's.
    entry.runtime_data.pbx.client.wait_out(0)
    pbx.password = NEW
    pbx.expire_tokens()
    await pass_time(hass, 700)
    ear.hear_error(entry.runtime_data.coordinator.last_exception)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    for password in (WRONG, NEW):
        form = {CONF_USERNAME: pbx.username, CONF_PASSWORD: password}
        await submit(hass, ear, flow["flow_id"], form)
    assert progress_of(entry) is ConfigEntryState.LOADED


async def look_in(
    hass: HomeAssistant,
    ear: Ear,
    hass_ws_client: WebSocketGenerator,
    entry: MockConfigEntry,
) -> None:
    """Open the options, and ask what the cards ask."""
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    for step in cast(list[str], menu["menu_options"]):
        flow = await options.async_init(entry.entry_id)
        ear.hear_form(
            await options.async_configure(flow["flow_id"], {"next_step_id": step})
        )
    client = await hass_ws_client()
    for command in ("call_log", "phone_book", "subscribe_calls"):
        await client.send_json_auto_id({"type": f"{DOMAIN}/{command}"})
        answer = await client.receive_json()
        assert answer["success"]
        ear.hear(answer)
    told = await client.receive_json()
    assert told["event"]["whole"]
    ear.hear(told)


async def test_a_whole_day_tells_no_secret(
    hass: HomeAssistant,
    reachable: None,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    pbx: Simulator,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not in logs, states, events, answers, errors, issues, forms or diagnostics."""
    monkeypatch.setattr(Http, "exchange", impatient(0.2))
    caplog.set_level(logging.DEBUG, OURS)
    ear = Ear(hass, caplog)

    entry = await set_up(hass, ear, pbx)
    for name, data in ASKED:
        await ask(hass, ear, name, **data)
    await live(hass, pbx)
    ear.look_around()
    await suffer(hass, ear, pbx, entry)
    await log_in_again(hass, ear, pbx, entry)
    ear.look_around()
    await look_in(hass, ear, hass_ws_client, entry)
    client = await hass_client()
    download = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    ear.heard.append(await download.text())
    assert await hass.config_entries.async_unload(entry.entry_id)
    ear.look_around()

    # What was listened to is what it should be.
    told = ear.all
    for word in (
        "extension/query: success",
        "login: failed 20003",
        "missed a poll",
        "dropped a report",
        "PbxRefusedError",
        "yeastar_event",
        "voicemail",
        "sensor.jayson",
        "**REDACTED**",
    ):
        assert word in told, word
    secrets = secrets_of(pbx, entry.data[CONF_WEBHOOK_ID])
    assert not {secret for secret in secrets if secret in told}


async def test_the_log_of_the_simulator_does_not_show_where_reports_go(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """People share the output of the demo, too."""
    caplog.set_level(logging.INFO, "pbx_simulator")
    await hass.config_entries.async_reload(loaded.entry_id)
    lines = [r.getMessage() for r in caplog.records if r.name == "pbx_simulator"]
    (line,) = [line for line in lines if line.startswith("reports go to")]
    assert line.endswith(f"/api/webhook/{WEBHOOK_ID[:4]}…")
    assert not [line for line in lines if WEBHOOK_ID in line]
