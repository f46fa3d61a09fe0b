"""Who is told of a login, and what makes the next request log in again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from custom_components.yeastar.pbx.errors import (
    PbxAddressError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxRefusedError,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from tests.simulator import Fault, Simulator

from .conftest import TARGET, Clients, endpoints

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Change = Callable[[Simulator], Any]


@pytest.fixture
def told(client: SSeriesClient) -> list[PbxRefusedError | None]:
    """Return what is told of logins."""
    answers: list[PbxRefusedError | None] = []
    client.on_login = answers.append
    return answers


def elsewhere(address: str) -> Callable[..., Any]:
    """Return what makes sockets whose own address is another one."""

    class Transport(asyncio.DatagramTransport):
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return (address, 40000) if name == "sockname" else default

        def close(self) -> None:
            pass

    async def create(*args: object, **kwargs: object) -> tuple[Transport, None]:
        return Transport(), None

    return create


async def test_a_login_that_worked_is_told_once(
    client: SSeriesClient, told: list[PbxRefusedError | None]
) -> None:
    """However many wait for it."""
    await asyncio.gather(client.device_info(), client.trunks(), client.extensions())

    assert told == [None]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda pbx: setattr(pbx, "password", "changed"), PbxCredentialsError),
        (lambda pbx: pbx.lock_out(), PbxLockedOutError),
        (lambda pbx: setattr(pbx, "allowed_ips", set()), PbxAddressError),
    ],
    ids=["password", "locked out", "address"],
)
async def test_a_refused_login_is_told(
    pbx: Simulator,
    client: SSeriesClient,
    told: list[PbxRefusedError | None],
    spoil: Change,
    error: type[PbxRefusedError],
) -> None:
    """By whatever request it was needed."""
    spoil(pbx)

    with pytest.raises(error):
        await client.device_info()

    assert [type(refusal) for refusal in told] == [error]


async def test_what_was_not_sent_is_not_told(
    pbx: Simulator, client: SSeriesClient, told: list[PbxRefusedError | None]
) -> None:
    """The PBX answered only once."""
    pbx.lock_out()

    for _ in range(3):
        with pytest.raises(PbxLockedOutError):
            await client.device_info()

    assert len(told) == 1


async def test_a_login_without_an_answer_is_not_told(
    pbx: Simulator, client: SSeriesClient, told: list[PbxRefusedError | None]
) -> None:
    """A PBX that is away said nothing about us."""
    pbx.fault = Fault.CLOSE

    with pytest.raises(PbxError):
        await client.device_info()

    assert told == []


async def test_a_lock_out_known_from_before_is_waited_out(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Another client met it."""
    client.wait_out(600)

    with pytest.raises(PbxLockedOutError):
        await client.device_info()

    assert not pbx.requests


async def test_a_refused_address_makes_the_next_request_log_in(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The refused one is not repeated; the next tells whether we are allowed again."""
    await client.login()
    pbx.refuse_next(20015, endpoint="deviceinfo/query")
    with pytest.raises(PbxAddressError):
        await client.device_info()
    assert endpoints(pbx) == ["login", "deviceinfo/query"]

    await client.device_info()

    assert pbx.logins_ok == 2


async def test_a_forgotten_token_lets_the_next_request_log_in(
    pbx: Simulator, make_client: Clients
) -> None:
    """Which says anew where reports go."""
    client = make_client(report_target=TARGET)
    await client.login()
    pbx.report_target = None

    client.forget_token()
    await client.device_info()

    assert pbx.logins_ok == 2
    assert pbx.report_target


async def test_a_login_notes_our_address(client: SSeriesClient) -> None:
    """As the PBX sees it."""
    await client.login()

    assert client.own_address == "127.0.0.1"
    assert not await client.has_moved()


async def test_another_address_of_ours_is_noticed(
    client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without sending anything."""
    await client.login()
    monkeypatch.setattr(
        asyncio.get_running_loop(), "create_datagram_endpoint", elsewhere("192.0.2.7")
    )

    assert await client.has_moved()


async def test_an_address_that_cannot_be_found_out_is_no_other_one(
    client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that is down moves nobody."""

    async def fail(*args: object, **kwargs: object) -> None:
        raise OSError("no route")

    await client.login()
    monkeypatch.setattr(asyncio.get_running_loop(), "create_datagram_endpoint", fail)

    assert not await client.has_moved()
