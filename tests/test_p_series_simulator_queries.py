"""What the P-Series simulator knows: ids, lists, settings, queues, contacts, text messages."""

from collections.abc import AsyncIterator

import pytest

from .simulator.p_series import (
    Empty,
    NotPossibleError,
    PSeriesSimulator,
    TrunkStatus,
    household,
    large_office,
    leave_messages,
)
from .simulator.p_series.peer import Client, Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


# Ids and lists


async def test_ids_are_no_numbers(at: Desk) -> None:
    """A number where an id is wanted is not found."""
    for endpoint, number in (
        ("extension/get", 1000),
        ("queue/call_status", 6700),
        ("trunk/get", 6500),
    ):
        assert (await at.api.get(endpoint, id=number))["errcode"] == 60001
    answer = await at.api.post("extension/update", id=1000, presence_status="away")
    assert answer["errcode"] == 60001
    answer = await at.api.post("extension/update", id="73", presence_status="away")
    assert answer["errcode"] == 40002


def test_ids_keep_out_of_the_way_of_numbers() -> None:
    """In an office with 3000 numbers of four digits."""
    state = large_office(3000)
    numbers = set(state.extensions)
    assert not numbers & {str(item.id) for item in state.extensions.values()}


async def test_lists_come_in_pages(at: Desk) -> None:
    """`total_number` is that of all rows."""
    answer = await at.api.get(
        "extension/list", page=2, page_size=4, sort_by="number", order_by="desc"
    )
    assert answer["total_number"] == 6
    assert [row["number"] for row in answer["data"]] == ["1001", "1000"]


@pytest.mark.parametrize(
    "fields",
    [
        {"page": 0},
        {"page": "x"},
        {"page_size": 10001},
        {"sort_by": "x"},
        {"order_by": "up"},
    ],
)
async def test_a_wrong_page_is_refused(at: Desk, fields: dict[str, object]) -> None:
    """40002."""
    assert (await at.api.get("extension/list", **fields))["errcode"] == 40002


@pytest.mark.parametrize("empty", [Empty.NULL, Empty.EMPTY, Empty.MISSING])
async def test_a_list_without_rows(at: Desk, empty: Empty) -> None:
    """Null, an empty list or no key at all."""
    at.pbx.quirks.empty_list = empty
    answer = await at.api.get("extension/search", search_value="nonsense")
    assert answer["total_number"] == 0
    assert (
        answer.get("data", "no key")
        == {
            Empty.NULL: None,
            Empty.EMPTY: [],
            Empty.MISSING: "no key",
        }[empty]
    )


@pytest.mark.parametrize(
    ("endpoint", "text", "array"),
    [
        ("extension/search", "jay", "data"),
        ("trunk/search", "sip", "data"),
        ("queue/search", "supp", "queue_list"),
        ("ringgroup/search", "6200", "data"),
    ],
)
async def test_a_search(at: Desk, endpoint: str, text: str, array: str) -> None:
    """It must say what for."""
    answer = await at.api.get(endpoint, search_value=text)
    assert (answer["total_number"], len(answer[array])) == (1, 1)
    assert (await at.api.get(endpoint))["errcode"] == 40002


# Extensions


async def test_an_extension_shows_registration_but_no_calls(at: Desk) -> None:
    """The list does not change while it talks."""
    before = await at.api.get("extension/list")
    at.pbx.internal_call("1000", "1002")
    at.pbx.answer("1002")
    assert await at.api.get("extension/list") == before


async def test_registration_follows_the_devices(at: Desk) -> None:
    """Of a SIP phone, of a phone at a port, of the apps."""

    async def online(number: str) -> dict[str, int]:
        (row,) = (await at.api.get("extension/search", search_value=number))["data"]
        return {key: device["status"] for key, device in row["online_status"].items()}

    at.pbx.set_device("1001", "Mobile", registered=True)
    assert (await online("1001"))["linkus_mobile"] == 1
    assert (await online("1001"))["sip_phone"] == 0
    assert (await online("1006"))["fxs_phone"] == 1
    assert at.pbx.state.extensions["1001"].ready
    at.pbx.set_extension_status("1000", "Unregistered")
    assert (await online("1000"))["sip_phone"] == 0
    lines = await at.told()
    assert lines == ["30007 1001 Registered", "30007 1000 Unregistered"]


async def test_the_truth_may_be_in_the_list_of_a_phone_only(at: Desk) -> None:
    """By a quirk."""
    at.pbx.quirks.list_status_lies = True
    (row,) = (await at.api.get("extension/search", search_value="1000"))["data"]
    phone = row["online_status"]["sip_phone"]
    assert (phone["status"], phone["status_list"][0]["status"]) == (0, 1)


async def test_empty_keys_may_be_left_out(at: Desk) -> None:
    """By a quirk."""
    at.pbx.quirks.omit_empty_keys = True
    (row,) = (await at.api.get("extension/search", search_value="1000"))["data"]
    assert "email_addr" not in row
    assert row["caller_id_name"] == "Jayson"


async def test_settings_have_secrets(at: Desk) -> None:
    """Which no client may show."""
    data = (await at.api.get("extension/get", id=73))["data"]
    assert data["number"] == "1000"
    assert (data["reg_password"], data["user_password"]) != ("", "")
    several = (await at.api.get("extension/query", ids="73,75"))["data"]
    assert [row["number"] for row in several] == ["1000", "1002"]


async def test_the_presence_of_an_extension_is_set(at: Desk) -> None:
    """By its id; 30009 tells it, and 30022 does not."""
    fields = {"id": 73, "presence_status": "do_not_disturb"}
    assert (await at.api.post("extension/update", **fields))["errcode"] == 0
    assert at.pbx.state.extensions["1000"].dnd
    assert (await at.api.post("extension/update", **fields))["errcode"] == 0
    assert await at.told() == ["30009 1000 do_not_disturb"]
    fields["presence_status"] = "asleep"
    assert (await at.api.post("extension/update", **fields))["errcode"] == 40002


async def test_settings_of_an_extension_are_changed(at: Desk) -> None:
    """30022 tells it once."""
    answer = await at.api.post("extension/update", id=73, email_addr="a@example.com")
    assert answer["errcode"] == 0
    assert at.pbx.state.extensions["1000"].email_addr == "a@example.com"
    assert await at.told() == ["30022"]
    for wrong in ({"caller_id": "x" * 32}, {"concurrent_registrations": 6}):
        answer = await at.api.post("extension/update", **{"id": 73} | wrong)
        assert answer["errcode"] == 40002


async def test_extensions_come_and_go(at: Desk) -> None:
    """Their calls end with them."""
    call = at.pbx.outside_call("1", "1002")
    at.pbx.add_extension("1010", "New", may_dial_out=False)
    at.pbx.rename_extension("1010", "Newer")
    at.pbx.remove_extension("1002")
    assert call.ended
    assert [line for line in await at.told() if line == "30022"] == ["30022"] * 3
    numbers = [r["number"] for r in (await at.api.get("extension/list"))["data"]]
    assert "1010" in numbers
    assert "1002" not in numbers


# Trunks


async def test_trunks_have_numbers_for_their_statuses(at: Desk) -> None:
    """30010 tells a change; one that is used for its only call is busy."""
    at.pbx.set_trunk_status("SIP-142", TrunkStatus.REGISTRATION_FAILED)
    at.pbx.set_trunk_status("GSM2-8", "Power Off")
    assert await at.told() == ["30010", "30010"]
    with pytest.raises(NotPossibleError):
        at.pbx.outside_call("1", "1000", "none")
    at.pbx.outside_call("1", "1000", "GSM-trunk")
    rows = {r["name"]: r["status"] for r in (await at.api.get("trunk/list"))["data"]}
    assert (rows["SIP-142"], rows["GSM2-8"], rows["GSM-trunk"]) == (41, 32, 2)


async def test_trunks_come_and_go(at: Desk) -> None:
    """Their calls end with them."""
    trunk = at.pbx.add_trunk("Other", "SIP", "Unreachable")
    assert (trunk.type, trunk.status) == ("peer", 42)
    call = at.pbx.outside_call("1", "1000", "SIP-142")
    at.pbx.remove_trunk("SIP-142")
    assert call.ended
    (row,) = (await at.api.get("trunk/query", ids=trunk.id))["data"]
    assert row["name"] == "Other"


async def test_capacity_counts_the_calls_that_live(at: Desk) -> None:
    """And the extensions."""
    at.pbx.internal_call("1000", "1002")
    data = (await at.api.get("system/capacity"))["data"]
    assert (data["extension_used"], data["cc_used"]) == (6, 1)


async def test_the_house_is_that_of_the_other_simulator() -> None:
    """Same numbers and names; trunks, menu, queue and ring group, too."""
    async with PSeriesSimulator(state=household()) as pbx:
        api = Client(pbx)
        await api.login()
        rows = (await api.get("extension/list"))["data"]
        names = [(row["number"], row["caller_id_name"]) for row in rows]
        assert names[:3] == [("1000", "Kitchen"), ("1001", "Office"), ("1002", "Anna")]
        numbers = [
            (await api.get(endpoint))[array][0]["number"]
            for endpoint, array in (
                ("ivr/list", "data"),
                ("queue/list", "queue_list"),
                ("ringgroup/list", "data"),
            )
        ]
        assert numbers == ["6500", "6700", "6200"]


async def test_the_house_has_a_mailbox_for_all() -> None:
    """With messages, as the program leaves them."""
    async with PSeriesSimulator(state=household()) as pbx:
        leave_messages(pbx.archive)
        api = Client(pbx)
        await api.login()
        (family,) = (await api.get("vm_group/list"))["vm_group_list"]
        assert (family["number"], family["messages"]["unread"]) == ("6100", 2)
