"""Company contacts and text messages on the P-Series simulator."""

from collections.abc import AsyncIterator

import pytest

from .simulator.p_series.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def test_contacts_are_kept(at: Desk) -> None:
    """Numbers go in as a list and come back as fields."""
    numbers = [
        {"num_type": "business_number", "number": "1"},
        {"num_type": "other_number", "number": "2"},
    ]
    answer = await at.api.post(
        "company_contact/create",
        first_name="Anna",
        last_name="Li",
        number_list=numbers,
    )
    contact = answer["id"]
    (row,) = (await at.api.get("company_contact/search", search_value="anna"))["data"]
    assert (row["contact_name"], row["business"], row["other"]) == ("Anna Li", "1", "2")
    await at.api.post("company_contact/update", id=contact, number_list=numbers[1:])
    (row,) = (await at.api.get("company_contact/list"))["data"]
    assert "business" not in row
    assert (await at.api.get("company_contact/delete", id=contact))["errcode"] == 0
    assert (await at.api.get("company_contact/delete", id=contact))["errcode"] == 60001


@pytest.mark.parametrize(
    "fields",
    [
        {"number_list": [{"num_type": "business_number", "number": "1"}]},
        {"first_name": "A"},
        {"first_name": "A", "number_list": [{"num_type": "x", "number": "1"}]},
        {"first_name": "A", "number_list": "1"},
    ],
    ids=["no name", "no number", "a wrong type", "no list"],
)
async def test_a_wrong_contact_is_refused(at: Desk, fields: dict[str, object]) -> None:
    """40002."""
    answer = await at.api.post("company_contact/create", **fields)
    assert answer["errcode"] == 40002
    assert at.pbx.state.contacts == {}


async def test_a_text_message_is_sent(at: Desk) -> None:
    """Encoded; the answer has no id."""
    answer = await at.api.post(
        "sms/create", number="0612345678", trunk_name="GSM-trunk", message="A%20%C3%A4"
    )
    assert answer == {"errcode": 0, "errmsg": "SUCCESS"}
    assert at.pbx.sms_sent == [("GSM-trunk", "0612345678", "A ä")]


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"trunk_name": "SIP-142"}, 60001),
        ({"trunk_name": "none"}, 60001),
        ({"message": "not encoded"}, 40002),
        ({"message": "x" * 2001}, 40002),
        ({"message": ""}, 40002),
        ({"number": "x"}, 40002),
    ],
    ids=["no SIM", "no trunk", "not encoded", "too long", "no text", "no number"],
)
async def test_a_wrong_text_message_is_refused(
    at: Desk, fields: dict[str, str], errcode: int
) -> None:
    """Nothing is sent."""
    right = {"number": "1", "trunk_name": "GSM-trunk", "message": "x"}
    answer = await at.api.post("sms/create", **(right | fields))
    assert answer["errcode"] == errcode
    assert at.pbx.sms_sent == []
