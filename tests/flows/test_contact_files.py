"""Contacts of a file, contacts as a file, and many contacts at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
import re
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER, SubentryFlowContext
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar.flows import contact_files
from custom_components.yeastar.flows.contact_files import SUBENTRY_CONTACT_FILES
from tests.helpers import add_contact

FILE_ID = "0123456789abcdef0123456789abcdef"

type Upload = Callable[[str], object]

CARDS = """BEGIN:VCARD
FN:Grandma
TEL:030 123456
END:VCARD
BEGIN:VCARD
FN:Anna
TEL:030 123456
TEL:0171 1
END:VCARD
BEGIN:VCARD
FN:Jayson
TEL:0171 2
END:VCARD
BEGIN:VCARD
FN:Extension
TEL:1000
END:VCARD
BEGIN:VCARD
FN:0171 3
TEL:0171 3
END:VCARD
"""


async def choose(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> Any:
    """Return the form of a step."""
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CONTACT_FILES),
        context=SubentryFlowContext(source=SOURCE_USER),
    )
    assert menu["menu_options"] == ["import_file", "export_file", "change_many"]
    return await submit(hass, menu, {"next_step_id": step})


async def submit(hass: HomeAssistant, form: Any, answers: dict[str, Any]) -> Any:
    """Submit a form."""
    flow_id = form["flow_id"]
    result = await hass.config_entries.subentries.async_configure(flow_id, answers)
    await hass.async_block_till_done()
    return result


@pytest.fixture
def upload(tmp_path: Path) -> Iterator[Upload]:
    """Return how to change the file that is uploaded."""
    path = tmp_path / "contacts.vcf"
    path.write_text(CARDS)

    @contextmanager
    def uploaded(hass: HomeAssistant, file_id: str) -> Iterator[Path]:
        yield path

    with patch.object(contact_files, "process_uploaded_file", uploaded):
        yield path.write_text


def contacts(entry: MockConfigEntry) -> dict[str, Any]:
    """Return what is known of each contact."""
    return {
        subentry.title: dict(subentry.data) for subentry in entry.subentries.values()
    }


async def test_a_file_adds_contacts(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    """One that is there gets the numbers it lacks; what cannot be is named."""
    hass.config.country = "DE"
    await add_contact(hass, loaded, "Grandma", "+49 30 123456", "0171 9")
    await add_contact(hass, loaded, "anna", "0172 1")
    form = await choose(hass, loaded, "import_file")
    result = await submit(hass, form, {"file": FILE_ID, "voice": True})
    assert result["reason"] == "imported_some"
    assert result["description_placeholders"] == {
        "added": "0",
        "changed": "1",
        "unchanged": "1",
        "refused": "Jayson, Extension, 0171 3",
    }
    assert contacts(loaded) == {
        "Grandma": {"numbers": ["+49 30 123456", "0171 9"], "voice": False},
        "anna": {"numbers": ["0172 1", "030 123456", "0171 1"], "voice": False},
    }
    assert loaded.runtime_data.contacts.named("Anna")


async def test_new_contacts_may_be_called_by_voice(
    hass: HomeAssistant, loaded: MockConfigEntry, upload: Upload
) -> None:
    """If the form says so; of two cards of one name, one contact is made."""
    upload("Name,Number\nAnn,030 1\nann,030 2\n")
    form = await choose(hass, loaded, "import_file")
    result = await submit(hass, form, {"file": FILE_ID, "voice": True})
    assert result["reason"] == "imported"
    assert contacts(loaded) == {"Ann": {"numbers": ["030 1", "030 2"], "voice": True}}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("Name,Number\n", "no_contacts"),
        ("x" * 5_000_001, "no_contacts"),
        ("Name,Number\n" + "Ann,1\n" * 2001, "too_many_contacts"),
    ],
    ids=["empty", "large", "many"],
)
async def test_a_file_that_cannot_be_imported_is_told_of(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    upload: Upload,
    content: str,
    error: str,
) -> None:
    """At its field; another one can be chosen."""
    upload(content)
    form = await choose(hass, loaded, "import_file")
    result = await submit(hass, form, {"file": FILE_ID, "voice": True})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"file": error}
    assert not contacts(loaded)


@pytest.mark.parametrize(
    ("kind", "content_type", "begin"),
    [("vcard", "text/vcard", "BEGIN:VCARD"), ("csv", "text/csv", "Name,Numbers")],
)
async def test_contacts_are_downloaded(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    kind: str,
    content_type: str,
    begin: str,
) -> None:
    """By the links of the form."""
    await add_contact(hass, loaded, "Grandma", "030 123456")
    form = await choose(hass, loaded, "export_file")
    link = re.search('href="(.*?)"', form["description_placeholders"][kind])
    assert link
    client = await hass_client()
    response = await client.get(link[1].partition("?")[0])
    assert response.content_type == content_type
    assert "attachment" in response.headers["Content-Disposition"]
    text = await response.text()
    assert text.startswith(begin)
    assert "030 123456" in text
    assert (await submit(hass, form, {}))["reason"] == "exported"


async def test_contacts_are_for_administrators(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    """Nobody else gets them, and what is no entry of a PBX has none."""
    path = f"/api/yeastar/contacts/{loaded.entry_id}.csv"
    reader = await hass_client(hass_read_only_access_token)
    assert (await reader.get(path)).status == 403
    client = await hass_client()
    assert (await client.get(path)).status == 200
    for wrong in ("/api/yeastar/contacts/other.csv", path.replace("csv", "pdf")):
        assert (await client.get(wrong)).status == 404


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("voice_on", {"Ann": True, "Ben": True, "Cid": False}),
        ("voice_off", {"Ann": False, "Ben": False, "Cid": False}),
        ("remove", {"Cid": False}),
    ],
)
async def test_many_contacts_are_changed_at_once(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    change: str,
    expected: dict[str, bool],
) -> None:
    """Those that are chosen from a list that can be searched."""
    ids = [
        await add_contact(hass, loaded, name, f"030 {digit}", voice=voice)
        for name, digit, voice in (
            ("Ann", 1, True),
            ("Ben", 2, False),
            ("Cid", 3, False),
        )
    ]
    form = await choose(hass, loaded, "change_many")
    answers = {"contacts": ids[:2], "change": change}
    result = await submit(hass, form, answers)
    assert result["reason"] == "changed"
    assert result["description_placeholders"] == {"count": "2"}
    assert {name: data["voice"] for name, data in contacts(loaded).items()} == expected


async def test_without_contacts_there_is_nothing_to_change(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A list without anything would be a riddle."""
    result = await choose(hass, loaded, "change_many")
    assert result["reason"] == "no_contacts_yet"
