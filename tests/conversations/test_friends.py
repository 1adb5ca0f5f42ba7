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
    await ana.sees("A red packet of ¥20.00 for 2 people, random shares")
    await ana.taps("Switch to equal shares")
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
    await ana.sees("random shares")
    await confirms_with_pin(ana)
    made = await ana.sees("can be opened until")
    token = re.search(r"start=p-(\S+)", made.text)
    assert token is not None
    for person in (bo, ana):
        await person.says(f"/start p-{token[1]}")
        await person.sees("A red packet from Ana")
        await person.taps("Open")
        await person.sees("is in your wallet")
    await ana.sees("is all gone. Luckiest of 2")
    await bo.says(f"/start p-{token[1]}")
    await bo.sees("has ended")
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
    await ana.says("246810")
    await ana.sees("Each share is at most 200.00: 100 of them hold up to")
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
    await ana.sees("We've told the people you named")
    await ana.says("/limits")
    assert "Out today: ¥6.60" in (await ana.sees("Your limits")).text
    await bo.sees("Ana给您发了红包")
    await bo.taps("开")
    await bo.sees("已到钱包")


async def test_a_bill_is_split_asked_for_paid_and_refused(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Cy")]
    await ana.says(f"/split 100 @{bo.json['username']} @{cy.json['username']} dinner")
    await ana.sees("You: ¥33.34")
    await ana.taps("Confirm")
    await ana.sees("We've asked 2 people")
    await bo.sees("your share is ¥33.33")
    await bo.taps("Pay ¥33.33")
    await bo.sees("It's theirs at once")
    await confirms_with_pin(bo)
    await bo.sees("¥33.33 paid")
    await ana.sees(r"\+¥33.33 from Bo")
    await cy.sees("your share is ¥33.33")
    await cy.taps("No, thanks")
    await cy.sees("Why not")
    await cy.says("I left before dinner")
    await cy.sees("Declined")
    assert "Why: I left before dinner" in (await ana.sees("Cy declined to pay ¥33.33")).text
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
    await cy.sees("your share is ¥30.00")
    await cy.taps("No, thanks")
    await cy.sees("Why not")
    await cy.taps("No reason")
    await cy.sees("Declined")
    await cy.taps("Pay ¥30.00")
    await cy.sees("It's theirs at once")
    await confirms_with_pin(cy)
    await cy.sees("¥30.00 paid")
    await bo.sees("your share is ¥30.00")
    await bo.says("/bills")
    await bo.sees("You still owe:\nAna .*: ¥30.00\nFor: dinner")
    await bo.taps("Pay ¥30.00")
    await bo.sees("It's theirs at once")
    await bo.taps("Cancel")
    await bo.sees("Cancelled")
    await bo.says("/bills")
    await bo.sees("You still owe")
    await ana.says("/bills")
    await ana.sees("Your bill of ¥90.00:\nFor: dinner\nBo .*: ¥30.00 to pay\nCy .*: paid")
    assert await susu.balance(ana) == yuan(130)


async def test_a_bill_is_closed_by_who_split_it_and_its_buttons_ask_for_nothing_more(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("博", language="zh", money=50)
    await ana.says(f"/split 300 @{bo.json['username']}")
    await ana.sees("You: ¥150.00")
    await ana.taps("Confirm")
    await bo.sees("您需付 ¥150.00")
    await ana.sees("We've asked 1 person")
    await ana.taps("My bills")
    await ana.sees("¥150.00 to pay")
    await ana.taps("See the bill of ¥300.00")
    await ana.sees("paid outside|¥150.00 to pay")
    await ana.taps("Close the bill of ¥300.00")
    await ana.sees("is no longer asked for")
    await ana.taps("Confirm")
    await ana.sees("We've told those who hadn't paid")
    await bo.sees("已关闭账单")
    await bo.says("/bills")
    await bo.sees("没有未付清的账单")


async def test_a_part_is_paid_in_two_payments_and_the_rest_outside(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Cy")]
    await ana.says(f"/split 90 @{bo.json['username']} @{cy.json['username']}")
    await ana.sees("You: ¥30.00")
    await ana.taps("Confirm")
    await bo.sees("your share is ¥30.00")
    await bo.taps("Pay ¥30.00")
    await bo.sees("It's theirs at once")
    await bo.taps("Pay less now")
    await bo.sees("¥30.00 of your share is left")
    await bo.says("31")
    await bo.sees("more than is left of your share")
    await bo.says("/bills")
    await bo.taps("Pay ¥30.00", await bo.sees("You still owe"))
    await bo.sees("It's theirs at once")
    await bo.taps("Pay less now")
    await bo.sees("How much will you pay now")
    await bo.says("12.50")
    await bo.sees("Left of your share after this ¥17.50")
    await confirms_with_pin(bo)
    await bo.sees("¥12.50 paid")
    await ana.says("/bills")
    await ana.taps("See the bill of ¥90.00", await ana.sees("Bo .*: ¥17.50 to pay"))
    stands = await ana.sees("Your bill of ¥90.00")
    await ana.taps(next(label for label in stands.labels if label.startswith("Bo ")), stands)
    await ana.sees("Has Bo .* paid you ¥17.50 outside")
    await ana.taps("Confirm")
    await ana.sees("counts as paid outside")
    await bo.sees("The organiser marked your ¥17.50 as paid outside")
    assert await susu.balance(ana) == yuan("112.50")


async def test_a_bill_is_split_by_sums_by_weights_without_oneself_and_with_several_payers(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Cy")]
    b, c = (f"@{person.json['username']}" for person in (bo, cy))
    await ana.says(f"/split 100.01 {b} x2 {c}")
    card = await ana.sees("Split a bill of ¥100.01")
    assert "¥50.00" in card.text
    assert "¥25.00" in card.text
    assert "You: ¥25.01" in card.text
    await ana.taps("I take no part")
    await ana.sees("You: ¥0.00")
    await ana.says(f"/split 100 {b} 60 {c} 50")
    await ana.sees("does not add up to ¥100.00: the difference is")
    await ana.says(f"/split 100 {b} 40 {c} 50")
    await ana.sees("You: ¥10.00")
    await ana.says(f"/split 90 {b} paid {c} 60")
    await ana.sees("does not add up to ¥90.00: the difference is ¥60.00")
    await ana.says(f"/split 90 {b} {c} paid @{ana.json['username']} 10 {b} 40 {b} 20")
    card = await ana.sees("Who pays whom")
    assert re.search(r"Cy .* to Bo .*: ¥30\.00", card.text)
    await ana.taps("Confirm")
    await ana.sees("We've asked 1 person to pay")
    await cy.sees("Bo shares a bill|your share is ¥30.00")


async def test_questions_about_packets_and_bills_are_answered_from_ones_own(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo", money=10)
    await ana.says("what happens to a red packet nobody opens")
    await ana.sees("You haven't made a red packet yet")
    await ana.says("/packet 20 2")
    await ana.sees("random shares")
    await ana.taps("Switch to equal shares")
    await ana.sees("equal shares")
    await confirms_with_pin(ana)
    token = re.search(r"start=(p-\S+)", (await ana.sees("can be opened until")).text)
    assert token is not None
    await bo.says(f"/start {token[1]}")
    await bo.sees("A red packet from Ana")
    await bo.taps("Open")
    await bo.sees("is in your wallet")
    await ana.says("what happens to a red packet nobody opens")
    await ana.sees("Your packet of ¥20.00: 1 of 2 shares are opened")
    await ana.says("how do red packets work")
    await ana.sees("This year others opened ¥10.00 of yours, and you opened ¥0.00 of theirs")
    await ana.says(f"/split 30 @{bo.json['username']}")
    await ana.sees("Split a bill")
    await ana.taps("Confirm")
    await bo.sees("your share is ¥15.00")
    await bo.says("how does splitting a bill work")
    await bo.sees("You still owe ¥15.00 on 1 shared bill")
