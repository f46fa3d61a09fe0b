"""What people do with calls on the cards, by clicks and by keys."""

import re

from playwright.async_api import expect

from .conftest import Office, Screen

ANNA = "1002"
KITCHEN = "1000"
CALLER = "01705550134"


async def test_a_call_from_outside_is_seen_and_ended(
    office: Office, screen: Screen
) -> None:
    """It rings, is answered, held, resumed and hung up."""
    await office.demo.outside_call(CALLER, KITCHEN)
    await expect(screen.call).to_contain_text(CALLER)
    await expect(screen.call).to_contain_text("Ringing")
    await expect(screen.call).to_contain_text("Kitchen")
    await expect(screen.phone("Kitchen")).to_have_class(re.compile("ringing"))
    await expect(screen.phones.locator(".hidden[role=status]")).to_have_text(
        f"{CALLER} is calling Kitchen"
    )

    await office.demo.control("answer", extension=KITCHEN)
    await expect(screen.call).to_contain_text("Talking")
    await expect(screen.phone("Kitchen")).to_contain_text(CALLER)
    await expect(screen.phone("Kitchen").locator("yeastar-since")).to_have_text(
        re.compile(r"0:0[1-9]")
    )

    await screen.call.get_by_title("Hold").click()
    await expect(screen.call).to_contain_text("On hold")
    await expect(screen.phone("Kitchen")).to_have_class(re.compile("on_hold"))
    await screen.call.get_by_title("Resume").click()
    await expect(screen.call).to_contain_text("Talking")

    await screen.call.get_by_title("Hang up").click()
    await expect(screen.call).to_have_count(0)
    assert await office.demo.calls() == []


async def test_muting_is_remembered(office: Office, screen: Screen) -> None:
    """The PBX does not tell, so the card keeps what it did."""
    await office.demo.outside_call(CALLER, KITCHEN)
    await office.demo.control("answer", extension=KITCHEN)
    await screen.call.get_by_title("Mute", exact=True).click()
    await expect(screen.call.get_by_title("Unmute")).to_be_visible()
    assert any(
        leg["muted"] for call in await office.demo.calls() for leg in call["legs"]
    )
    await screen.call.get_by_title("Unmute").click()
    await expect(screen.call.get_by_title("Mute", exact=True)).to_be_visible()


async def test_a_call_is_transferred_to_whom_was_picked(
    office: Office, screen: Screen
) -> None:
    """By name; the phone of the other one rings."""
    await office.demo.outside_call(CALLER, KITCHEN)
    await office.demo.control("answer", extension=KITCHEN)
    await screen.call.get_by_title("Transfer", exact=True).click()
    await screen.call.get_by_role("combobox").fill("ann")
    await screen.call.get_by_role("option", name="Anna").click()
    await screen.call.get_by_title("Transfer now").click()
    await expect(screen.phone("Anna")).to_have_class(re.compile("ringing"))
    await expect(screen.phone("Kitchen")).to_have_class(re.compile("idle"))


async def test_an_offered_call_is_accepted(office: Office, screen: Screen) -> None:
    """The trunk asks; the phone rings only once somebody said yes."""
    await office.demo.control("answering_control", trunk="SIP-Home", on=True)
    try:
        await office.demo.outside_call(CALLER, KITCHEN)
        await expect(screen.call).to_contain_text("Accept this call?")
        await expect(screen.phone("Kitchen")).to_have_class(re.compile("idle"))
        await screen.call.get_by_title("Accept").click()
        await expect(screen.phone("Kitchen")).to_have_class(re.compile("ringing"))
        await expect(screen.call.get_by_title("Accept")).to_have_count(0)
    finally:
        await office.demo.control("answering_control", trunk="SIP-Home", on=False)


async def test_an_offered_call_is_refused(office: Office, screen: Screen) -> None:
    """Then it is over, and nobody missed it."""
    await office.demo.control("answering_control", trunk="SIP-Home", on=True)
    try:
        await office.demo.outside_call(CALLER, KITCHEN)
        await screen.call.get_by_title("Refuse").click()
        await expect(screen.call).to_have_count(0)
        assert await office.demo.calls() == []
    finally:
        await office.demo.control("answering_control", trunk="SIP-Home", on=False)


async def test_dialling_by_name_with_the_keyboard(
    office: Office, screen: Screen
) -> None:
    """Picking a name does not dial; the next Enter does."""
    field = screen.field
    await field.fill("ann")
    options = screen.phones.locator("yeastar-dial [role=option]")
    await expect(options).to_have_count(1)
    await field.press("ArrowDown")
    await field.press("Enter")
    await expect(field).to_have_value("Anna")
    assert await office.demo.calls() == []
    await field.press("Enter")
    await expect(screen.phone("Kitchen")).to_have_class(re.compile("ringing"))
    await office.demo.control("answer", extension=KITCHEN)
    await expect(screen.phone("Anna")).to_have_class(re.compile("ringing"))
    await expect(screen.call).to_contain_text("Kitchen")
    await expect(screen.call).to_contain_text("Anna")
    await expect(field).to_have_value("")


async def test_a_tap_on_a_phone_only_selects_it(office: Office, screen: Screen) -> None:
    """A second control dials, from the phone that was chosen."""
    await screen.phone("Anna").click()
    main = screen.phone("Anna").locator(".main")
    await expect(main).to_have_attribute("aria-pressed", "true")
    assert await office.demo.calls() == []
    dial = screen.phones.locator("yeastar-dial")
    await dial.get_by_role("combobox", name="Call from").select_option("Office")
    await dial.get_by_label("Call", exact=True).click()
    await expect(screen.phone("Office")).to_have_class(re.compile("ringing"))


async def test_an_outside_number_is_dialled(office: Office, screen: Screen) -> None:
    """As it was typed."""
    dial = screen.phones.locator("yeastar-dial")
    await screen.field.fill("0305550127")
    await dial.get_by_label("Call", exact=True).click()
    await expect(screen.phone("Kitchen")).to_have_class(re.compile("ringing"))
    await office.demo.control("answer", extension=KITCHEN)
    await expect(screen.call).to_contain_text("0305550127")


async def test_what_is_refused_is_said_in_words(office: Office, screen: Screen) -> None:
    """By Home Assistant, and what was typed stays to be corrected."""
    await screen.field.fill("abc")
    dial = screen.phones.locator("yeastar-dial")
    await dial.get_by_label("Call", exact=True).click()
    await expect(screen.page.locator("ha-toast")).to_contain_text("abc")
    await expect(screen.field).to_have_value("abc")
    assert await office.demo.calls() == []


async def test_a_missed_call_is_in_the_log_until_it_was_seen(
    office: Office, screen: Screen
) -> None:
    """It is counted, can be called back with one click, and marked as seen."""
    call = await office.demo.outside_call("0305550199", ANNA)
    await expect(screen.phone("Anna")).to_have_class(re.compile("ringing"))
    await office.demo.control("outside_hangs_up", callid=call["callid"])
    row = screen.log.locator("li", has_text="0305550199")
    await expect(row).to_contain_text("Missed")
    await expect(row).to_have_class(re.compile("unseen"))
    await expect(screen.phones.locator(".chip.missed")).to_contain_text("missed")

    await screen.log.get_by_label("Mark missed calls as seen").click()
    await expect(row).not_to_have_class(re.compile("unseen"))
    await expect(screen.phones.locator(".chip.missed")).to_have_count(0)

    await row.get_by_label("Call 0305550199").click()
    await expect(screen.phone("Anna")).to_have_class(re.compile("ringing"))


async def test_the_log_shows_missed_calls_alone(office: Office, screen: Screen) -> None:
    """And all of them again."""
    call = await office.demo.outside_call("0305550177", ANNA)
    await office.demo.control("answer", extension=ANNA)
    await expect(screen.call).to_contain_text("Talking")
    await office.demo.control("hang_up", callid=call["callid"])
    row = screen.log.locator("li", has_text="0305550177")
    await expect(row).to_be_visible()
    only_missed = screen.log.locator(".chip.missed")
    await only_missed.click()
    await expect(row).to_have_count(0)
    await only_missed.click()
    await expect(row).to_be_visible()


async def test_hostile_names_are_text(office: Office, screen: Screen) -> None:
    """Whatever a user of the PBX or a caller is called, nothing of it is markup."""
    name = '<img src=x onerror="window.hacked=1">'
    await office.demo.control("rename_extension", extension="1003", name=name)
    try:
        await office.demo.outside_call('"><script>window.hacked=1</script>', "1003")
        await expect(screen.call).to_contain_text("script window hacked")
        await expect(screen.phones.locator(".tile", has_text="onerror")).to_be_visible(
            timeout=40_000
        )
        assert await screen.page.evaluate("window.hacked") is None
        assert await screen.phones.locator("img, script").count() == 0
    finally:
        await office.demo.control("rename_extension", extension="1003", name="Workshop")
