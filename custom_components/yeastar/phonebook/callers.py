"""What a line shows in the place of a caller: a number, an address, words or nothing.

Callers choose it themselves. What is no number is shortened to a few words without any
character that means something to Markdown, HTML, SSML or a template.
"""

from enum import StrEnum
import re
import unicodedata
from urllib.parse import unquote

from .folding import name_key

LONGEST_WORDS = 32
MAX_WORDS = 3
"""Enough for most names, too few for a sentence."""

_DIALLABLE = frozenset("0123456789+*#")
_BETWEEN_DIGITS = frozenset("/.\u00b7\u2022\u2027\u2024\u30fb_~|\\'\u2212\u30fc")
"""Separators besides dashes, brackets, blanks and characters that are not seen."""
_SCHEME = re.compile(r"(?:sips?|tel|callto):(?://)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]*)>(?:;[^<>]*)?")
_AFTER_USER = re.compile(r"@|[;?](?=[A-Za-z])")
"""What ends the number in an address: a host, or a parameter, which has a name."""
_CONTEXT = re.compile(r";phone-context=(\+\d+)", re.IGNORECASE)
_NOWHERE = "@anonymous.invalid"
"""The host of callers who withhold their number (RFC 3323)."""

# RFC 3323, Asterisk, and what exchanges and providers of several countries send.
_WITHHELD = frozenset(
    map(
        name_key,
        (
            *("anonymous", "anonym", "anonyme", "anónimo", "anônimo", "anoniem"),
            *("private", "private number", "private caller", "private name", "p"),
            *("restricted", "restricted number", "restricted caller", "withheld"),
            *(
                "number withheld",
                "caller withheld",
                "id withheld",
                "caller id withheld",
            ),
            *("blocked", "blocked number", "blocked caller", "caller id blocked"),
            *("hidden", "hidden number", "no caller id", "no callerid", "no id"),
            *("secret", "secret number", "confidential", "266696687"),
            *("privat", "unterdrückt", "rufnummer unterdrückt", "nummer unterdrückt"),
            *("privé", "numéro privé", "masqué", "numéro masqué", "appel masqué"),
            *("privado", "número privado", "oculto", "número oculto"),
            *("privato", "numero privato", "nascosto", "numero nascosto"),
            *("privénummer", "afgeschermd", "afgeschermd nummer", "geheim nummer"),
            *("匿名", "匿名号码", "匿名来电", "私人号码", "隐藏号码", "非通知"),
        ),
    )
)
_UNKNOWN = frozenset(
    map(
        name_key,
        (
            *("asterisk", "s", "o", "out of area", "unavailable", "unavail"),
            *("not available", "number unavailable", "number not available", "n/a"),
            *("unknown", "unknown number", "unknown caller", "unknown name"),
            *("no number", "none", "null", "nil", "undefined", "invalid"),
            *("unbekannt", "unbekannte nummer", "unbekannter anrufer"),
            *("inconnu", "numéro inconnu", "appelant inconnu"),
            *("desconocido", "número desconocido"),
            *("desconhecido", "número desconhecido"),
            *("sconosciuto", "numero sconosciuto", "onbekend", "onbekend nummer"),
            *("未知", "未知号码", "未知来电"),
        ),
    )
)


class CallerId(StrEnum):
    """Why a caller has no number.

    Attributes:
        WITHHELD: the caller does not want to show it.
        UNKNOWN_NUMBER: no network told it.
    """

    WITHHELD = "withheld"
    UNKNOWN_NUMBER = "unknown_number"


def without_separators(number: str) -> str:
    """Return a number without what stands in it for the eye, in ASCII digits."""
    if number.isascii() and number.isalnum():
        return number
    return "".join(map(_tidied, unicodedata.normalize("NFKC", number)))


def _tidied(character: str) -> str:
    if character in _DIALLABLE:
        return character
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    if character == "\u2217":
        return "*"
    # Blanks, control and format characters, marks, dashes and brackets.
    kind = unicodedata.category(character)
    between = kind[0] in "ZM" or kind in ("Cc", "Cf", "Pd", "Ps", "Pe", "Pi", "Pf")
    return "" if between or character in _BETWEEN_DIGITS else character


def undiallable(number: str) -> str | None:
    """Return the first character that is on no telephone, None if all are."""
    return next((letter for letter in number if letter not in _DIALLABLE), None)


def bare(shown: str) -> str:
    """Return the number in an address such as `sip:+4930123@host`; else all of it.

    `tel:` and `sip:` addresses, `"Name" <address>`, `number@host`, parameters.
    """
    if shown.isascii() and shown.isdigit():
        return shown
    address = shown.strip()
    if match := _IN_BRACKETS.fullmatch(address):
        address = match[1].strip()
    if scheme := _SCHEME.match(address):
        address = address[scheme.end() :]
    user = unquote(_AFTER_USER.split(address, maxsplit=1)[0]).strip()
    if not scheme and not _is_number(user):
        return shown.strip()
    context = _CONTEXT.search(address)
    return context[1] + user if context and not user.startswith("+") else user


def missing_number(caller: str) -> CallerId | None:
    """Return why there is no number in what a line shows, None if there is one."""
    if _NOWHERE in caller.casefold():
        return CallerId.WITHHELD
    word = name_key(bare(caller).partition("@")[0])
    digits = word.replace(" ", "").removeprefix("+")
    if word in _WITHHELD or digits in _WITHHELD:
        return CallerId.WITHHELD
    if word in _UNKNOWN or not digits.strip("0") or not any(map(str.isalnum, word)):
        return CallerId.UNKNOWN_NUMBER
    return None


def shown_caller(caller: str) -> str:
    """Return what people, programs and models get to see of a person outside.

    A number without separators, or a few harmless words; empty if nothing is left.
    """
    number = bare(caller)
    digits = without_separators(number)
    return digits if _is_number(number) else harmless(number)


def harmless(words: str) -> str:
    """Return the first words of a text, without all that is no letter or digit."""
    kept = "".join(c if _is_of_a_word(c) else " " for c in words)
    parted = (part.strip("-'") for part in kept.split())
    first = " ".join([part for part in parted if part][:MAX_WORDS])
    return first[:LONGEST_WORDS].rstrip()


def _is_of_a_word(character: str) -> bool:
    return (
        character.isalnum()
        or character in "-'\u2019"
        or unicodedata.category(character)[0] == "M"
    )


def _is_number(text: str) -> bool:
    digits = without_separators(text)
    return any(map(str.isdigit, digits)) and undiallable(digits) is None
