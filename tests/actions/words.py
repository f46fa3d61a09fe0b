"""What an error says, checked against the sentences people read."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
from string import Formatter

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.yeastar.const import DOMAIN

TEXTS = Path(__file__).parents[2] / "custom_components/yeastar/translations/en.json"
SENTENCES = json.loads(TEXTS.read_text())["exceptions"]


class Said:
    """The sentence of an error, once it was raised."""

    sentence = ""


@contextmanager
def refused(
    key: str, error: type[HomeAssistantError] = ServiceValidationError
) -> Iterator[Said]:
    """Expect an error with exactly this sentence, and nothing missing in it."""
    said = Said()
    with pytest.raises(error) as caught:
        yield said
    err = caught.value
    assert type(err) is error
    assert (err.translation_domain, err.translation_key) == (DOMAIN, key)
    given = err.translation_placeholders or {}
    message = SENTENCES[key]["message"]
    wanted = {name for _, name, _, _ in Formatter().parse(message) if name}
    assert wanted == set(given)
    said.sentence = message.format(**given)
