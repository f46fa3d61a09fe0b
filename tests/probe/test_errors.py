"""Each way in which a visit ends early is a sentence."""

from argparse import Namespace
import asyncio
from pathlib import Path

import pytest

from custom_components.yeastar.pbx.errors import (
    PbxAddressError,
    PbxBusyError,
    PbxError,
    PbxOldTlsError,
    PbxTooManySessionsError,
)
from scripts.pbx_probe import program, tls
from tests.simulator import Fault, Quirks, Simulator, Versions
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.tls import outdated_context, server_context

from .conftest import Owner, Visits, owner_of, text_of


def options(*arguments: str) -> Namespace:
    """Return the options of a visit that awaits no reports."""
    return program.options_of([*arguments, "--minutes", "0"])


async def failure_of(visit: object) -> str:
    """Return the sentence by which a visit ends."""
    with pytest.raises(program.Failure) as caught:
        await visit  # type: ignore[misc]
    return str(caught.value)


@pytest.mark.parametrize("family", ["s_series", "p_series"])
async def test_a_wrong_password_is_sent_once(
    family: str,
    pbx: Simulator,
    p_series: PSeriesSimulator,
    make_visit: Visits,
    file: Path,
) -> None:
    """Five wrong ones would lock the owner out."""
    box = pbx if family == "s_series" else p_series

    said = await failure_of(make_visit(Owner(box.username, "wrong"), box))

    assert "refused user name or password, which were sent once" in said
    assert box.logins_failed == 1
    assert box.logins_ok == 0
    assert text_of(file) == ""


async def test_a_lock_out_is_waited_out(pbx: Simulator, make_visit: Visits) -> None:
    """Nothing else helps."""
    pbx.lock_out()

    said = await failure_of(make_visit(owner_of(pbx), pbx))

    assert "Wait ten minutes" in said


async def test_nothing_answers(socket_enabled: None, unused_tcp_port: int) -> None:
    """The owner is asked nothing."""
    owner = Owner("api", "secret")

    said = await failure_of(
        program.visit(options(f"http://127.0.0.1:{unused_tcp_port}"), owner)
    )

    assert said.startswith("The PBX cannot be reached at this address and port")
    assert owner.asked == []


async def test_another_web_server_answers(pbx: Simulator, make_visit: Visits) -> None:
    """It has no such API."""
    pbx.fault = Fault.HTML

    said = await failure_of(make_visit(owner_of(pbx), pbx))

    assert "not with the API of a Yeastar PBX" in said


async def test_the_api_is_off(socket_enabled: None, make_visit: Visits) -> None:
    """The box serves no version."""
    async with Simulator(quirks=Quirks(versions=Versions.OFF)) as pbx:
        said = await failure_of(make_visit(owner_of(pbx), pbx))

    assert "it may be switched off" in said


async def test_a_port_without_https(
    pbx: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option that helps is named."""
    monkeypatch.setattr(tls, "TIMEOUT", 0.5)
    said = await failure_of(
        program.visit(options(f"127.0.0.1:{pbx.port}"), owner_of(pbx))
    )

    assert "try --http" in said


@pytest.mark.parametrize("agrees", [True, False])
async def test_outdated_tls_is_used_only_if_the_owner_agrees(
    agrees: bool, socket_enabled: None, make_visit: Visits
) -> None:
    """Before anything is sent by it."""
    async with Simulator(ssl_context=outdated_context()) as pbx:
        owner = owner_of(pbx, agrees=agrees)
        visit = make_visit(owner, pbx)
        if agrees:
            assert (await visit).head["tls"]["version"] == "TLSv1.1"
        else:
            await failure_of(visit)

        assert bool(pbx.requests) is agrees
    assert owner.asked[0] == "Send the password by it nevertheless? [y/N] "


async def test_a_port_for_reports_that_is_taken(
    pbx: Simulator, make_visit: Visits
) -> None:
    """The option that helps is named, and nothing was sent."""
    taken = await asyncio.start_server(lambda r, w: w.close(), port=0)
    port = str(taken.sockets[0].getsockname()[1])
    async with taken:
        said = await failure_of(
            make_visit(owner_of(pbx), pbx, "--minutes", "0.01", "--report-port", port)
        )

    assert "--report-port" in said
    assert pbx.logins_ok == 0


@pytest.mark.parametrize("host", ["", "http://", "192.0.2.1:99999", "[::1"])
async def test_what_is_no_address(host: str) -> None:
    """Nothing is tried."""
    said = await failure_of(program.visit(options(host), Owner("", "")))

    assert said == "This is not the address of a PBX."


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (("192.0.2.1",), ("192.0.2.1", 8088, True)),
        (("192.0.2.1", "--port", "443"), ("192.0.2.1", 443, True)),
        (("pbx.example:80", "--http"), ("pbx.example", 80, False)),
        (("http://pbx.example:8088/login",), ("pbx.example", 8088, False)),
        (("https://[2001:db8::1]:443/",), ("2001:db8::1", 443, True)),
    ],
)
def test_an_address_may_be_pasted(
    given: tuple[str, ...], address: tuple[str, int, bool]
) -> None:
    """From the browser that shows the web page of the PBX."""
    assert program.address_of(program.options_of(given)) == address


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PbxAddressError(20015), "does not allow this address"),
        (PbxTooManySessionsError(60002), "all sessions"),
        (PbxOldTlsError(), "TLS 1.0 or 1.1"),
        (PbxBusyError(30001), "The PBX refused"),
    ],
)
def test_other_refusals_are_sentences(error: PbxError, said: str) -> None:
    """Each says what to do, or what the PBX said."""
    assert said in program.sentence(error)


async def test_a_redirect_names_the_options(
    socket_enabled: None, make_visit: Visits
) -> None:
    """The password does not go there."""
    async with Simulator(ssl_context=server_context()) as pbx:
        pbx.fail_next(Fault.REDIRECT, count=2)
        said = await failure_of(make_visit(owner_of(pbx), pbx))

    assert "try --port 8088" in said
    assert pbx.logins_ok == 0


async def test_a_query_that_is_refused_ends_nothing(
    pbx: Simulator, make_visit: Visits
) -> None:
    """The refusal is what is looked for."""
    pbx.refuse_next(30001, endpoint="trunklist/query")
    pbx.fail_next(Fault.GARBAGE, endpoint="ivr/query")

    capture = await make_visit(owner_of(pbx), pbx)

    lines = {line["endpoint"]: line for line in capture.lines}
    assert "30001" in lines["trunklist/query"]["body"]
    assert lines["ivr/query"]["error"] == "not JSON"
    assert "body" in lines["queue/query"]


def test_the_program_says_the_sentence(
    socket_enabled: None, unused_tcp_port: int
) -> None:
    """And ends with a failure."""
    owner = Owner("", "")

    code = program.main([f"http://127.0.0.1:{unused_tcp_port}"], owner)

    assert code == 1
    assert owner.said[-1].startswith("The PBX cannot be reached")
