"""What the error numbers of a PBX mean."""

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx.errors import (
    PbxAddressError,
    PbxBusyError,
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxOccupiedError,
    PbxProtocolError,
    PbxRecordingGoneError,
    PbxRecordingRefusedError,
    PbxRedirectError,
    PbxRefusedError,
    PbxTokenError,
    PbxUnconfirmedError,
    PbxUnsupportedError,
    Refusal,
)
from custom_components.yeastar.pbx.p_series.refusals import refusal as p_series_refusal
from custom_components.yeastar.pbx.s_series.refusals import reason_of, refusal

# What only the P-Series refuses, each with one of its numbers.
P_SERIES_REASONS = {
    Refusal.ACCESS_DENIED: 10005,
    Refusal.NOT_FOUND: 60001,
    Refusal.OPERATION_FAILED: -1,
    Refusal.PARAMETER_WRONG: 40002,
    Refusal.TOO_MANY_SESSIONS: 60002,
}

# The tables of the vendor's guides, number by number.
NUMBERS = {
    10002: "xml unsupported",
    10003: "unsupported request",
    10004: "parameter blank",
    10005: "call id unknown",
    10006: "extension unknown",
    10007: "call unknown",
    10008: "extension not idle",
    10009: "monitoring not allowed",
    10010: "monitor mode mismatch",
    10011: "callee unknown",
    10012: "ivr unknown",
    10013: "queue unknown",
    10014: "ring group unknown",
    10015: "not connected",
    10016: "control too late",
    10017: "extension not configured",
    10018: "ivr not configured",
    10019: "queue not configured",
    10020: "alarm not configured",
    10021: "alarm unknown",
    10022: "alarm exists",
    10023: "prompt unknown",
    10024: "no outbound permission",
    10025: "apply too frequent",
    10026: "gsm module unknown",
    10027: "gsm module busy",
    10028: "phone number blank",
    10029: "sms file failed",
    10030: "sms blank",
    10031: "callee format",
    10032: "wrong queue password",
    10033: "extension route not saved",
    **dict.fromkeys(range(10042, 10063), "sip trunk field"),
    **dict.fromkeys(range(10063, 10073), "inbound route field"),
    **dict.fromkeys(range(10073, 10085), "outbound route field"),
    10085: "extension exists",
    10086: "delete failed",
    10087: "extension limit",
    10140: "contact fields",
    20000: "json only",
    20001: "post only",
    20002: "locked out",
    20003: "bad credentials",
    20004: "token unknown",
    20005: "token blank",
    20006: "token expired",
    20007: "data blank",
    20008: "bad port",
    20009: "request blank",
    20010: "service unreachable",
    20011: "heartbeat failed",
    20012: "recording invalid",
    20013: "captcha",
    20014: "recording gone",
    20015: "address not allowed",
    20016: "voicemail parameter",
    20017: "voicemail invalid",
    20018: "voicemail unknown",
    20019: "cdr time format",
    20020: "cdr invalid",
    20021: "cdr unknown",
    30001: "internal",
    30003: "service not running",
    # Misprints of the guides.
    100021: "alarm unknown",
    100024: "no outbound permission",
}
SPECIAL: dict[int, type[PbxRefusedError]] = {
    10003: PbxUnsupportedError,
    10025: PbxBusyError,
    20002: PbxLockedOutError,
    20003: PbxCredentialsError,
    20004: PbxTokenError,
    20005: PbxTokenError,
    20006: PbxTokenError,
    20010: PbxBusyError,
    20012: PbxRecordingRefusedError,
    20014: PbxRecordingGoneError,
    20015: PbxAddressError,
    30001: PbxBusyError,
    30003: PbxBusyError,
}


@pytest.mark.parametrize(("number", "meaning"), NUMBERS.items())
def test_every_number_of_the_guides_has_its_meaning(number: int, meaning: str) -> None:
    """And says so in its sentence."""
    error = refusal(number)

    assert error.number == number
    assert error.reason is reason_of(number) is not None
    assert str(error) == f"The PBX refused: {meaning} ({number})"


@pytest.mark.parametrize("number", NUMBERS)
def test_only_some_refusals_ask_for_something_special(number: int) -> None:
    """All others are plain refusals."""
    assert type(refusal(number)) is SPECIAL.get(number, PbxRefusedError)


@pytest.mark.parametrize("reason", Refusal)
def test_every_reason_belongs_to_a_number_of_the_guides(reason: Refusal) -> None:
    """None was made up, and each is written as its meaning."""
    if reason in P_SERIES_REASONS:
        assert p_series_refusal(P_SERIES_REASONS[reason]).reason is reason
    else:
        assert reason in {reason_of(number) for number in NUMBERS}
        assert reason.replace("_", " ") in NUMBERS.values()


@pytest.mark.parametrize("number", [0, -1, 10001, 10034, 10041, 10088, 99999, 10**30])
def test_a_number_no_guide_knows_is_a_refusal_without_meaning(number: int) -> None:
    """Its number is kept."""
    error = refusal(number)

    assert type(error) is PbxRefusedError
    assert (error.number, error.reason) == (number, None)
    assert str(error) == f"The PBX refused: unknown ({number})"


@given(st.integers())
def test_every_number_makes_an_error(number: int) -> None:
    """However large it is."""
    assert refusal(number).reason is reason_of(number)


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (PbxConnectionError, PbxError),
        (PbxProtocolError, PbxError),
        (PbxRefusedError, PbxError),
        (PbxCertificateError, PbxConnectionError),
        (PbxCertificateChangedError, PbxCertificateError),
        (PbxOccupiedError, PbxConnectionError),
        (PbxUnconfirmedError, PbxConnectionError),
        (PbxRedirectError, PbxProtocolError),
        *(
            (special, PbxRefusedError)
            for special in sorted(set(SPECIAL.values()), key=str)
        ),
    ],
)
def test_errors_are_one_family(error: type[PbxError], base: type[PbxError]) -> None:
    """Who catches the base catches them all."""
    assert error.__base__ is base


def test_a_redirect_says_which_scheme_and_port_to_use() -> None:
    """For those who read the log."""
    error = PbxRedirectError("https", 8088)

    assert (error.scheme, error.port) == ("https", 8088)
    assert str(error) == "The PBX redirects to https, port 8088"
