"""One way to compare names: what people write in several ways and mean as one."""

from functools import lru_cache
import unicodedata

_APOSTROPHES = dict.fromkeys(
    map(ord, "\u2018\u2019\u201b\u02bb\u02bc\u02b9\u2032\u00b4`\uff07"), "'"
)
_KEPT = "'+"
_OF_A_LETTER = frozenset({0, 7, 8, 9})
"""Combining classes without which a letter is another one: vowel signs, nuktas, voice
marks of kana, viramas. All others are accents."""
_UNSEEN = frozenset("\u034f" + "".join(map(chr, range(0xFE00, 0xFE10))))
"""Marks that choose among the looks of the character before them."""
LONGEST_NAME = 255
"""Characters; longer texts are compared, but not kept in the cache."""


def name_key(name: str) -> str:
    """Return what all ways to write a name have in common.

    Case, accents, blanks, dashes, the kind of apostrophe, Unicode forms and characters
    that are not seen do not matter. A name of nothing but signs is compared as it is.
    """
    return _cached(name) if len(name) <= LONGEST_NAME else _key(name)


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold()
    letters = unicodedata.normalize("NFKD", folded)
    key = " ".join("".join(map(_kept, letters)).split())
    return key or " ".join(unicodedata.normalize("NFKC", name).split())


def _kept(letter: str) -> str:
    """Return what counts of a character: itself, a blank, or nothing."""
    if letter.isalnum() or letter in _KEPT:
        return letter
    match unicodedata.category(letter):
        case "Cf" | "Cc" if not letter.isspace():
            return ""
        case "Mn" | "Mc" if letter not in _UNSEEN:
            return letter if unicodedata.combining(letter) in _OF_A_LETTER else ""
        case "Mn" | "Me":
            return ""
        case _:
            return " "


_cached = lru_cache(maxsize=4096)(_key)
