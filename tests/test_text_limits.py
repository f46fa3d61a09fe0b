"""Texts of any length at every door: no request may hold the event loop or the memory."""

from dataclasses import replace
import time
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import intent, llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
import voluptuous as vol

from custom_components.yeastar.actions import ACTIONS
from custom_components.yeastar.actions.action import Action
from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.intent import async_setup_intents
from custom_components.yeastar.llm import ACTING, READING, PbxTool
from custom_components.yeastar.phonebook import numbers
from custom_components.yeastar.phonebook.contact_formats import MAX_FILE
from custom_components.yeastar.text_limits import MAX_MESSAGE, MAX_SAID, MAX_TEXT
from custom_components.yeastar.trigger import CallReceived
from custom_components.yeastar.voice.language import async_language, read_languages
from custom_components.yeastar.voice.spoken_names import Words, find_phone

LONG = "7" * (MAX_MESSAGE + 1)
MOMENT = 1.0
"""Seconds of the processor, a garbage collection included; work that is not linear took 15."""


def text_fields() -> list[tuple[Action, str]]:
    """Return the fields of all actions that take a text of the user's."""
    return [
        (action, str(field))
        for action in ACTIONS
        for field, taken in action.schema.schema.items()
        if _takes(taken, "1000") or _takes(taken, ["1000"])
    ]


def _takes(schema: Any, value: object) -> bool:
    try:
        vol.Schema(schema)(value)
    except vol.Invalid:
        return False
    return True


@pytest.mark.parametrize(
    ("action", "field"),
    text_fields(),
    ids=lambda value: value.name if isinstance(value, Action) else value,
)
def test_no_field_of_an_action_takes_a_text_without_end(
    action: Action, field: str
) -> None:
    """Nor a list of such texts; the text of a whole file may be longer."""
    taken = next(
        schema for name, schema in action.schema.schema.items() if str(name) == field
    )
    is_file = (action.name, field) == ("import_contacts", "text")
    text = "7" * (MAX_FILE + 1) if is_file else LONG

    assert not _takes(taken, text)
    assert not _takes(taken, [text])


@pytest.mark.parametrize("tool", [*READING, *ACTING], ids=lambda tool: tool.name)
def test_no_tool_takes_a_text_without_end(tool: PbxTool) -> None:
    """A language model may send what it was told to send."""
    for field, taken in tool.parameters.schema.items():
        assert not _takes(taken, LONG), field


@pytest.mark.parametrize("intent_type", ["YeastarDial", "YeastarTransfer"])
@pytest.mark.parametrize("characters", [MAX_SAID + 1, 20_000, 1_000_000])
async def test_a_name_without_end_is_refused_in_words_at_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    intent_type: str,
    characters: int,
) -> None:
    """Any logged-in user can post an intent."""
    await async_setup_intents(hass)
    # The languages are read by the first sentence of all.
    await async_language(hass, "en")
    said = ("the " * characters)[:characters]

    started = time.thread_time()
    response = await intent.async_handle(
        hass, DOMAIN, intent_type, {"who": {"value": said}}
    )

    assert time.thread_time() - started < MOMENT
    assert response.error_code is intent.IntentResponseErrorCode.FAILED_TO_HANDLE
    assert response.speech["plain"]["speech"] == "That name is too long for me."


@pytest.mark.parametrize("code", ["de", "en", "es", "fr", "it", "nl", "pt", "zh"])
async def test_the_longest_name_that_is_taken_costs_little_in_a_large_office(
    hass: HomeAssistant, loaded: MockConfigEntry, code: str
) -> None:
    """However many words stand around it."""
    words = read_languages()[code].words
    word = next(iter(words.before))
    said = (word * MAX_SAID)[:MAX_SAID]
    extensions = loaded.runtime_data.inventory.extensions
    for number in map(str, range(2000, 2500)):
        extensions[number] = replace(
            extensions["1000"], number=number, name=f"Person {number}"
        )

    started = time.thread_time()
    with pytest.raises(ServiceValidationError):
        find_phone([loaded.runtime_data], said, words)

    assert time.thread_time() - started < MOMENT


def test_only_a_few_words_are_taken_away_around_a_name() -> None:
    """More than people say."""
    words = Words(before=["the "], after=[" phone"])

    assert words.forms("the the kitchen phone")[-1] == "kitchen"
    assert len(words.forms("the " * 50)) < 8


async def test_a_name_without_end_finds_no_phone(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Wherever it comes from."""
    with pytest.raises(ServiceValidationError) as refused:
        find_phone([loaded.runtime_data], "x" * (MAX_SAID + 1))

    assert refused.value.translation_key == "voice_too_long"


def test_a_text_that_is_no_number_is_not_remembered() -> None:
    """Each of them may have megabytes."""
    numbers.load_countries()
    plan = numbers.NumberPlan("DE")
    numbers._readings.cache_clear()
    for digit in range(10):
        long = str(digit) * 100_000
        assert plan.normalized(long)
        assert not plan.fits(f"{long}*", "030")

    assert numbers._readings.cache_info().currsize == 1


@pytest.mark.parametrize("field", ["config_entry_id", "before", "extension"])
async def test_no_command_of_the_cards_takes_a_text_without_end(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    loaded: MockConfigEntry,
    field: str,
) -> None:
    """Every user has a websocket."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id(
        {"type": f"{DOMAIN}/call_log", field: "x" * (MAX_TEXT + 1)}
    )

    assert (await client.receive_json())["error"]["code"] == "invalid_format"


@pytest.mark.parametrize("field", ["trunk", "caller", "extension"])
async def test_a_trigger_takes_no_text_without_end(
    hass: HomeAssistant, field: str
) -> None:
    """An automation would compare it with every caller."""
    with pytest.raises(vol.Invalid, match="at most"):
        await CallReceived.async_validate_config(hass, {"options": {field: LONG}})


async def test_the_answer_to_a_model_names_the_limit(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """So that it does not try again."""
    context = llm.LLMContext(
        platform="test",
        context=Context(),
        language="en",
        assistant="conversation",
        device_id=None,
    )
    with pytest.raises(vol.Invalid, match="at most"):
        await READING[1].async_call(
            hass, llm.ToolInput(READING[1].name, {"phone": LONG}), context
        )
