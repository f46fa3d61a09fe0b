"""From the sentence to the request at the PBX."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import Ask, Sent

DIALS = [
    ("en", "Call the kitchen", "Calling the kitchen."),
    ("de", "Ruf die Kitchen an", "Ich rufe die Kitchen an."),
    ("fr", "Appelle la kitchen", "J'appelle la kitchen."),
    ("es", "Llama a Kitchen", "Llamando a Kitchen."),
    ("it", "Chiama Kitchen", "Chiamo Kitchen."),
    ("nl", "Bel de kitchen", "Ik bel de kitchen."),
    ("pt", "Liga para Kitchen", "A ligar para Kitchen."),
    ("zh", "打电话给Kitchen", "正在呼叫Kitchen。"),
]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "sentence", "answer"), DIALS)
async def test_call_a_phone(
    ask: Ask, sent: Sent, language: str, sentence: str, answer: str
) -> None:
    """The phone of the option calls, in every language."""
    assert await ask(sentence, language) == answer
    (body,) = sent("extension/dial_extension")
    print(body)
