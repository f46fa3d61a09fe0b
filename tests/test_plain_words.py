"""What users read is plain English: docs/contributing.md lists the words not to use."""

from pathlib import Path
import re
from tokenize import COMMENT, tokenize

from homeassistant.util.yaml import parse_yaml
import pytest

from .source import FOLDER, ROOT

GUIDE = (ROOT / "docs/contributing.md").read_text("utf-8")
READ_BY_USERS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "blueprints").rglob("*.yaml")),
    ROOT / "CHANGELOG.md",
    FOLDER / "translations/en.json",
]


def odd_words() -> list[str]:
    """Return the words that the guide for contributors lists as not to be used."""
    _, _, chapter = GUIDE.partition("\n## Plain words\n")
    return re.findall(r"^\| (.+?) \|", chapter, re.MULTILINE)[2:]


ODD = re.compile(rf"\b(?:{'|'.join(map(re.escape, odd_words()))})\b", re.IGNORECASE)


def test_the_guide_lists_words() -> None:
    """Otherwise the tests below would pass for any text."""
    assert "whoever" in odd_words()
    assert ODD.search("Whoever picks it up")


@pytest.mark.parametrize("path", READ_BY_USERS, ids=lambda path: path.name)
def test_texts_use_plain_words(path: Path) -> None:
    """In every text that a user reads."""
    text = path.read_text("utf-8")
    if path.name == "contributing.md":
        text = text.partition("\n## Plain words\n")[0]
    assert not ODD.findall(" ".join(text.split()))


def test_spoken_answers_use_plain_words() -> None:
    """Unlike the sentences that Assist understands, which are what people say."""
    answers = parse_yaml((FOLDER / "voice/sentences/en.yaml").read_text("utf-8"))
    assert isinstance(answers, dict)
    spoken = answers["yeastar"]["answers"].values()
    assert not [answer for answer in spoken if ODD.search(answer)]


PRONOUNS = re.compile(
    r"\b(?:whoever|whatever|somebody|anybody|everybody|nobody|shall)\b", re.IGNORECASE
)


@pytest.mark.parametrize(
    "path",
    sorted(FOLDER.rglob("*.py")),
    ids=lambda path: str(path.relative_to(FOLDER)),
)
def test_comments_name_who_is_meant(path: Path) -> None:
    """A listener, a user, a task, a caller; docstrings as well as comments."""
    with path.open("rb") as file:
        said = [
            token.string
            for token in tokenize(file.readline)
            if token.type == COMMENT or token.string.startswith('"""')
        ]
    assert said
    assert not [text for text in said if PRONOUNS.search(text)]
