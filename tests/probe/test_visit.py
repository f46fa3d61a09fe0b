"""A whole visit over real sockets."""

import asyncio
from pathlib import Path

import pytest

from scripts.pbx_probe import program
from tests.simulator import Quirks, Simulator, Versions
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.quirks import ReportMethod
from tests.simulator.tls import server_context

from .conftest import LISTEN, OUTSIDE, Visits, make_calls, owner_of, text_of

READ_ONLY_S = {
    "cdr/download",
    "cdr/get_random",
    "deviceinfo/query",
    "extension/query",
    "extensionlist/query",
    "heartbeat",
    "inbound/query",
    "ivr/query",
    "login",
    "logout",
    "outbound/query",
    "queue/query",
    "system/information",
    "trunklist/query",
    "wakeupcall/query",
}
V2_NAMES = {"extension/list", "trunk/list", "call/query"}


def asked_of(pbx: Simulator | PSeriesSimulator) -> set[str | None]:
    """Return the endpoints that were asked for."""
    return {request.endpoint for request in pbx.requests}


async def test_an_s_series_is_asked_and_its_reports_are_taken(
    pbx: Simulator, make_visit: Visits
) -> None:
    """Those of the calls that the owner makes meanwhile."""
    owner = owner_of(pbx, calls=lambda: make_calls(pbx))

    capture = await make_visit(owner, pbx, *LISTEN)

    assert capture.family == "s_series"
    assert capture.head["reports_by"] == "HTTP"
    assert capture.head["tls"] is None
    actions = {line["body"].split('"')[3] for line in capture.reports}
    assert {"RING", "ANSWER", "BYE", "NewCdr", "ExtensionStatus"} <= actions
    assert capture.reports[0]["head"]["names_the_path"]
    talking = [a for a in capture.answers if '"Talking"' in a["body"]]
    assert {answer["endpoint"] for answer in talking} == {
        "inbound/query",
        "outbound/query",
    }


async def test_an_s_series_is_sent_nothing_that_changes_it(
    pbx: Simulator, make_visit: Visits
) -> None:
    """Only queries, and what a session needs, which ends at last."""
    pbx.add_record(pbx.clock() - 3600, OUTSIDE, "1000")
    await make_visit(owner_of(pbx), pbx, "--minutes", "0.005")

    paths = [request.path.partition("?")[0] for request in pbx.requests]
    named = {path.strip("/").split("/", 2)[2] for path in paths}
    assert named == READ_ONLY_S
    assert pbx.requests[-1].endpoint == "logout"


async def test_records_of_the_last_day_are_taken(
    pbx: Simulator, make_visit: Visits
) -> None:
    """The beginning of their file, with its form."""
    pbx.quirks.cdr_quotes = pbx.quirks.cdr_crlf = True
    record = pbx.add_record(pbx.clock() - 3600, OUTSIDE, "1000")

    capture = await make_visit(owner_of(pbx), pbx)

    (file,) = capture.tables
    assert file["endpoint"] == "cdr/download"
    names, row, _ = file["table"].split("\r\n")
    assert "callid" in names
    assert row.startswith(f'"{record.callid}","')
    assert OUTSIDE not in row


async def test_the_versions_that_answer_are_found_out(
    pbx: Simulator, make_visit: Visits
) -> None:
    """By the same query of each."""
    pbx.quirks.versions = Versions.V1_1_AND_NEWER

    capture = await make_visit(owner_of(pbx), pbx)

    answered = {
        answer["version"]: "Success" in answer["body"]
        for answer in capture.answers
        if answer["endpoint"] == "deviceinfo/query"
    }
    assert answered == {
        "v1.0.0": False,
        "v1.0.1": False,
        "v1.1.0": True,
        "v1.10": True,
        "v2.0.0": True,
    }


async def test_a_box_with_api_v2_alone_is_asked_by_its_names(
    socket_enabled: None, make_visit: Visits
) -> None:
    """Its reports come in the shape of v2."""
    async with Simulator(quirks=Quirks(versions=Versions.V2_ONLY)) as pbx:
        owner = owner_of(pbx, calls=lambda: make_calls(pbx))
        capture = await make_visit(owner, pbx, *LISTEN)

    assert {answer["endpoint"] for answer in capture.answers} >= V2_NAMES
    assert any('"members"' in report["body"] for report in capture.reports)
    assert any(
        '"memberstatus"' in answer["body"]
        for answer in capture.answers
        if answer["endpoint"] == "call/query"
    )


@pytest.mark.parametrize("says", [True, False])
async def test_reports_by_tcp_are_fetched(
    says: bool, socket_enabled: None, make_visit: Visits
) -> None:
    """With what stands around them, where the box says that it tells them so."""
    quirks = Quirks(
        report_method=ReportMethod.TCP, report_login_reply=says, report_newline=says
    )
    async with Simulator(quirks=quirks) as pbx:
        owner = owner_of(pbx, calls=lambda: make_calls(pbx))
        port = str(pbx.report_server.port)
        capture = await make_visit(owner, pbx, *LISTEN, "--tcp-port", port)

    assert capture.head["reports_by"] == "TCP"
    assert any('"CallStatus"' in report["body"] for report in capture.reports)
    around = [r["head"]["before"] for r in capture.reports if "head" in r]
    assert around[1:] == (["\n"] if says else [])
    assert ("Success" in around[0]) is says


async def test_a_login_for_reports_that_is_refused_is_sent_once(
    socket_enabled: None, make_visit: Visits
) -> None:
    """Five wrong ones would lock the owner out."""
    logins: list[bytes] = []

    async def refuse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        logins.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"Response: Error\r\nMessage: not you, Anna 4711\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1")
    port = str(server.sockets[0].getsockname()[1])
    async with server, Simulator(quirks=Quirks(report_method=ReportMethod.TCP)) as pbx:
        owner = owner_of(pbx)
        capture = await make_visit(owner, pbx, "--minutes", "0.01", "--tcp-port", port)

    assert len(logins) == 1
    assert "The connection of reports ended: closed after" in owner.read
    assert capture.head["trouble"] == (
        "closed after 'Response: Error\\r\\nMessage: word word, word 0000\\r\\n\\r\\n'"
    )


async def test_a_p_series_is_asked_and_its_events_are_followed(
    p_series: PSeriesSimulator, make_visit: Visits
) -> None:
    """Its only token is given back."""
    owner = owner_of(p_series, calls=lambda: make_calls(p_series))

    capture = await make_visit(owner, p_series, *LISTEN)

    assert capture.family == "p_series"
    assert any("30011" in report["body"] for report in capture.reports)
    assert any("30012" in report["body"] for report in capture.reports)
    assert any(
        "ANSWERED" in answer["body"]
        for answer in capture.answers
        if answer["endpoint"] == "call/query"
    )
    assert p_series.tokens_alive == 0
    assert asked_of(p_series) <= {
        "call/query",
        "cdr/search",
        "company_contact/list",
        "del_token",
        "extension/get",
        "extension/list",
        "extension_status_monitor/list",
        "get_token",
        "ivr/list",
        "queue/agent_status",
        "queue/call_status",
        "queue/list",
        "ringgroup/list",
        "subscribe",
        "system/capacity",
        "system/information",
        "trunk/list",
        "trunk_status_monitor/list",
        "vm/query",
    }


@pytest.mark.parametrize("old_box", [False, True])
async def test_facts_about_tls_name_nothing(
    old_box: bool, socket_enabled: None, make_visit: Visits
) -> None:
    """An old box has a cipher without forward secrecy, and a small key."""
    async with Simulator(ssl_context=server_context(old_box=old_box)) as pbx:
        capture = await make_visit(owner_of(pbx), pbx)

    facts = capture.head["tls"]
    assert facts["version"] == ("TLSv1.2" if old_box else "TLSv1.3")
    assert facts["has_forward_secrecy"] is not old_box
    certificate = facts["certificate"]
    assert certificate["key"] == "RSA"
    assert certificate["key_size"] == (1024 if old_box else 2048)
    assert certificate["signature_hash"] == "sha256"
    assert certificate["signed_by_itself"]
    assert set(certificate) == {
        "has_alternative_names",
        "key",
        "key_size",
        "signature_hash",
        "signed_by_itself",
        "valid_from",
        "valid_until",
    }


async def test_the_file_is_shown_and_it_is_said_where_to_attach_it(
    pbx: Simulator, make_visit: Visits, file: Path
) -> None:
    """All of it, as it is."""
    owner = owner_of(pbx)

    await make_visit(owner, pbx)

    assert text_of(file) in owner.read
    assert str(file) in owner.read
    assert program.ISSUES in owner.read


async def test_where_reports_go_is_said_before_anything_is_sent(
    pbx: Simulator, make_visit: Visits, file: Path
) -> None:
    """An owner who does not agree is asked for no password."""
    owner = owner_of(pbx, agrees=False)

    with pytest.raises(program.Failure, match="nothing was written"):
        await make_visit(owner, pbx)

    assert "to this one, and to Home Assistant no longer" in owner.read
    assert owner.asked == ["Go on? [y/N] "]
    assert pbx.logins_ok == 0
    assert text_of(file) == ""


async def test_it_is_said_when_no_report_came(
    pbx: Simulator, make_visit: Visits
) -> None:
    """With the two reasons that are most likely."""
    owner = owner_of(pbx)

    await make_visit(owner, pbx, "--minutes", "0.005")

    assert "No report came" in owner.read
    assert "Status Monitor" in owner.read
