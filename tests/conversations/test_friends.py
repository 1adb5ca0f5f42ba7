"""Money among friends in the private chat: a red packet by its link and for named people, a bill that is paid."""

from __future__ import annotations

import json
import re

from bot.commands.friends import verified_packet
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu


async def confirms_with_pin(person: Person) -> None:
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)


async def test_a_packet_is_made_with_the_pin_and_opened_once_by_whoever_has_its_link(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo", money=10)
    await ana.says("/packet 20 2 good luck")
    await ana.sees("A red packet of ¥20.00 for 2 people, shares by luck")
    await ana.taps("Equal instead")
    await ana.sees("equal shares")
    await confirms_with_pin(ana)
    made = await ana.sees("can be opened until")
    link = re.search(r"start=(p-\S+)", made.text)
    assert link is not None
    await bo.says(f"/start {link[1]}")
    await bo.sees("A red packet from Ana")
    await bo.taps("Open")
    await bo.sees("¥10.00 from Ana's red packet is in your wallet")
    await bo.says(f"/start {link[1]}")
    await bo.sees("A red packet from Ana")
    await bo.taps("Open")
    await bo.sees("¥10.00 from Ana's red packet")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(30), yuan(20))


async def test_the_draw_of_a_packet_that_is_over_can_be_checked_and_recomputed(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo", money=10)
    await ana.says("/packet 20 2")
    await ana.sees("shares by luck")
    await confirms_with_pin(ana)
    made = await ana.sees("can be opened until")
    token = re.search(r"start=p-(\S+)", made.text)
    assert token is not None
    for person in (bo, ana):
        await person.says(f"/start p-{token[1]}")
        await person.sees("A red packet from Ana")
        await person.taps("Open")
        await person.sees("is in your wallet")
    await ana.sees("is all opened. Luckiest of 2")
    await bo.says(f"/start p-{token[1]}")
    await bo.sees("is over")
    await bo.taps("Check the packet")
    shown = await bo.sees("The draw fits its seal")
    found = verified_packet(shown.text[shown.text.index("{") :])
    assert (found["ok"], found["wrong"]) == (True, [])
    assert json.loads(shown.text[shown.text.index("{") :])["commitment"] in made.text


async def test_a_packet_and_a_bill_are_wished_in_words(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo", money=10)
    await ana.says("red packet of 20 for 5 people, equal")
    card = await ana.sees("A red packet of ¥20.00 for 5 people")
    assert "equal shares" in card.text
    await ana.says("发红包")
    await ana.sees("How much is in the red packet")
    await ana.says(f"split 30 with @{bo.json['username']} for lunch")
    card = await ana.sees("lunch")
    assert "¥15.00" in card.text
    await ana.says("who owes me?")
    await ana.sees("bill")
    assert await susu.balance(ana) == yuan(50)


async def test_what_is_missing_of_a_packet_is_asked_and_what_cannot_be_is_told_in_a_sentence(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=50)
    await ana.says("/packet")
    await ana.sees("How much is in the red packet")
    await ana.says("20")
    await ana.sees("For how many people")
    await ana.says("5")
    await ana.sees("A red packet of ¥20.00 for 5 people")
    await ana.says("/packet 0.04 5")
    await ana.sees("Each share is at least 0.01")
    await ana.says("/packet 1000.01 5")
    await ana.sees("Each share is at most 200.00")
    assert await susu.balance(ana) == yuan(50)


async def test_a_packet_for_somebody_named_is_told_to_them_in_their_language(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("博", language="zh", money=10)
    await ana.says(f"/packet 6.60 1 @{bo.json['username']}")
    await ana.sees("A red packet of ¥6.60 for 1 person")
    await confirms_with_pin(ana)
    await ana.sees("Those you named have been told")
    await ana.says("/limits")
    assert "Out today: ¥6.60" in (await ana.sees("Your limits")).text
    await bo.sees("Ana给您发了红包")
    await bo.taps("开")
    await bo.sees("已存入钱包")


async def test_a_bill_is_split_asked_for_paid_and_refused(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Cy")]
    await ana.says(f"/split 100 @{bo.json['username']} @{cy.json['username']} dinner")
    await ana.sees("You: ¥33.34")
    await ana.taps("Confirm")
    await ana.sees("2 people have been asked")
    await bo.sees("your part is ¥33.33")
    await bo.taps("Pay ¥33.33")
    await bo.sees("It is theirs at once")
    await confirms_with_pin(bo)
    await bo.sees("¥33.33 paid")
    await ana.sees(r"\+¥33.33 from Bo")
    await cy.sees("your part is ¥33.33")
    await cy.taps("No, thanks")
    await cy.sees("You said no")
    await ana.sees("Cy says no to a part of ¥33.33")
    assert await susu.balance(ana) == yuan("133.33")


async def test_a_bill_with_nobody_or_somebody_unknown_gets_one_sentence(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/split 300")
    await ana.sees("A bill is shared with 1 to 50 other people")
    await ana.says("/split 300 @nobody_we_know")
    await ana.sees("nobody_we_know")


async def test_what_is_owed_of_bills_is_found_again_and_a_no_may_be_taken_back(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Cy")]
    await ana.says(f"/split 90 @{bo.json['username']} @{cy.json['username']} dinner")
    await ana.sees("You: ¥30.00")
    await ana.taps("Confirm")
    await cy.sees("your part is ¥30.00")
    await cy.taps("No, thanks")
    await cy.sees("You said no")
    await cy.taps("Pay ¥30.00")
    await cy.sees("It is theirs at once")
    await confirms_with_pin(cy)
    await cy.sees("¥30.00 paid")
    await bo.sees("your part is ¥30.00")
    await bo.says("/bills")
    await bo.sees("You still owe:\nAna .*: ¥30.00\nFor: dinner")
    await bo.taps("Pay ¥30.00")
    await bo.sees("It is theirs at once")
    await bo.taps("Cancel")
    await bo.sees("Cancelled")
    await bo.says("/bills")
    await bo.sees("You still owe")
    await ana.says("/bills")
    await ana.sees("Your bill of ¥90.00:\nFor: dinner\nBo .*: ¥30.00 open\nCy .*: paid")
    assert await susu.balance(ana) == yuan(130)


async def test_a_bill_is_closed_by_who_split_it_and_its_buttons_ask_for_nothing_more(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("博", language="zh", money=50)
    await ana.says(f"/split 300 @{bo.json['username']}")
    await ana.sees("You: ¥150.00")
    await ana.taps("Confirm")
    await bo.sees("您需付 ¥150.00")
    await ana.sees("1 person has been asked")
    await ana.taps("My bills")
    await ana.sees("¥150.00 open")
    await ana.taps("Close the bill of ¥300.00")
    await ana.sees("is asked for no more")
    await ana.taps("Confirm")
    await ana.sees("Who still owed has been told")
    await bo.sees("已关闭账单")
    await bo.says("/bills")
    await bo.sees("没有未付清的账单")
