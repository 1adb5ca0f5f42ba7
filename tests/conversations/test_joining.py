"""Joining: language, terms, phone, PIN; left in the middle and come back to; and what is not accepted on the way."""

from __future__ import annotations

import re

import pytest

from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu


async def comes_to_the_phone(person: Person) -> None:
    """Go through the first two steps, in English."""
    await person.says("/start")
    await person.sees("Welcome to Susu.*欢迎使用速速")
    await person.taps("English")
    await person.sees("Do you agree to the terms?")
    await person.taps("I agree")
    await person.sees("share your phone number")


async def comes_to_the_pin(person: Person) -> None:
    await comes_to_the_phone(person)
    await person.shares_contact()
    await person.sees("Your phone number is saved")
    await person.sees("choose a PIN of 6 digits")


async def test_a_stranger_joins_and_is_shown_the_menu(susu: Susu) -> None:
    ana = await susu.stranger("Ana", phone="+33612345678")
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("Once more")
    await ana.says(PIN)
    await ana.sees("You're in")
    menu = await ana.sees("What would you like to do")
    assert menu.labels == ["Borrow", "Repay", "My money", "Send", "Top up", "History"]
    customer = await susu.customer(ana)
    assert (customer.tier, customer.language, customer.zone) == (1, "en", "Europe/Paris")
    assert customer.terms_version is not None
    assert [message.text for message in await ana.messages() if PIN in message and not message.json["deleted"]] == []


async def test_who_may_live_in_several_zones_is_asked_and_may_write_a_city(susu: Susu) -> None:
    ana = await susu.stranger("Ana", phone="+61412345678")
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("Once more")
    await ana.says(PIN)
    await ana.sees("You're in")
    asked = await ana.sees("doesn't tell me your time zone")
    assert any("Adelaide" in label for label in asked.labels)
    await ana.says("Sydney")
    await ana.taps(next(label for label in (await ana.sees("Sydney|zone")).labels if "Sydney" in label))
    await ana.sees("")
    assert (await susu.customer(ana)).zone == "Australia/Sydney"


async def test_joining_in_chinese_stays_in_chinese(susu: Susu) -> None:
    bo = await susu.stranger("博", "zh")
    await bo.says("/start")
    await bo.sees("请选择语言")
    await bo.taps("中文")
    await bo.sees("您同意服务条款吗")
    await bo.taps("同意")
    await bo.sees("请用下方按钮分享您的手机号")
    await bo.shares_contact()
    await bo.sees("请设置6位数字密码")
    await bo.says("２４６８１０")
    await bo.sees("请再输入一次")
    await bo.says(PIN)
    await bo.sees("开户完成")
    await bo.sees("您想做什么")


async def test_the_language_is_the_one_that_was_chosen_and_not_the_phones(susu: Susu) -> None:
    ana = await susu.stranger("Ana", "fr")
    await ana.says("/start")
    await ana.sees("Welcome to Susu")
    await ana.taps("中文")
    await ana.sees("您同意服务条款吗")
    assert (await susu.customer(ana)).language == "zh"


async def test_another_persons_contact_is_refused_and_ones_own_is_taken_then(susu: Susu) -> None:
    ana, other = await susu.stranger("Ana"), await susu.stranger("Mallory")
    await comes_to_the_phone(ana)
    await ana.shares_contact(other)
    await ana.sees("another person's contact")
    assert (await susu.customer(ana)).phone_hash is None
    await ana.shares_contact()
    await ana.sees("choose a PIN of 6 digits")


async def test_a_phone_that_is_held_already_leads_to_no_second_customer(susu: Susu) -> None:
    ana = await susu.stranger("Ana", phone="+447400111222")
    await comes_to_the_pin(ana)
    twin = await susu.stranger("Ana again", phone="+447400111222")
    await comes_to_the_phone(twin)
    await twin.shares_contact()
    await twin.sees("belongs to an account already")
    assert (await susu.customer(twin)).tier == 0


async def test_pins_that_differ_are_both_asked_for_again(susu: Susu) -> None:
    ana = await susu.stranger("Ana")
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("Once more")
    await ana.says("135791")
    await ana.sees("The two don't match")
    await ana.says(PIN)
    await ana.sees("Once more")
    await ana.says(PIN)
    await ana.sees("You're in")


@pytest.mark.parametrize(("pin", "sentence"), [("111111", "too easy"), ("123456", "too easy"), ("12345", "Six digits")])
async def test_a_pin_that_is_none_or_too_easy_is_asked_for_again(susu: Susu, pin: str, sentence: str) -> None:
    ana = await susu.stranger("Ana")
    await comes_to_the_pin(ana)
    await ana.says(pin)
    await ana.sees(sentence)
    await ana.says(PIN)
    await ana.sees("Once more")


async def test_joining_left_in_the_middle_goes_on_where_it_was(susu: Susu) -> None:
    ana = await susu.stranger("Ana")
    await comes_to_the_phone(ana)
    await ana.says("/help")
    await ana.sees("What Susu does")
    await ana.says("/start")
    await ana.sees("share your phone number")
    await ana.shares_contact()
    await ana.sees("choose a PIN")
    await ana.says(PIN)
    await ana.sees("Once more")
    await ana.says("/cancel")
    await ana.sees("Cancelled")
    await ana.says("/start")
    await ana.sees("choose a PIN")
    await ana.says(PIN)
    await ana.sees("Once more")
    await ana.says(PIN)
    await ana.sees("You're in")


async def test_a_stranger_who_writes_free_text_is_answered_and_led_to_joining(susu: Susu) -> None:
    ana = await susu.stranger("Ana")
    await ana.says("how much do I owe")
    await ana.sees("You owe nothing")
    await ana.says("borrow 1000 for 3 months")
    await ana.sees("Join first")
    await ana.says("top up 100")
    await ana.sees("Put ¥100.00")
    await ana.taps("Confirm")
    await ana.sees("finish joining first")
    await ana.taps("Finish joining")
    await ana.sees("Choose your language")
    assert await susu.balance(ana) == await susu.balance(await susu.resident("Nobody"))


async def test_who_has_joined_already_gets_the_menu_from_start(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/start")
    await ana.sees("What would you like to do")


async def test_a_group_gets_no_answer_to_its_talk_and_money_matters_lead_into_private(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=77), await susu.resident("Bo")
    group = await susu.sandbox.group("Sunday Circle", ana, bo)
    ana_there = ana.in_group(group)
    for ignored in ("how much do I owe", "/borrow@another_bot 3000 6", "/roll 6", "/"):
        await ana_there.says(ignored)
    for said in ("/start@susu_demo_bot", "/balance", "/borrow 3000 6", "/money@susu_demo_bot", "/send @bo 5"):
        await ana_there.says(said)
        answer = await ana_there.sees("Money is private")
        assert answer.json["buttons"][0][0]["url"] == "https://t.me/susu_demo_bot?start"
    await ana_there.says("/help")
    told = await ana_there.sees("What Susu does in a group")
    assert told.labels == ["Open the private chat"], "what works in private alone is on no button there"
    shown = [one.text for one in await ana_there.messages() if one.json["from_bot"]]
    assert len(shown) == 6
    assert "77" not in "".join(shown)


async def test_who_declines_the_terms_is_led_back_to_them(susu: Susu) -> None:
    ana = await susu.stranger("Ana")
    await ana.says("/start")
    await ana.taps("English", await ana.sees("Welcome to Susu"))
    await ana.taps("I don't agree", await ana.sees("Do you agree to the terms"))
    left = await ana.sees("you haven't joined")
    assert (await susu.customer(ana)).terms_version is None
    await ana.taps("Finish joining", left)
    assert "I agree" in (await ana.sees("Do you agree to the terms")).labels


async def test_joining_goes_on_after_cancel_and_shows_the_money_of_the_link_at_the_end(susu: Susu) -> None:
    bo, ana = await susu.resident("Bo", money=100), await susu.stranger("Ana", phone="+33612345690")
    await bo.says("/send 30")
    await bo.taps("By link", await bo.sees("To whom"))
    await bo.taps("Confirm", await bo.sees("Send ¥30.00 to whoever opens the link"))
    await bo.sees("type your PIN")
    await bo.says(PIN)
    link = re.search(r"start=(\S+)", (await bo.sees("opens this link first")).text)
    assert link is not None
    await ana.says(f"/start {link[1]}")
    await ana.sees("Bo.* sent you ¥30.00")
    await comes_to_the_pin(ana)
    await ana.says("/cancel")
    await ana.taps("Finish joining", await ana.sees("Cancelled|Nothing to cancel"))
    await ana.sees("choose a PIN of 6 digits")
    for _ in range(2):
        await ana.says(PIN)
    await ana.sees("You're in")
    assert "Accept" in (await ana.sees("Bo.* sent you ¥30.00")).labels
