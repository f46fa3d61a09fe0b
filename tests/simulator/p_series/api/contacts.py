"""Company contacts: numbers go in as a list and come back as one field each."""

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.state import Contact

from .table import Answer, Params, Row, get, listed, matching, post

FIELD_OF = {
    "business_number": "business",
    "business_number2": "business2",
    "mobile_number": "mobile",
    "mobile_number2": "mobile2",
    "home_number": "home",
    "home_number2": "home2",
    "business_fax": "business_fax",
    "home_fax": "home_fax",
    "other_number": "other",
}
SORTED_BY = ("id", "contact_name", "company")
TEXTS = ("first_name", "last_name", "company", "email")


@get("company_contact/list")
def contact_list(pbx: Pbx, params: Params) -> Answer:
    """List the contacts."""
    return listed(pbx, params, _rows(pbx), SORTED_BY)


@get("company_contact/search", "search_value")
def contact_search(pbx: Pbx, params: Params) -> Answer:
    """List the contacts that have a text in their name, company or numbers."""
    keys = ("contact_name", "company", *FIELD_OF.values())
    return listed(pbx, params, matching(params, _rows(pbx), keys), SORTED_BY)


def _rows(pbx: Pbx) -> list[Row]:
    return [_row(contact) for contact in pbx.state.contacts.values()]


def _row(contact: Contact) -> Row:
    head: Row = {
        "id": contact.id,
        "contact_name": contact.name,
        "company": contact.company,
    }
    numbers = {FIELD_OF[kind]: number for kind, number in contact.numbers.items()}
    return head | numbers | {"phonebook_list": None}


@post("company_contact/create", "first_name")
def contact_create(pbx: Pbx, params: Params) -> Answer:
    """Add a contact; a first name and a number are required."""
    numbers = _numbers(params)
    if not numbers:
        raise params.wrong("number_list")
    new_id = next(n for n in pbx.contact_ids if n not in pbx.state.contacts)
    contact = Contact(new_id, params.text("first_name"))
    pbx.state.contacts[contact.id] = contact
    _change(contact, params, numbers)
    return {"id": contact.id}


@post("company_contact/update", "id")
def contact_update(pbx: Pbx, params: Params) -> None:
    """Change a contact; a list of numbers replaces the former one."""
    contact = _found(pbx, params)
    _change(contact, params, _numbers(params))


@get("company_contact/delete", "id")
def contact_delete(pbx: Pbx, params: Params) -> None:
    """Delete a contact."""
    del pbx.state.contacts[_found(pbx, params).id]


def _found(pbx: Pbx, params: Params) -> Contact:
    contact = pbx.state.contacts.get(params.number("id"))
    if contact is None:
        raise RefusedError(Errcode.NOT_FOUND)
    return contact


def _change(contact: Contact, params: Params, numbers: dict[str, str]) -> None:
    for name in TEXTS:
        if name in params.values:
            setattr(contact, name, params.text(name, ""))
    if numbers:
        contact.numbers = numbers


def _numbers(params: Params) -> dict[str, str]:
    rows = params.values.get("number_list", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise params.wrong("number_list")
    numbers: dict[str, str] = {}
    for row in rows:
        entry = Params(row, is_query=False)
        numbers[entry.choice("num_type", list(FIELD_OF))] = entry.text("number")
    return numbers
