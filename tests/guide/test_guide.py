"""Every operation of the guide's chapter on calls, exactly as it prints it."""

from collections.abc import Callable
import json
from typing import Any
from urllib.parse import unquote

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.actions import ACTIONS, get_calls, request
from custom_components.yeastar.const import CONF_SUPERVISION, DOMAIN
from tests.actions.words import SENTENCES
from tests.simulator import Simulator
from tests.simulator.wire import Request

from .facts import ACTION_OF, FACTS, Fact

type Answers = dict[str, dict[str, Any]]

ANSWERING = {
    action.name for action in ACTIONS if action.supports_response.value != "none"
}
EVERY = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.endpoint)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, pbx: Simulator) -> Answers:
    """Return what the PBX answers, by endpoint, instead of what it would."""
    by_endpoint: Answers = {}
    usual = pbx.server._answer

    def answer(request: Request, errno: int | None) -> dict[str, object]:
        if errno is None and request.endpoint in by_endpoint:
            return by_endpoint[request.endpoint]
        return usual(request, errno)

    monkeypatch.setattr(pbx.server, "_answer", answer)
    return by_endpoint


@pytest.fixture
async def perform(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    answers: Answers,
    hass_admin_user: User,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Fact], Any]:
    """Return how an administrator performs an operation of the guide."""
    # The PBX is asked each time, however young its last answer is.
    for module in (get_calls, request):
        monkeypatch.setattr(module, "KNOWN_SECONDS", 0.0)
    hass.config_entries.async_update_entry(loaded, options={CONF_SUPERVISION: True})
    pbx.add_extension("1000000")
    await loaded.runtime_data.coordinator.async_refresh()

    async def call(fact: Fact) -> Any:
        action, data = ACTION_OF[fact.endpoint]
        if "call_id" in data:
            _show(answers, fact.endpoint.split("/")[0], data["call_id"])
        return await hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            context=Context(user_id=hass_admin_user.id),
            return_response=action in ANSWERING,
        )

    return call


def _show(answers: Answers, kind: str, leg_id: object) -> None:
    """Let a query show one call."""
    row = {
        f"{kind}id": leg_id,
        "from": "1002",
        "to": "41000",
        "trunk": "SIP-142",
        "status": "Talking",
        "callee": [{"extid": "1002"}],
    }
    answers[f"{kind}/query"] = {"status": "Success", kind: [row]}


def test_every_operation_has_an_action() -> None:
    """The 30 endpoints of the chapter, and nothing else, are in the table."""
    assert len(FACTS) == 30
    assert {fact.endpoint for fact in FACTS} == set(ACTION_OF)
    assert {name for name, _ in ACTION_OF.values()} <= {a.name for a in ACTIONS}


@EVERY
async def test_the_request(
    pbx: Simulator,
    loaded: MockConfigEntry,
    perform: Callable[[Fact], Any],
    fact: Fact,
) -> None:
    """Method, path, version, query and body are those of the sample."""
    pbx.requests.clear()
    if fact.endpoint.endswith("/query"):
        # All calls are asked for; the sample asks for one of them.
        client = loaded.runtime_data.pbx.client
        ask = {"inbound": client.inbound_calls, "outbound": client.outbound_calls}
        kind = fact.endpoint.split("/")[0]
        await ask[kind](json.loads(fact.request)[f"{kind}id"])
    else:
        try:
            await perform(fact)
        except HomeAssistantError as err:
            # The PBX knows nothing of the sample's calls; it was asked though.
            assert "pbx_" in str(err.translation_key)  # noqa: PT017
    (request,) = [item for item in pbx.requests if item.endpoint == fact.endpoint]
    assert request.method == "POST"
    assert request.path == f"/api/{fact.version}/{fact.endpoint}"
    assert set(request.query) == {"token"}
    body, sample = json.loads(request.raw), json.loads(fact.request)
    if "message" in sample:
        body["message"] = unquote(body["message"])
        sample["message"] = unquote(sample["message"])
    assert body == sample


async def test_all_calls_are_asked_for_without_a_parameter(
    pbx: Simulator, perform: Callable[[Fact], Any]
) -> None:
    """Sending no parameter means all."""
    pbx.requests.clear()
    await perform(FACTS[0])
    for endpoint in ("inbound/query", "outbound/query"):
        (request,) = [item for item in pbx.requests if item.endpoint == endpoint]
        assert not json.loads(request.raw)


@EVERY
async def test_the_response(
    answers: Answers, perform: Callable[[Fact], Any], fact: Fact
) -> None:
    """Each sample that is JSON is understood."""
    for raw in fact.responses:
        # The chapter closes one string with a curly quote.
        response = json.loads(raw.replace("”", '"'))
        answers[fact.endpoint] = response
        if response["status"] == "Failed":
            with pytest.raises(HomeAssistantError):
                await perform(fact)
            continue
        answer = await perform(fact)
        if "callid" in response:
            assert answer["call_id"] == response["callid"]
        elif "smsid" in response:
            assert answer["sms_id"] == response["smsid"]
        elif fact.endpoint.endswith("/query"):
            (row,) = response[fact.endpoint.split("/")[0]]
            (call,) = answer["calls"]
            assert (call["from"], call["to"]) == (row["from"], row["to"])
            assert (call["trunk"], call["status"]) == (row["trunk"], "talking")
            assert call["leg_ids"] == [row[fact.endpoint.replace("/query", "id")]]
        else:
            assert answer is None


@EVERY
async def test_the_errors(
    pbx: Simulator, perform: Callable[[Fact], Any], fact: Fact
) -> None:
    """Each possible error has a sentence of its own, and nothing is repeated."""
    for errno in fact.errors:
        before = sum(item.endpoint == fact.endpoint for item in pbx.requests)
        pbx.refuse_next(errno, fact.endpoint)
        with pytest.raises(HomeAssistantError) as caught:
            await perform(fact)
        key = str(caught.value.translation_key)
        assert key.startswith("pbx_")
        assert key != "pbx_refused"
        assert SENTENCES[key]["message"].rstrip(".") in str(caught.value) + "."
        after = sum(item.endpoint == fact.endpoint for item in pbx.requests)
        assert after == before + 1
