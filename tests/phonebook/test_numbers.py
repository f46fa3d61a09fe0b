"""All ways to write a number are that number, and no other."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType
import pytest

from custom_components.yeastar.phonebook.numbers import (
    NumberFormat,
    NumberPlan,
    diallable,
    is_name,
    load_countries,
    readable,
)

MOBILE = "+491713920010"
BERLIN = "+493023125001"
GERMANY = NumberPlan("DE")
IN_BERLIN = NumberPlan("DE", area_code="030")


@pytest.fixture(autouse=True, scope="module")
def countries() -> None:
    """Read the tables of all countries."""
    load_countries()


@pytest.mark.parametrize(
    ("country", "written", "number"),
    [
        # As people and phone books write them
        ("DE", "0171 3920010", MOBILE),
        ("DE", "+49 171 3920010", MOBILE),
        ("DE", "0049 171 3920010", MOBILE),
        ("DE", "+49 (0) 171 3920010", MOBILE),
        ("DE", "+49(0)171/3920010", MOBILE),
        ("DE", "0049 [0] 171-3920010", MOBILE),
        ("DE", "+49 0171 3920010", MOBILE),
        ("DE", "030/23125001", BERLIN),
        ("DE", "030 / 23 12 50 01", BERLIN),
        ("DE", "(030) 23.12.50.01", BERLIN),
        ("DE", "\u2068+49 30 23125001\u2069", BERLIN),
        ("DE", "\u200e0171 3920010", MOBILE),
        ("DE", "030\u200923125001", BERLIN),
        ("DE", "030\u201323125001", BERLIN),
        ("DE", "030\u221223125001\ufeff", BERLIN),
        ("DE", "\uff10\uff11\uff17\uff11\u30fc3920010", MOBILE),
        (
            "DE",
            "\u0660\u0661\u0667\u0661 \u0663\u0669\u0662\u0660\u0660\u0661\u0660",
            MOBILE,
        ),
        ("DE", "\uff0b49 171 3920010", MOBILE),
        # As networks send them
        ("DE", "491713920010", MOBILE),
        ("DE", "493023125001", BERLIN),
        ("DE", "1713920010", MOBILE),
        ("DE", "31201234567", "+31201234567"),
        ("DE", "12125551234", "+12125551234"),
        ("DE", "sip:+491713920010@sip.example", MOBILE),
        ("DE", "sips:01713920010@192.0.2.1:5061;user=phone", MOBILE),
        ("DE", "+491713920010;user=phone", MOBILE),
        ("DE", "+491713920010@sip.example", MOBILE),
        ("DE", '"Anna" <sip:%2B491713920010@sip.example>;tag=1', MOBILE),
        ("DE", "Anna <01713920010>", MOBILE),
        ("DE", "tel:+49-171-3920010", MOBILE),
        ("DE", "tel:1713920010;phone-context=+49", MOBILE),
        # Letters of the keypad
        ("DE", "0800 FLOWERS", "+498003569377"),
        ("DE", "0800 flowers", "+498003569377"),
        ("US", "1-800-FLOWERS", "+18003569377"),
        ("AU", "13 CATS", "+61132287"),
        # Other countries have other rules
        ("US", "(212) 555-1234", "+12125551234"),
        ("US", "1-212-555-1234", "+12125551234"),
        ("US", "011 49 30 23125001", BERLIN),
        ("US", "0049 30 23125001", BERLIN),
        ("US", "493023125001", BERLIN),
        ("NL", "0201234567", "+31201234567"),
        ("IT", "06 69812345", "+390669812345"),
        ("IT", "+39 (0)6 69812345", "+390669812345"),
        ("IT", "390669812345", "+390669812345"),
        ("IT", "+39 (0)340 1234567", "+393401234567"),
        ("GB", "07700 900123", "+447700900123"),
        ("GB", "447700900123", "+447700900123"),
        ("GB", "+44 (0)7700 900123", "+447700900123"),
        ("CN", "13855551234", "+8613855551234"),
        ("BR", "11 98765-4321", "+5511987654321"),
        ("RU", "8 (916) 123-45-67", "+79161234567"),
        (None, "+49 30 23125001", BERLIN),
        (None, "493023125001", BERLIN),
    ],
)
def test_one_number_is_written_in_many_ways(
    country: str | None, written: str, number: str
) -> None:
    """Country code, trunk prefix and what is there for the eye do not matter."""
    plan = NumberPlan(country)
    assert plan.normalized(written) == number
    assert plan.are_same(written, number)


@pytest.mark.parametrize(
    ("country", "one", "other"),
    [
        ("DE", "030123456", "040123456"),
        ("DE", "+49 30 123456", "+43 30 123456"),
        ("DE", "491713920010", "0491713920010"),
        ("IT", "0669812345", "669812345"),
        ("DE", "*21", "21"),
        ("DE", "1000", "100"),
        ("DE", "024", "24"),
        ("DE", "23125001", "030 23125001"),
        ("DE", "110", "030 110"),
        (None, "+49 30 123456", "030123456"),
    ],
)
def test_other_numbers_are_others(country: str | None, one: str, other: str) -> None:
    """A number that only looks alike is somebody else's."""
    assert not NumberPlan(country).are_same(one, other)


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_country_reads_its_own_numbers_in_all_forms(country: str) -> None:
    """Examples of the library, with a plus, with 00, without either, and national."""
    plan = NumberPlan(country)
    for kind in (
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.TOLL_FREE,
    ):
        example = phonenumbers.example_number_for_type(country, kind)
        if example is None:
            continue
        e164 = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        for form in (
            phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL),
            phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL),
            phonenumbers.format_number(example, PhoneNumberFormat.RFC3966),
            f"00{e164[1:]}",
            e164[1:],
        ):
            assert plan.are_same(form, e164), form


@pytest.mark.parametrize(
    ("plan", "written", "number"),
    [
        (IN_BERLIN, "23125001", BERLIN),
        (NumberPlan("DE", area_code="30"), "23125001", BERLIN),
        (NumberPlan("DE", area_code="+49 30"), "2312 5001", BERLIN),
        (NumberPlan("US", area_code="212"), "555-1234", "+12125551234"),
        (IN_BERLIN, "040 1234567", "+49401234567"),
        (IN_BERLIN, "110", "110"),
        (IN_BERLIN, "*21", "*21"),
        (NumberPlan("DE", prefix="0"), "0030 23125001", BERLIN),
        (NumberPlan("DE", prefix="0"), "00049 30 23125001", BERLIN),
        (NumberPlan("US", prefix="9"), "92125551234", "+12125551234"),
    ],
)
def test_area_code_and_prefix_complete_a_number(
    plan: NumberPlan, written: str, number: str
) -> None:
    """A local number lacks the one; the PBX shows the other with what it dialled."""
    plan = NumberPlan.of(
        {"area_code": plan.area_code, "outside_prefix": plan.prefix}, plan.country
    )
    assert plan.normalized(written) == number


def test_a_number_that_may_be_two_is_found_as_either() -> None:
    """In Italy 390 6698123 is a mobile, and 06 698123 with the country code."""
    italy = NumberPlan("IT")
    assert italy.are_same("3906698123", "+39 06 698123")
    assert italy.are_same("3906698123", "390 669 8123")
    assert not italy.are_same("390 669 8123", "+39 06 698124")


@pytest.mark.parametrize(
    ("pattern", "number", "fits"),
    [
        ("0900*", "0900123456", True),
        ("0900*", "+49900123456", True),
        ("0900*", "49900123456", True),
        ("0900*", "0049 900 123456", True),
        ("09 00 *", "+49900123456", True),
        ("+49 900*", "0900123456", True),
        ("0049900*", "0900123456", True),
        ("49900*", "0900123456", True),
        ("+49 (0)900*", "0900123456", True),
        ("030/231*", BERLIN, True),
        ("+44*", "0044 20 79460000", True),
        ("0900*", BERLIN, False),
        ("900*", "0900123456", False),
        ("4*", "0900123456", False),
        ("+4*", "0900123456", True),
        ("030 23125001", BERLIN, True),
        ("*21", "*21", True),
        ("*21", "21", False),
        ("*", BERLIN, True),
    ],
)
def test_a_pattern_means_all_forms_of_the_numbers_that_begin_so(
    pattern: str, number: str, fits: bool
) -> None:
    """Only an asterisk at the end stands for anything."""
    assert GERMANY.fits(pattern, number) is fits


@pytest.mark.parametrize("area_code", ["030", "30", "+49 30"])
def test_a_pattern_without_area_code_is_completed_as_well(area_code: str) -> None:
    """As a number is."""
    plan = NumberPlan.of({"area_code": area_code}, "DE")
    assert plan.fits("2312*", BERLIN)
    assert not plan.fits("2313*", BERLIN)


@pytest.mark.parametrize(
    ("part", "number", "found"),
    [
        ("0171", MOBILE, True),
        ("+49 171 39", "01713920010", True),
        ("0049171", "01713920010", True),
        ("3920", "0171/3920010", True),
        ("171 392", MOBILE, True),
        ("0172", MOBILE, False),
        ("", MOBILE, False),
        ("abc", MOBILE, False),
    ],
)
def test_a_number_is_searched_by_a_part_of_any_form(
    part: str, number: str, found: bool
) -> None:
    """However it was stored."""
    assert GERMANY.contains(part, number) is found


@pytest.mark.parametrize(
    ("country", "written", "as_stored", "national", "international"),
    [
        ("DE", "+49 (0) 171 3920010", MOBILE, "01713920010", "00491713920010"),
        ("DE", "+49 0171 3920010", MOBILE, "01713920010", "00491713920010"),
        ("DE", "0049 0171 3920010", "00491713920010", "01713920010", "00491713920010"),
        ("DE", "491713920010", MOBILE, "01713920010", "00491713920010"),
        ("DE", "030/23125001", "03023125001", "03023125001", "00493023125001"),
        ("DE", "0800 FLOWERS", "08003569377", "08003569377", "00498003569377"),
        ("DE", "tel:+49-30-23125001", BERLIN, "03023125001", "00493023125001"),
        ("DE", "23125001", "23125001", "23125001", "23125001"),
        ("DE", "112", "112", "112", "112"),
        ("DE", "*21*0171#", "*21*0171#", "*21*0171#", "*21*0171#"),
        ("US", "1 (212) 555-1234", "12125551234", "2125551234", "0012125551234"),
        ("DK", "32 12 34 56", "32123456", "32123456", "004532123456"),
        ("IT", "+39 (0)6 69812345", "+390669812345", "0669812345", "00390669812345"),
    ],
)
def test_dialling(
    country: str, written: str, as_stored: str, national: str, international: str
) -> None:
    """In the form of the options; as stored, but for what no exchange understands."""
    dialled = [
        NumberPlan(country, number_format=number_format).dialled(written)
        for number_format in NumberFormat
    ]
    assert dialled == [as_stored, national, international]


@pytest.mark.parametrize("number_format", NumberFormat)
@pytest.mark.parametrize("number", ["110", "112", "23125001", "116117", "19222"])
def test_an_area_code_rewrites_no_number_that_is_dialled(
    number: str, number_format: NumberFormat
) -> None:
    """It may be an emergency call."""
    plan = NumberPlan("DE", area_code="030", number_format=number_format)
    assert plan.dialled(number) == number


def test_a_number_with_the_prefix_does_not_get_it_twice() -> None:
    """As the log shows a number that was dialled."""
    plan = NumberPlan("US", prefix="9")
    assert plan.dialled("92125551234") == "2125551234"
    assert plan.dialled("911") == "911"
    assert NumberPlan("DE", prefix="0").dialled("0171 3920010") == "01713920010"


@pytest.mark.parametrize(
    ("country", "written", "digits"),
    [
        ("DE", MOBILE, "01713920010"),
        ("DE", "491713920010", "01713920010"),
        ("DE", "+44 20 79460000", "00442079460000"),
        ("US", "+49 30 23125001", "011493023125001"),
        (None, BERLIN, "00493023125001"),
    ],
)
def test_where_no_plus_can_be_given_there_is_none(
    country: str | None, written: str, digits: str
) -> None:
    """The PBX forwards to digits alone."""
    assert NumberPlan(country).only_digits(written) == digits


@pytest.mark.parametrize(
    "text",
    ["Anna", "2nd floor", "101 Reception", "0800", "0800 flowers", "A1", "\u2800"],
)
def test_a_text_with_a_letter_is_a_name_first(text: str) -> None:
    """A contact may be named like a number."""
    assert is_name(text) is (text != "0800")


@pytest.mark.parametrize("text", ["101 RECEPTION", "2nd floor", "Room 12", "007 James"])
def test_a_misspelt_name_does_not_become_a_number(text: str) -> None:
    """Even if its letters are on the keypad."""
    for country in ("DE", "US", "IT", None):
        assert NumberPlan(country).digits(text) == diallable(text)


def test_a_character_that_is_not_seen_is_named() -> None:
    """A sentence that shows it shows nothing."""
    assert readable("x") == "x"
    assert readable("\u2800") == "\u2800 (braille pattern blank, U+2800)"
