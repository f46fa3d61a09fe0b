"""What an S-Series PBX answers: how it is read, refused and logged."""

import json
import logging

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.yeastar.pbx.errors import (
    PbxError,
    PbxProtocolError,
    PbxRefusedError,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.wire import Json
from tests.simulator import Fault, Simulator

from .conftest import Box, answer, endpoints

pytestmark = pytest.mark.usefixtures("socket_enabled")

SUCCESS = b'{"status":"Success"}'
LOGGER = "custom_components.yeastar.pbx.s_series"


async def ask(client: SSeriesClient, box: Box, reply: bytes) -> dict[str, Json]:
    """Post a request that is answered in a given way."""
    box.answers["x"] = reply
    return await client._post("v1.0.0/x", {})


# What is sent


async def test_a_request_is_posted_with_its_token_in_the_query(
    box: Box, box_client: SSeriesClient
) -> None:
    """The fields are JSON in ASCII, over a connection of its own."""
    box.answers["x"] = answer(SUCCESS)

    await box_client._post("v1.0.0/x", {"number": "1000", "text": "ü"}, "a token&")

    (request,) = box.requests
    assert (request.method, request.path) == ("POST", "/api/v1.0.0/x")
    assert request.query == {"token": "a token&"}
    assert request.headers["connection"] == "close"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["content-length"] == str(len(request.raw))
    assert json.loads(request.raw.decode("ascii")) == {"number": "1000", "text": "ü"}


async def test_without_a_token_there_is_no_query(
    box: Box, box_client: SSeriesClient
) -> None:
    """As at a login."""
    box.answers["x"] = answer(SUCCESS)

    await box_client._post("v1.0.0/x", {})

    assert box.requests[0].query == {}


# What is understood


@pytest.mark.parametrize("fault", [Fault.BOM, Fault.NUL, Fault.WRONG_TYPE, Fault.SLOW])
async def test_an_untidy_answer_is_understood(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """As long as it comes in time."""
    pbx.fault = fault

    assert (await client.device_info()).serial_number == pbx.state.device.sn


@pytest.mark.parametrize("status", ["Success", "success", "SUCCESS", " Success "])
async def test_success_is_success_in_any_case(
    status: str, box: Box, box_client: SSeriesClient
) -> None:
    """And with white space around it."""
    body = json.dumps({"status": status, "x": "y"})

    assert (await ask(box_client, box, answer(body)))["x"] == "y"


async def test_of_a_repeated_key_the_last_counts(
    box: Box, box_client: SSeriesClient
) -> None:
    """In answers; in reports all do."""
    body = '{"status":"Failed","status":"Success"}'

    assert await ask(box_client, box, answer(body)) == {"status": "Success"}


async def test_an_answer_that_is_not_all_utf_8_is_understood(
    box: Box, box_client: SSeriesClient
) -> None:
    """One name in another encoding must not cost a whole list."""
    result = await ask(
        box_client, box, answer(b'{"status":"Success","username":"M\xfcller\t"}')
    )

    assert result["username"] == "M\N{REPLACEMENT CHARACTER}ller\t"


# Refusals


@pytest.mark.parametrize(
    ("errno", "number"),
    [
        ('"10007"', 10007),
        ("10007", 10007),
        ('" 10007 "', 10007),
        ('"-1"', -1),
        ('""', 0),
        ("null", 0),
        ('"ten"', 0),
        ("[10007]", 0),
        ("10007.5", 0),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", 0),
        ("-9007199254740992", 0),
        pytest.param('"%s"' % ("9" * 5000), 0, id="endless"),
    ],
)
async def test_a_refusal_has_its_number_however_it_is_written(
    errno: str, number: int, box: Box, box_client: SSeriesClient
) -> None:
    """0 if there is none."""
    with pytest.raises(PbxRefusedError) as caught:
        await ask(box_client, box, answer(f'{{"status":"Failed","errno":{errno}}}'))

    assert caught.value.number == number


async def test_a_refusal_without_a_number_is_a_refusal(
    box: Box, box_client: SSeriesClient
) -> None:
    """The status alone says so."""
    with pytest.raises(PbxRefusedError) as caught:
        await ask(box_client, box, answer('{"status":"failed"}'))

    assert caught.value.number == 0


# Nonsense


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTTP_500,
        Fault.HTML,
        Fault.GARBAGE,
        Fault.EMPTY,
        Fault.NOT_OBJECT,
        Fault.HALF,
        Fault.HUGE,
    ],
)
async def test_what_is_no_answer_of_this_api_is_refused(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """Whatever else it is."""
    await client.login()
    pbx.fail_next(fault)

    with pytest.raises(PbxProtocolError):
        await client.device_info()

    assert endpoints(pbx) == ["login", "deviceinfo/query"]


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"status":""}',
        '{"status":null}',
        '{"status":["Success"]}',
        '{"status":"Perhaps"}',
        '{"errno":"10003"}',
        "null",
        "true",
        '"Success"',
        "NaN",
        '{"status":"Success"}{"status":"Success"}',
        "{'status':'Success'}",
        pytest.param('{"status":"Success","x":%s}' % ("9" * 5000), id="endless number"),
        pytest.param("[" * 60_000, id="open brackets"),
        pytest.param(
            '{{"status":"Success","x":{}{}}}'.format("[" * 60_000, "]" * 60_000),
            id="nested brackets",
        ),
    ],
)
async def test_an_answer_without_a_status_is_refused(
    body: str, box: Box, box_client: SSeriesClient
) -> None:
    """Every answer of this API has one."""
    with pytest.raises(PbxProtocolError):
        await ask(box_client, box, answer(body))


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_answers_only_our_own_errors_are_raised(
    box: Box, box_client: SSeriesClient, body: bytes
) -> None:
    """Of arbitrary bodies; arbitrary heads are the business of aiohttp."""
    with pytest.raises(PbxError):
        await ask(box_client, box, answer(body))


# What is logged


async def test_an_exchange_is_logged_without_what_was_said(
    box: Box, box_client: SSeriesClient, caplog: pytest.LogCaptureFixture
) -> None:
    """What was asked, how it ended, and how long it took."""
    caplog.set_level(logging.DEBUG, logger=LOGGER)
    box.answers["x"] = answer('{"status":"Failed","errno":"10007"}')

    with pytest.raises(PbxRefusedError):
        await box_client._post("v1.0.0/x", {"extid": "1000"}, "token")

    (record,) = [r for r in caplog.records if r.name == LOGGER]
    message = record.getMessage()
    assert message.startswith("v1.0.0/x: failed 10007 (")
    assert message.endswith(" ms)")
