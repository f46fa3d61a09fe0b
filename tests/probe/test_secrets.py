"""Nothing of the PBX and its people stands in the file."""

from collections.abc import Iterator
from pathlib import Path
import re

from custom_components.yeastar.pbx.models import Family
from scripts.pbx_probe.capture import Capture
from tests.simulator import Extension, Simulator
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.state import Contact

from .conftest import LISTEN, OUTSIDE, Visits, make_calls, owner_of, text_of

MOBILE = "+491705550199"
EMAIL = "jayson.example@pbx-owner.example"
CALLERS = (OUTSIDE, "00441632960018", "5503301", MOBILE.removeprefix("+"))


def found_in(text: str, wanted: Iterator[str]) -> set[str]:
    """Return which of some texts stand in a file, alone or as a part of a text.

    A number may be a part of another number or of a time.
    """
    return {
        one
        for one in wanted
        if (
            re.search(rf"(?<![\d.]){one}(?![\d.])", text)
            if one.isdigit()
            else one in text
        )
    }


def private_of_s_series(pbx: Simulator) -> Iterator[str]:
    """Yield what must not be told of an S-Series."""
    yield from (pbx.password, pbx.host, str(pbx.port))
    yield from (pbx.state.device.sn, pbx.state.device.devicename, *CALLERS)
    for phone in pbx.state.extensions.values():
        yield from (phone.number, phone.username, phone.register_password)
        yield from (phone.login_password_md5, phone.voicemail_pin)
    for group in (pbx.state.ivrs, pbx.state.queues, pbx.state.ring_groups):
        for number, item in group.items():
            yield from (number, item.name)
    yield from pbx.state.trunks
    yield from (queue.password for queue in pbx.state.queues.values())
    for request in pbx.requests:
        tokens = (request.token, request.answer.get("token"))
        yield from (str(token) for token in tokens if token)


def private_of_p_series(pbx: PSeriesSimulator) -> Iterator[str]:
    """Yield what must not be told of a P-Series."""
    yield from (pbx.client_id, pbx.client_secret, pbx.host, str(pbx.port), EMAIL)
    yield from (pbx.state.device.sn, pbx.state.device.device_name, *CALLERS)
    for phone in pbx.state.extensions.values():
        yield from (phone.number, phone.username, phone.address.partition(":")[0])
        yield from (phone.reg_password, phone.user_password)
    for group in (pbx.state.ivrs, pbx.state.queues, pbx.state.ring_groups):
        for number, item in group.items():
            yield from (number, item.name)
    for trunk in pbx.state.trunks.values():
        yield from filter(None, (trunk.name, trunk.host_port.partition(":")[0]))
    for contact in pbx.state.contacts.values():
        yield from (contact.name, contact.company, contact.email)
    for request in pbx.requests:
        keys = ("access_token", "refresh_token")
        tokens = (request.token, *map(request.answer.get, keys))
        yield from (str(token) for token in tokens if token)


def assert_whole(capture: Capture, family: Family) -> None:
    """Check that what was looked through is a whole visit."""
    assert capture.family is family
    assert len(capture.reports) > 20
    assert len(capture.answers) > 20


async def test_nothing_private_of_an_s_series_is_in_the_file(
    pbx: Simulator, make_visit: Visits, file: Path
) -> None:
    """Though all that it has was asked for, and calls were made."""
    jayson = pbx.state.extensions["1000"]
    jayson.mobile, jayson.callerid = MOBILE, MOBILE
    pbx.quirks.registered_ip = True
    pbx.state.extensions["88"] = Extension("88", "Zoë Example-Smith")

    capture = await make_visit(
        owner_of(pbx, calls=lambda: make_calls(pbx)), pbx, *LISTEN
    )

    assert_whole(capture, Family.S_SERIES)
    text = text_of(file)
    private = {*private_of_s_series(pbx), jayson.ip} - {"88"}
    assert found_in(text, iter(private)) == set()
    assert '\\"88\\"' not in text


async def test_nothing_private_of_a_p_series_is_in_the_file(
    p_series: PSeriesSimulator, make_visit: Visits, file: Path
) -> None:
    """Though all that it has was asked for, and calls were made."""
    jayson = p_series.state.extensions["1000"]
    jayson.mobile_number, jayson.email_addr = MOBILE, EMAIL
    p_series.state.contacts[1] = Contact(
        1, "Berta", "Beispiel", "Example Works", EMAIL, {"mobile": MOBILE}
    )
    p_series.add_record(p_series.clock() - 3600, f"Berta <{OUTSIDE}>", "Jayson <1000>")

    capture = await make_visit(
        owner_of(p_series, calls=lambda: make_calls(p_series)), p_series, *LISTEN
    )

    assert_whole(capture, Family.P_SERIES)
    text = text_of(file)
    private = {*private_of_p_series(p_series), "Berta", "Beispiel", "Jayson"}
    assert found_in(text, iter(private)) == set()
