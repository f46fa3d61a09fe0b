"""Which version of the API a session uses, on boxes that do not serve all of them."""

import pytest

from custom_components.yeastar.pbx.errors import (
    PbxCredentialsError,
    PbxNewerApiError,
    PbxUnsupportedError,
    Refusal,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.pbx import SSeriesPbx
from tests.simulator import Simulator
from tests.simulator.versions import Versions

from .conftest import TARGET, Clients, endpoints

pytestmark = pytest.mark.usefixtures("socket_enabled")


def versions(pbx: Simulator) -> list[str | None]:
    """Return the versions in the paths of the requests so far."""
    return [request.version for request in pbx.requests]


def logins(pbx: Simulator) -> list[str | None]:
    """Return the versions of the logins so far."""
    return [r.version for r in pbx.requests if r.endpoint == "login"]


async def test_a_box_that_serves_all_is_asked_by_the_oldest(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """One login, by the version that the guide of the oldest firmware prints."""
    await client.device_info()

    assert versions(pbx) == ["v1.0.0", "v1.0.0"]
    assert client.api_version == "v1.0.0"


async def test_a_box_without_the_oldest_version_is_asked_by_the_next(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Every operation goes where the login was accepted, also one of v1.0.1."""
    pbx.quirks.versions = Versions.V1_1_AND_NEWER

    await client.device_info()
    await client.send_sms("GSM-trunk", "5503301", "Hello")
    await client.logout()

    assert endpoints(pbx) == [
        *("login", "login", "deviceinfo/query", "sms/send", "logout")
    ]
    assert versions(pbx) == ["v1.0.0", *["v1.1.0"] * 4]
    assert not pbx.sessions.tokens


async def test_a_box_that_takes_only_the_misprint_of_the_guide_is_asked_by_it(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The login of API v1.1.0 is printed as v1.10."""
    pbx.refuse_next(10003, "login", 2)

    await client.device_info()

    assert logins(pbx) == ["v1.0.0", "v1.1.0", "v1.10"]
    assert client.api_version == "v1.10"


async def test_what_worked_is_used_for_the_next_login(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It is not looked for again."""
    pbx.quirks.versions = Versions.V1_1_AND_NEWER
    await client.device_info()
    pbx.expire_tokens()

    await client.device_info()

    assert logins(pbx) == ["v1.0.0", "v1.1.0", "v1.1.0"]


async def test_what_worked_for_an_earlier_client_is_tried_first(
    pbx: Simulator, make_client: Clients
) -> None:
    """It is kept with the entry."""
    await make_client(api_version="v1.10").device_info()

    assert versions(pbx) == ["v1.10", "v1.10"]


@pytest.mark.parametrize("kept", ["v2.0.0", "v9", "../x"])
async def test_a_version_of_another_api_is_not_tried_first(
    pbx: Simulator, make_client: Clients, kept: str
) -> None:
    """Nor is anything else that is no version of API v1."""
    await make_client(api_version=kept).device_info()

    assert logins(pbx) == ["v1.0.0"]


async def test_what_worked_before_and_is_refused_now_is_looked_for_again(
    pbx: Simulator, make_client: Clients
) -> None:
    """The firmware was updated while nobody looked."""
    pbx.quirks.versions = Versions.V1_0_ONLY

    await make_client(api_version="v1.1.0").device_info()

    assert logins(pbx) == ["v1.1.0", "v1.0.0"]


async def test_a_version_that_is_served_no_longer_is_noticed_by_a_living_session(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A path that is not there is refused before the token is looked at."""
    await client.device_info()
    pbx.quirks.versions = Versions.V1_1_AND_NEWER

    await client.extensions()

    assert client.api_version == "v1.1.0"
    assert logins(pbx) == ["v1.0.0", "v1.1.0"]


async def test_a_version_that_takes_only_logins_is_none(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Its operations are looked for in the next."""
    pbx.refuse_next(10003, "deviceinfo/query")

    assert (await client.device_info()).serial_number == pbx.state.device.sn
    assert logins(pbx) == ["v1.0.0", "v1.1.0"]


async def test_a_query_that_every_version_refuses_is_refused(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Each is asked once; the next query begins from the start."""
    pbx.refuse_next(10003, "extensionlist/query", 3)

    with pytest.raises(PbxUnsupportedError):
        await client.extensions()
    await client.extensions()

    assert logins(pbx) == ["v1.0.0", "v1.1.0", "v1.10", "v2.0.0", "v1.0.0"]


async def test_another_firmware_is_asked_by_the_oldest_version_again(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It may serve others than the one before; reports are asked for anew."""
    pbx.quirks.versions = Versions.V1_1_AND_NEWER
    box = SSeriesPbx("Box", client)
    await box.poll(slowly=True)
    pbx.quirks.versions = Versions.ANY
    pbx.state.device.firmwarever = "30.13.0.30"

    await box.poll(slowly=True)

    assert logins(pbx) == ["v1.0.0", "v1.1.0", "v1.0.0"]
    assert box.api_version == "v1.0.0"


async def test_a_box_whose_api_is_off_refuses_every_version(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Only then it is said that there is no API."""
    pbx.quirks.versions = Versions.OFF

    with pytest.raises(PbxUnsupportedError) as caught:
        await client.device_info()

    assert caught.value.reason is Refusal.UNSUPPORTED_REQUEST
    assert logins(pbx) == ["v1.0.0", "v1.1.0", "v1.10", "v2.0.0"]
    assert not client.logged_in


async def test_a_box_with_the_newest_api_alone_is_told_apart(
    pbx: Simulator, make_client: Clients
) -> None:
    """Its session is ended, and with it the reports that it took."""
    pbx.quirks.versions = Versions.V2_ONLY

    with pytest.raises(PbxNewerApiError):
        await make_client(report_target=TARGET).device_info()

    assert endpoints(pbx)[-1] == "logout"
    assert not pbx.sessions.tokens
    assert pbx.report_target is None


async def test_a_wrong_password_is_sent_once_by_a_version_that_is_served(
    pbx: Simulator, make_client: Clients
) -> None:
    """A refusal of the version is none of the password."""
    pbx.quirks.versions = Versions.V1_1_AND_NEWER
    client = make_client(password="wrong")

    for _ in range(3):
        with pytest.raises(PbxCredentialsError):
            await client.device_info()

    assert logins(pbx) == ["v1.0.0", "v1.1.0"]


async def test_a_version_that_is_refused_is_told_to_nobody(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The login as a whole was accepted."""
    told: list[object] = []
    client.on_login = told.append
    pbx.quirks.versions = Versions.V1_1_AND_NEWER

    await client.device_info()

    assert told == [None]


# Boxes that take no port 0


@pytest.mark.parametrize("target", [TARGET, None], ids=["reports", "no reports"])
async def test_a_box_that_keeps_to_the_guide_takes_the_port(
    pbx: Simulator, make_client: Clients, target: object
) -> None:
    """From 1 to 65535, also where no reports are wanted."""
    pbx.quirks.strict_ports = True

    await make_client(report_target=target).device_info()

    assert pbx.logins_ok == 1
    assert 1 <= int(pbx.requests[0].body["port"]) <= 65535


async def test_a_session_without_reports_leaves_none_behind(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The login took them from whoever had them, the logout takes them away."""
    await client.device_info()
    await client.logout()

    assert pbx.report_target is None
