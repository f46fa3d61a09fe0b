"""The action that adds many contacts."""

from homeassistant.auth.models import User
from homeassistant.exceptions import Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import Act
from .words import refused


async def test_a_list_of_contacts_is_added(loaded: MockConfigEntry, act: Act) -> None:
    """With all that a contact may have."""
    result = await act(
        "import_contacts",
        contacts=[
            {
                "name": "Grandma",
                "numbers": ["030 123456"],
                "sms_number": "030 123456",
                "voice": True,
                "picture": "/local/grandma.jpg",
            },
            {"name": "Ann", "numbers": "030 1", "picture": "https://example.com/a"},
            {"name": "Jayson", "numbers": "030 2"},
        ],
    )
    assert result == {"added": 2, "changed": 0, "unchanged": 0, "refused": ["Jayson"]}
    known = {
        contact.name: contact for contact in loaded.runtime_data.contacts.by_id.values()
    }
    assert known["Grandma"].voice
    assert known["Grandma"].sms_number == "030 123456"
    assert known["Grandma"].picture == "/local/grandma.jpg"
    assert not known["Ann"].picture


async def test_the_text_of_a_file_is_added(loaded: MockConfigEntry, act: Act) -> None:
    """That of a vCard, or a table."""
    text = "Name,Phone\nAnn,030 1\n"
    assert (await act("import_contacts", text=text))["added"] == 1
    assert (await act("import_contacts", text=text))["unchanged"] == 1


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"text": "nothing"}, "no_contacts"),
        ({"contacts": []}, "no_contacts"),
        ({}, "one_of"),
        (
            {"contacts": [{"name": "Ann", "numbers": "1"}] * 2001},
            "too_many_contacts",
        ),
    ],
    ids=["none", "empty", "nothing", "many"],
)
async def test_what_cannot_be_imported_is_refused(
    act: Act, data: dict[str, object], key: str
) -> None:
    """In a sentence."""
    with refused(key):
        await act("import_contacts", **data)


async def test_only_administrators_import(act: Act, ordinary: User) -> None:
    """They could rename who calls."""
    with pytest.raises(Unauthorized):
        await act("import_contacts", user=ordinary, text="Name,Phone\nAnn,030 1\n")
