"""Text messages."""

import asyncio
from collections.abc import Callable
from urllib.parse import unquote

from homeassistant.auth.models import User
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.features.text_messages import MOBILE_TRUNKS
from tests.simulator import Fault, Simulator
from tests.source import FOLDER

from .conftest import Act, Sent
from .words import refused

TRUNK = "GSM-trunk"


async def test_a_message(pbx: Simulator, act: Act, sent: Sent) -> None:
    """It is encoded as the guide prints it, over v1.0.1, and has an id."""
    text = "你好 & café\n100% ö+"
    answer = await act("send_sms", number="18396 210850", message=text, trunk=TRUNK)
    (body,) = sent("sms/send")
    assert (body["trunk"], body["phonenumber"]) == (TRUNK, "18396210850")
    assert unquote(body["message"]) == text
    assert pbx.sms_sent == [(TRUNK, "18396210850", text)]
    assert answer["sms_id"].startswith("18396210850-")
    assert [r.version for r in pbx.requests if r.endpoint == "sms/send"] == ["v1.0.1"]


async def test_the_longest_message(pbx: Simulator, act: Act, sent: Sent) -> None:
    """Characters count before they are encoded."""
    await act("send_sms", number="1", message="ü" * 2000, trunk=TRUNK)
    with refused("message_too_long") as said:
        await act("send_sms", number="1", message="ü" * 2001, trunk=TRUNK)
    assert "2001" in said.sentence
    assert len(sent("sms/send")) == 1


@pytest.mark.parametrize("message", ["", "  \n"])
async def test_an_empty_message(act: Act, message: str) -> None:
    """There must be something to say."""
    with refused("message_empty"):
        await act("send_sms", number="1", message=message, trunk=TRUNK)


async def test_several_trunks(act: Act) -> None:
    """With several GSM trunks the sentence names them."""
    with refused("gsm_trunk_needed") as said:
        await act("send_sms", number="1", message="Hello")
    assert "GSM-trunk, GSM2-8" in said.sentence
    with refused("gsm_trunk_unknown"):
        await act("send_sms", number="1", message="Hello", trunk="SIP-142")


async def test_a_trunk_can_be_chosen_in_the_editor(
    act: Act, sent: Sent, device_id: Callable[[str], str]
) -> None:
    """It passes on the device; one that sends no messages is refused by its name."""
    await act(
        "send_sms", number="1", message="Hello", trunk=device_id(f"trunk_{TRUNK}")
    )
    assert sent("sms/send")[0]["trunk"] == TRUNK
    with refused("gsm_trunk_unknown") as said:
        await act(
            "send_sms", number="1", message="Hello", trunk=device_id("trunk_SIP-142")
        )
    assert "SIP-142" in said.sentence


def test_the_editor_offers_the_kinds_that_send_messages() -> None:
    """And no others."""
    services = load_yaml_dict(str(FOLDER / "services.yaml"))
    filters = services["send_sms"]["fields"]["trunk"]["selector"]["device"]["filter"]
    assert {item["model"] for item in filters} == MOBILE_TRUNKS


async def test_the_only_trunk(pbx: Simulator, act: Act, sent: Sent) -> None:
    """One GSM trunk is found by itself, none is said so."""
    pbx.remove_trunk("GSM2-8")
    await act("send_sms", number="1", message="Hello")
    assert sent("sms/send")[0]["trunk"] == TRUNK
    pbx.remove_trunk(TRUNK)
    with refused("no_gsm_trunk"):
        await act("send_sms", number="1", message="Hello")


@pytest.mark.parametrize(
    ("status", "key"),
    [
        ("No SIM", "gsm_trunk_no_sim"),
        ("Busy", "gsm_trunk_busy"),
        ("Power Off", "gsm_trunk_not_ready"),
        ("Pin Error", "gsm_trunk_not_ready"),
    ],
)
async def test_a_trunk_that_cannot_send(
    pbx: Simulator, act: Act, sent: Sent, status: str, key: str
) -> None:
    """It is refused by name as it is now, not as the last poll saw it."""
    pbx.set_trunk_status(TRUNK, status)
    with refused(key) as said:
        await act("send_sms", number="1", message="Hello", trunk=TRUNK)
    assert TRUNK in said.sentence
    assert not sent("sms/send")


@pytest.mark.parametrize(
    ("message", "sends"),
    [
        ("\U0001f6a8 Water in the cellar!", "* Water in the cellar!"),
        ("I \u2764\ufe0f you", "I * you"),
        ("\u263a", "*"),
        ("1\ufe0f\u20e3 or 2\u20e3", "1 or 2"),
        ("a \u2705 b \U0001f600\U0001f600\U0001f600", "a * b *"),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea", "* *"),
        ("\u00a9\ufe0f 2026", "\u00a9 2026"),
    ],
)
async def test_emoji(pbx: Simulator, act: Act, message: str, sends: str) -> None:
    """The PBX sends none, but an alarm has to go out; the answer has what was sent."""
    answer = await act("send_sms", number="1", message=message, trunk=TRUNK)
    assert pbx.sms_sent[0][2] == sends
    assert answer["message"] == sends


async def test_signs_that_are_no_emoji(pbx: Simulator, act: Act) -> None:
    """Signs that people write in text go out."""
    text = "20 \u20ac \u2013 \u00a9 \u2122 \u2192 \u0939\u093f\u200d"
    await act("send_sms", number="1", message=text, trunk=TRUNK)
    assert pbx.sms_sent[0][2] == text


@pytest.mark.parametrize(
    ("errno", "key"),
    [
        (10026, "pbx_gsm_module_unknown"),
        (10027, "pbx_gsm_module_busy"),
        (10028, "pbx_phone_number_blank"),
        (10029, "pbx_sms_file_failed"),
        (10030, "pbx_sms_blank"),
        (10031, "pbx_callee_format"),
        (30001, "pbx_internal"),
    ],
)
async def test_what_the_pbx_refuses(
    pbx: Simulator, act: Act, errno: int, key: str
) -> None:
    """Each number has its own sentence."""
    pbx.refuse_next(errno, "sms/send")
    with refused(key, HomeAssistantError):
        await act("send_sms", number="1", message="Hello", trunk=TRUNK)


async def test_a_lost_answer(pbx: Simulator, act: Act, sent: Sent) -> None:
    """A message that may be on its way is not sent again."""
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint="sms/send")
    with refused("unconfirmed", HomeAssistantError):
        await act("send_sms", number="1", message="Hello", trunk=TRUNK)
    assert len(pbx.sms_sent) == 1


async def test_a_person_may_send(act: Act, sent: Sent, ordinary: User) -> None:
    """Unless outside calls are left to administrators."""
    await act("send_sms", number="1", message="Hello", trunk=TRUNK, user=ordinary)
    assert sent("sms/send")


@pytest.mark.parametrize(
    ("outcome", "result"),
    [("Success", "delivered"), ("Succeed", "delivered"), ("Failed", "failed")],
)
@pytest.mark.parametrize("scale", [0.0, 0.05], ids=["before the answer", "later"])
async def test_waiting_for_the_result(
    pbx: Simulator, act: Act, outcome: str, result: str, scale: float
) -> None:
    """The report tells it, however soon it comes; a failure is an answer, no error."""
    pbx.sms_outcome, pbx.timers.scale = outcome, scale
    answer = await act(
        "send_sms", number="0611", message="Hello", trunk=TRUNK, wait_for="result"
    )
    assert answer["sms_id"].startswith("0611-")
    assert (answer["message"], answer["result"]) == ("Hello", result)


async def test_the_result_of_another_message_is_none(
    pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only the report with the id of the message counts."""
    waiting = asyncio.create_task(
        loaded.runtime_data.text_messages.async_send_and_wait("0611", "Hello", TRUNK, 5)
    )
    pbx.send_report({"action": "sms-send", "status": "Failed", "smsid": "0622-1"})
    await pbx.settle()
    assert not waiting.done()
    pbx.timers.scale = 0
    assert (await waiting)[1]


async def test_a_result_that_does_not_come(
    pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The sentence says that the PBX has the message; it is not sent again."""
    pbx.timers.scale = 100
    with refused("sms_no_result", HomeAssistantError) as said:
        await loaded.runtime_data.text_messages.async_send_and_wait(
            "0611", "Hello", TRUNK, 0.05
        )
    assert "0611-" in said.sentence
    assert len(pbx.sms_sent) == 1


async def test_waiting_ends_with_what_the_pbx_refuses(
    pbx: Simulator, act: Act, loaded: MockConfigEntry
) -> None:
    """There is no result to wait for."""
    pbx.refuse_next(10027, "sms/send")
    with refused("pbx_gsm_module_busy", HomeAssistantError):
        await act(
            "send_sms", number="1", message="Hello", trunk=TRUNK, wait_for="result"
        )
