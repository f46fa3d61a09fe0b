"""The P-Series simulator's answers and frames beside those that were printed or seen."""

from collections.abc import Awaitable, Callable
import json
from typing import Any

import pytest

from .simulator.p_series import Contact, PSeriesSimulator, Queue, household
from .simulator.p_series.peer import Client, Desk, desk, told
from .simulator.p_series.samples import SAMPLES, Sample, differences, event, sample

pytestmark = pytest.mark.usefixtures("socket_enabled")
type Ask = Callable[[Desk], Awaitable[dict[str, Any]]]


async def channel(at: Desk, *, called: bool = True) -> str:
    """Return the channel of a phone that talks."""
    at.pbx.internal_call("1000", "1002")
    at.pbx.answer("1002")
    return await at.api.channel_of("1002" if called else "1000")


def control(endpoint: str, **fields: object) -> Ask:
    """Return what asks for something to be done to a member that talks."""

    async def ask(at: Desk) -> dict[str, Any]:
        return await at.api.post(endpoint, channel_id=await channel(at), **fields)

    return ask


def asked(endpoint: str, **fields: object) -> Ask:
    """Return what asks by GET."""

    async def ask(at: Desk) -> dict[str, Any]:
        return await at.api.get(endpoint, **fields)

    return ask


def posted(endpoint: str, **fields: object) -> Ask:
    """Return what asks by POST."""

    async def ask(at: Desk) -> dict[str, Any]:
        return await at.api.post(endpoint, **fields)

    return ask


async def unhold(at: Desk) -> dict[str, Any]:
    """Hold and resume."""
    where = await channel(at)
    await at.api.post("call/hold", channel_id=where)
    return await at.api.post("call/unhold", channel_id=where)


async def record_pause(at: Desk) -> dict[str, Any]:
    """Pause a recording."""
    where = await channel(at)
    return await at.api.post("call/record_pause", channel_id=where)


async def record_start(at: Desk) -> dict[str, Any]:
    """Start a recording where nothing is recorded by itself."""
    at.pbx.state.record_calls = False
    return await control("call/record_start")(at)


async def accept(at: Desk) -> dict[str, Any]:
    """Accept a call that is offered."""
    at.pbx.state.trunks["SIP-Home"].answering_control = True
    call = at.pbx.outside_call("5503301", "1002")
    where = call.members[0].channel_id
    return await at.api.post("call/accept_inbound", channel_id=where)


async def being_dialled(at: Desk) -> dict[str, Any]:
    """Ask for a call that goes out and rings."""
    at.pbx.outgoing_call("1000", "+15550100")
    return await at.api.get("call/query", type="outbound")


async def idle_agents(at: Desk) -> dict[str, Any]:
    """Ask a queue without agents."""
    at.pbx.state.queues["6702"] = Queue(9, "6702", "Empty")
    return await at.api.get("queue/agent_status", id=9)


async def contacts(at: Desk) -> dict[str, Any]:
    """List a contact with the two numbers of the sample."""
    numbers = {"business_number": "1", "mobile_number": "2"}
    at.pbx.state.contacts[3] = Contact(3, "A", company="C", numbers=numbers)
    return await at.api.get("company_contact/list")


async def software(at: Desk) -> dict[str, Any]:
    """Ask a PBX that is a program."""
    at.pbx.state.device.model_name = "P-Series Software Edition"
    return await at.api.get("system/information")


async def recorded(at: Desk) -> None:
    """Leave a recording."""
    await channel(at)
    at.pbx.hang_up("1002")


async def recordings(at: Desk) -> dict[str, Any]:
    """List a recording."""
    await recorded(at)
    return await at.api.get("recording/list")


async def recording(at: Desk) -> dict[str, Any]:
    """Ask for the address of a recording."""
    rows = (await recordings(at))["data"]
    return await at.api.get("recording/download", id=rows[0]["id"])


def message(at: Desk) -> str:
    """Leave a voicemail message and return its id."""
    call = at.pbx.internal_call("1002", "1000")
    at.pbx.voicemail(call)
    at.pbx.hang_up("1002")
    return at.pbx.archive.voicemails["1000"][0].msg_id


async def messages(at: Desk) -> dict[str, Any]:
    """List the messages of a mailbox."""
    message(at)
    return await at.api.get("vm/get", number="1000")


async def mailboxes(at: Desk) -> dict[str, Any]:
    """List the messages of two mailboxes."""
    message(at)
    return await at.api.get("vm/query", number="1000,1001")


async def download_message(at: Desk) -> dict[str, Any]:
    """Ask for the address of a message."""
    return await at.api.get("vm/download", msg_id=message(at))


ANSWERS: dict[str, Ask] = {
    "get_token": lambda at: at.api.login(),
    "call/dial": posted("call/dial", caller="1000", callee="1002"),
    "call/listen": control("call/listen", monitor="1001", type="listen"),
    "call/play_prompt": posted("call/play_prompt", number="1000", prompts=["dinner"]),
    "call/park": control("call/park", parking_slot="6000"),
    "call/record_pause": record_pause,
    "call/record_start": record_start,
    "call/hold": control("call/hold"),
    "call/unhold": unhold,
    "call/hangup": control("call/hangup"),
    "call/mute": control("call/mute"),
    "call/accept_inbound": accept,
    "call/query of a call that is being dialled": being_dialled,
    "extension_status_monitor/list": asked("extension_status_monitor/list"),
    "trunk/list": asked("trunk/list"),
    "queue/list": asked("queue/list"),
    "queue/call_status idle": asked("queue/call_status", id=3),
    "queue/agent_status idle": idle_agents,
    "queue/query ids=1": asked("queue/query", ids=3),
    "ringgroup/search ring_all": asked("ringgroup/search", search_value="house"),
    "ivr/list": asked("ivr/list"),
    "system/capacity": asked("system/capacity"),
    "system/information, Software Edition": software,
    "vm/get of a group mailbox": messages,
    "vm/query": mailboxes,
    "vm/download": download_message,
    "recording/list": recordings,
    "recording/download": recording,
    "company_contact/list": contacts,
    "company_contact/create": posted(
        "company_contact/create",
        first_name="A",
        number_list=[{"num_type": "business_number", "number": "1"}],
    ),
    "sms/create": posted(
        "sms/create", number="1", trunk_name="GSM-Mobile", message="Hello%20Yeastar"
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_has_the_keys_and_types_of_the_sample(name: str) -> None:
    """Neither more nor fewer."""
    async with desk(PSeriesSimulator(state=household())) as at:
        answer = await ANSWERS[name](at)
    assert differences(answer, sample(name)) == []


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("extension/list row, SIP phone registered", "extension/list"),
        ("trunk_status_monitor/list row", "trunk_status_monitor/list"),
    ],
)
async def test_a_row_has_the_keys_and_types_of_the_sample(name: str, row: str) -> None:
    """The samples that are rows only."""
    async with desk(PSeriesSimulator(state=household())) as at:
        answer = await at.api.get(row)
    assert differences(answer["data"][0], sample(name)) == []


@pytest.mark.parametrize(
    ("name", "errcode"),
    [
        ("any call, stale or unknown token", 10004),
        ("any call, unknown path or wrong verb", 10001),
        ("address locked out", 70004),
        ("server error", -2),
        ("second sel_all phonebook", 40003),
        ("error 1", 1),
        ("error 10002", 10002),
        ("error 10009", 10009),
        ("error 40004", 40004),
        ("error 60101", 60101),
        ("error 70084", 70084),
    ],
)
async def test_a_refusal_is_the_one_that_was_seen(name: str, errcode: int) -> None:
    """Word for word."""
    async with PSeriesSimulator() as pbx:
        pbx.refuse_next(errcode)
        assert await Client(pbx).get("x") == sample(name)


# Frames


def offered(at: Desk) -> None:
    """Offer a call, then go on with it."""
    at.pbx.state.trunks["SIP-Home"].answering_control = True
    call = at.pbx.outside_call("5503301", "1002", "SIP-Home")
    at.pbx.phones.let_in(call)


def transferred(at: Desk) -> None:
    """Let a phone transfer an inbound call."""
    at.pbx.outside_call("5503303", "1002")
    at.pbx.answer("1002")
    at.pbx.transfer("1002", "1000")


def forwarded(at: Desk) -> None:
    """Forward a call."""
    at.pbx.change_extension("1002", forward_to="1001")
    at.pbx.internal_call("1000", "1002")


def pressed(at: Desk) -> None:
    """Press a key in an IVR."""
    at.pbx.press_key(at.pbx.outside_call("5503301", "6500"), "9")


def busy(at: Desk) -> None:
    """Call a busy phone through the API, whose caller is told alone."""
    at.pbx.state.extensions["1002"].call_waiting = False
    at.pbx.internal_call("1002", "1001")
    at.pbx.dialling.dial("1002", "1003", "", auto_answer=False)


def prompted(at: Desk) -> None:
    """Play a prompt."""
    call = at.pbx.dialling.play_prompt("1000", ("dinner",), "", auto_answer=True)
    at.pbx.end_prompt(call)


def waited(at: Desk) -> None:
    """Let agents of a queue ring in vain until they are paused."""
    queue = at.pbx.state.queues["6700"]
    queue.agent_timeout, queue.pauses_after = 0, 1
    at.pbx.outside_call("5503301", "6700")


def talked(at: Desk) -> None:
    """Let an outside party and a phone talk."""
    call = at.pbx.outside_call("5550100", "6200")
    at.pbx.answer("1002")
    at.pbx.outside_hangs_up(call)


FRAMES: dict[int, Callable[[Desk], object]] = {
    30007: lambda at: at.pbx.set_extension_status("1005", "Registered"),
    30008: talked,
    30009: lambda at: at.pbx.set_presence("1000", "business_trip"),
    30010: lambda at: at.pbx.set_trunk_status("SIP-Home", 41),
    30011: talked,
    30012: talked,
    30013: transferred,
    30014: forwarded,
    30015: busy,
    30016: offered,
    30017: pressed,
    30018: prompted,
    30019: lambda at: at.pbx.survey(at.pbx.outside_call("1", "1000"), "1"),
    30022: lambda at: at.pbx.add_extension("3355"),
    30023: lambda at: at.pbx.add_trunk("peer-to-41"),
    30025: waited,
    30026: waited,
    30029: waited,
    30034: lambda at: at.pbx.system_event("web_admin_login_succ", "operation", "info"),
    30035: lambda at: at.pbx.system_event("sip_trunk_disconnect", "telephony", "warn"),
    30036: lambda at: at.pbx.system_event("web_login_fail", "security", "error"),
}


@pytest.mark.parametrize("kind", FRAMES)
async def test_a_frame_has_the_keys_and_types_of_the_samples(kind: int) -> None:
    """`msg` is text or an object as in the samples; `sn` is where it is in them."""
    async with desk(PSeriesSimulator(state=household())) as at:
        await at.socket.subscribe([kind])
        FRAMES[kind](at)
        ours = [Sample("", "event", await at.socket.text())]
        ours += [Sample("", "event", text) for text in await at.frames()]
    for theirs in event(kind):
        same_text = isinstance(json.loads(theirs.raw)["msg"], str)
        assert isinstance(json.loads(ours[0].raw)["msg"], str) is same_text
        assert any(not differences(frame.body, theirs.body) for frame in ours)


async def test_a_call_to_a_ring_group_runs_as_in_the_samples() -> None:
    """Fifteen frames, one member each, in this order."""
    run = [s.raw for s in SAMPLES if s.name.startswith("run inbound-ring-group")]
    state = household()
    state.add_extension("1010", "First")
    state.add_extension("1011", "Second")
    state.ring_groups["6200"].members = ["1010", "1011"]
    async with desk(PSeriesSimulator(state=state)) as at:
        call = at.pbx.outside_call("5550100", "6200")
        at.pbx.answer("1011")
        at.pbx.hold("1011")
        at.pbx.resume("1011")
        at.pbx.outside_hangs_up(call)
        ours = await at.told()
    text = "\n".join(told(run))
    for old, new in (("6300", "6200"), ("1000", "1010"), ("1001", "1011")):
        text = text.replace(old, new)
    ringing = ours.index("1011 RING 6200") + 1
    assert ours.pop(ringing) == "30008 1011 Ringing"
    assert ours == text.split("\n")
