"""The documents say what the code says, in its own words."""

import re

import pytest
from yarl import URL

from .source import FOLDER, ROOT, Texts, texts

ENGLISH = texts("en")
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


def read(name: str) -> str:
    """Return a document with its lines joined, as it is read."""
    return " ".join((DOCS / name).read_text("utf-8").split())


def shown(sentence: str) -> str:
    """Return a sentence as the documents print it, whatever differs left out."""
    return re.sub(r"\{\w+\}", "…", sentence)


@pytest.mark.parametrize("key", ENGLISH["config"]["error"])
def test_whatever_the_form_says_can_be_looked_up(key: str) -> None:
    """By its first sentence, word for word."""
    first = re.match(r".+?\.(?= |$)", shown(ENGLISH["config"]["error"][key]))
    assert first
    assert f"*{first[0]}*" in read("troubleshooting.md")


@pytest.mark.parametrize("key", ENGLISH["issues"])
def test_every_repair_issue_can_be_looked_up(key: str) -> None:
    """By its title, word for word."""
    assert f"*{shown(ENGLISH['issues'][key]['title'])}*" in read("troubleshooting.md")


def test_the_errors_of_actions_that_are_explained_exist() -> None:
    """A sentence that nobody says any more helps nobody."""
    messages = [shown(text["message"]) for text in ENGLISH["exceptions"].values()]
    _, _, chapter = (
        (DOCS / "troubleshooting.md").read_text("utf-8").partition("\n## Actions\n")
    )
    rows = re.findall(r"^\| (\*.*?) \|", chapter.partition("\n## ")[0], re.MULTILINE)
    assert rows
    for row in rows:
        for quoted in re.findall(r"\*(.+?)\*", row):
            parts = [part for part in quoted.split("…") if part.strip()]
            assert any(
                all(part.strip() in message for part in parts) for message in messages
            ), quoted


def names(entities: Texts) -> set[str]:
    """Return what the entities are called; the main one of a device is as the device."""
    return {
        shown(text["name"])
        for platform in entities.values()
        for text in platform.values()
        if "name" in text
    }


@pytest.mark.parametrize("name", sorted(names(ENGLISH["entity"])))
def test_every_entity_is_described(name: str) -> None:
    """By the name it has."""
    assert re.search(rf"(\| |, ){name}[ ,]", read("entities.md")), name


def test_every_picture_is_there_and_shown() -> None:
    """Those that are written as HTML as well."""
    used = {
        (path.parent / link).resolve()
        for path in DOCUMENTS
        for link in re.findall(
            r'(?:!\[[^\]]*\]\(|<img src=")(?!https:)([^)"\s]+)', path.read_text("utf-8")
        )
    }
    assert used == set((DOCS / "images").resolve().iterdir())


def test_every_document_is_found_from_the_readme() -> None:
    """By following links."""
    found: set[str] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        for link in re.findall(r"\]\(([^)#\s]+\.md)", path.read_text("utf-8")):
            target = (path.parent / link).resolve()
            if target.parent == DOCS.resolve() and target.name not in found:
                found.add(target.name)
                waiting.append(target)
    assert found == {path.name for path in DOCS.glob("*.md")}


def test_every_script_is_described() -> None:
    """And no other is named anywhere."""
    scripts = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file()}
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"`?scripts/([\w-]+)", path.read_text("utf-8"))
    }
    # What the others call, and nobody else.
    assert named == scripts - {"setup"}


def test_the_layout_is_as_described() -> None:
    """Each module that is named is where the drawing shows it."""
    text = (DOCS / "contributing.md").read_text("utf-8")
    ours, _, _ = text.partition("\nfrontend/")
    modules = re.findall(r"^(  +)((?:\w+\.py ?)+)", ours, re.MULTILINE)
    assert modules
    for indent, names_of in modules:
        folder = FOLDER / "pbx" if len(indent) > 2 else FOLDER
        for name in names_of.split():
            assert (folder / name).is_file(), name


def test_every_blueprint_is_imported_by_a_button_of_the_readme() -> None:
    """The address in the button is that of the blueprint."""
    folder = ROOT / "blueprints/automation/yeastar"
    addresses = {
        URL(button).query["blueprint_url"]
        for button in re.findall(
            r"\]\((https://my\.home-assistant\.io/redirect/blueprint_import/[^)]+)",
            (ROOT / "README.md").read_text("utf-8"),
        )
    }
    assert addresses == {
        re.search(r"source_url: (\S+)", path.read_text("utf-8"))[1]  # type: ignore[index]
        for path in folder.glob("*.yaml")
    }
