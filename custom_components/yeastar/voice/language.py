"""What is said in each language, to us and by us.

The files in `sentences` are in the format of Home Assistant's custom sentences, so
that people can copy them; the key `yeastar`, which Home Assistant ignores, holds the
words around names and our answers.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import language as language_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.yaml import load_yaml_dict

from ..const import DOMAIN
from ..phonebook.callers import CallerId
from ..phonebook.folding import name_key
from .spoken_names import Words

FOLDER = Path(__file__).parent / "sentences"
DEFAULT = "en"
ANSWER = "YeastarAnswer"
"""The intent of a yes or a no, which mean something only after a question."""
RULE = re.compile(r"<(\w+)>")
LIST = re.compile(r"\{\w+:(\w+)\}")

_LANGUAGES: HassKey[asyncio.Task[Mapping[str, Language]]] = HassKey(
    f"{DOMAIN}_languages"
)


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes:
        code: the name of its file.
        source: the file, as it was read.
    """

    code: str
    source: Mapping[str, Any]

    @cached_property
    def words(self) -> Words:
        """Return what people put around names."""
        ours = self.source[DOMAIN]
        polite = [f"{word} " for word in ours["polite"]]
        before = (*polite, *ours["before"], *ours["articles"])
        return Words(
            before=[_heard(word) for word in before],
            after=[_heard(word) for word in (*self._thanks, *ours["after"])],
        )

    @property
    def _thanks(self) -> tuple[str, ...]:
        return tuple(f" {word}" for word in self.source[DOMAIN]["thanks"])

    @cached_property
    def sentences(self) -> list[str]:
        """Return all sentences but answers as sentence triggers take them."""
        return [
            sentence
            for intent in self.source["intents"]
            if intent != ANSWER
            for sentence in self._sentences(intent)
        ]

    @cached_property
    def answers(self) -> list[str]:
        """Return the sentences that answer a question, as sentence triggers take them."""
        return self._sentences(ANSWER)

    def _sentences(self, intent: str) -> list[str]:
        """Return the sentences of an intent, of no rules or lists.

        What is a list is a slot of anything there.
        """
        ours = self.source[DOMAIN]
        before, after = "|".join(ours["polite"]), "|".join(ours["thanks"])
        return [
            f"[({before})] {self._without_rules(sentence)} [({after})]"
            for data in self.source["intents"][intent]["data"]
            for sentence in data["sentences"]
        ]

    def _without_rules(self, sentence: str) -> str:
        rules: Mapping[str, str] = self.source["expansion_rules"]
        whole = RULE.sub(lambda rule: f"({rules[rule[1]]})", sentence)
        return LIST.sub(r"{\1}", whole)

    def answer(self, key: str, **values: str) -> str | None:
        """Return what we say, None if there is nothing for this key."""
        text: str | None = self.source[DOMAIN]["answers"].get(key)
        if text is None:
            return None
        spoken = text.format_map(values)
        return spoken[:1].upper() + spoken[1:]

    def caller(self, name: str) -> str:
        """Return how a caller is called, in words if there is neither name nor number."""
        callers: Mapping[str, str] = self.source[DOMAIN]["callers"]
        return callers[name] if isinstance(name, CallerId) else name

    def split(self, said: str) -> tuple[str, str] | None:
        """Return who is to be called and with which phone, None if none was named.

        Home Assistant prefers sentences with one slot of anything to those with two.
        """
        found = re.fullmatch(self.source[DOMAIN]["from"], said, re.IGNORECASE)
        return (found[1], found[2]) if found else None

    def has_article(self, said: str) -> bool:
        """Return whether what was said can be repeated in a sentence of ours."""
        articles = tuple(self.source[DOMAIN]["articles"])
        heard = said.casefold()
        return heard.startswith(articles) and not heard.endswith(self._thanks)

    def alternatives(self, names: Sequence[str]) -> str:
        """Return names as a question lists them."""
        return self._listed(names, self.source[DOMAIN]["or"])

    def listed(self, names: Sequence[str]) -> str:
        """Return names as a statement lists them."""
        return self._listed(names, self.source[DOMAIN]["and"])

    def _listed(self, names: Sequence[str], last: str) -> str:
        *others, end = names
        return f"{', '.join(others)}{last}{end}" if others else end

    @property
    def time_format(self) -> str:
        """Return how a time of the day is said, for `strftime`."""
        time_format: str = self.source[DOMAIN]["time"]
        return time_format


def _heard(word: str) -> str:
    """Return a word as it is heard, with the spaces that part it from a name."""
    before = " " if word.startswith(" ") else ""
    after = " " if word.endswith(" ") else ""
    return f"{before}{name_key(word)}{after}"


async def async_languages(hass: HomeAssistant) -> Mapping[str, Language]:
    """Return all languages by their codes; they are read once."""
    if _LANGUAGES not in hass.data:
        hass.data[_LANGUAGES] = hass.async_create_task(
            _async_read(hass), "yeastar languages", eager_start=True
        )
    return await asyncio.shield(hass.data[_LANGUAGES])


async def async_language(hass: HomeAssistant, code: str) -> Language:
    """Return the language nearest to a code such as `de-CH`, else English."""
    languages = await async_languages(hass)
    return languages[nearest_language(code, languages)]


def nearest_language(code: str, known: Iterable[str]) -> str:
    """Return which of the known languages a code such as `de-CH` means, else English."""
    return next(iter(language_util.matches(code, known)), DEFAULT)


async def _async_read(hass: HomeAssistant) -> Mapping[str, Language]:
    return await hass.async_add_executor_job(read_languages)


def read_languages() -> Mapping[str, Language]:
    """Read all languages from disk."""
    return {
        path.stem: Language(path.stem, load_yaml_dict(str(path)))
        for path in sorted(FOLDER.glob("*.yaml"))
    }
