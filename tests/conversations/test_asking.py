"""Questions through the chat: the answer, what stands beneath it, and a question that is asked in a group."""

from __future__ import annotations

import re

from finance_core.customers import operators
from finance_core.customers.roles import Role
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

CARD = "/start ask-not_ours-card"


async def a_supporter(susu: Susu) -> Person:
    olu = await susu.resident("Olu")
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(olu)).id, Role.SUPPORT)
    return olu


async def test_an_answer_has_its_act_first_the_thumbs_and_a_person_last(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says(CARD)
    answer = await ana.sees("We have no cards")
    assert answer.labels == ["Balance", "Send", "👍 That helped", "👎 It didn't", "Talk to a person"]
    answered = await ana.taps("That helped", answer)
    assert answered is not None
    assert answered["text"] == "Thank you"
    assert (await ana.sees("We have no cards")).labels == ["Balance", "Send", "Talk to a person"]
    await ana.says(CARD)
    await ana.taps("It didn't", await ana.sees("We have no cards"))
    assert (await ana.sees("We have no cards")).labels == ["Balance", "Send", "Talk to a person"]
    others = ["Where can I get cash?", "Do you change currencies?", "Do you have other services?", "Talk to a person"]
    assert (await ana.sees("Sorry")).labels == others


async def test_a_question_beside_a_form_is_answered_and_the_form_comes_back(susu: Susu) -> None:
    ana = await susu.resident("小安", money=100, language="zh")
    await ana.says(CARD)
    await ana.taps("没帮上", await ana.sees("不发卡"))
    others = await ana.sees("抱歉")
    await ana.says("借钱")
    form = await ana.sees("多少")
    await ana.taps("能换外币吗？", others)
    await ana.sees("只有人民币")
    assert (await ana.sees("多少")).text == form.text


async def test_a_question_in_words_is_answered_and_why_goes_on_from_it(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("top up my wallet")
    form = await ana.sees("How much")
    await ana.says("do you issue plastic cards?")
    await ana.sees("We have no cards")
    assert (await ana.sees("How much")).text == form.text
    await ana.says("/cancel")
    await ana.says(CARD)
    await ana.sees("We have no cards")
    await ana.says("why?")
    await ana.sees("We have no cards")
    await ana.sees_nothing()


async def test_a_question_in_a_group_is_answered_in_private(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    group = await susu.sandbox.group("Sunday Circle", ana, bo)
    there = ana.in_group(group)
    await there.says("how are you all?")
    await there.sees_nothing()
    await there.says(f"@{susu.sandbox.inside.profile.username} why was I refused?")
    told = await there.sees("I'll tell you in private")
    assert next(button["url"] for row in told.json["buttons"] for button in row).startswith("https://t.me/")


async def test_a_question_is_handed_over_once_and_its_answer_names_it(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana", money=100), await a_supporter(susu)
    await ana.says(CARD)
    answer = await ana.sees("We have no cards")
    await ana.taps("Talk to a person", answer)
    told = await ana.sees("A colleague will answer you: case C")
    number = re.search(r"C\d+", told.text)
    assert number is not None
    assert "Our staff answer on banking days, 09:00–18:00" in told.text
    await ana.taps("Talk to a person", answer)
    assert number[0] in (await ana.sees("A colleague will answer you")).text
    await ana.taps("Add something")
    await ana.sees("What is it about")
    await ana.says("a machine swallowed my card")
    await ana.sees(f"Added to case {number[0]}")
    await olu.says("/questions")
    await olu.taps(f"{number[0]} · question", await olu.sees("waiting for an answer"))
    seen = await olu.sees("a machine swallowed my card")
    assert "The bot took it for: Do you have cards?" in seen.text
    await olu.taps("Answer", seen)
    await olu.sees("is sent as the answer")
    await olu.says("Please call your bank, we have no cards.")
    await olu.sees("is sent")
    notice = await ana.sees("A colleague's answer")
    assert "You wrote: “a machine swallowed my card”" in notice.text
    assert "Please call your bank" in notice.text
    await olu.taps("Close")
    await olu.taps("Confirm", await olu.sees("Close C"))
    await olu.sees("is closed")


async def test_who_asks_for_a_person_is_handed_over_at_once_with_what_was_asked_before(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says(CARD)
    await ana.sees("We have no cards")
    await ana.says("/start ask-human-please")
    told = await ana.sees("Of course")
    assert re.search(r"case C\d+", told.text)
    assert "What is it about" not in told.text, "it is about the card"
    bo = await susu.resident("Bo")
    await bo.says("/help")
    await bo.taps("Talk to a person", await bo.sees("What Susu does"))
    await bo.sees("What is it about")
    await bo.says("the man in your office was rude")
    await bo.sees("Added to case")


async def test_a_strange_movement_offers_the_lock_first_and_is_a_dispute(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await ana.says(f"send 20 to @{bo.json['username']}")
    await ana.taps("Confirm", await ana.sees("Send ¥20.00"))
    await ana.sees("PIN")
    await ana.says(PIN)
    await ana.sees("on its way|waits")
    await ana.says("/start ask-fraud-unrecognised")
    told = await ana.sees("Lock first")
    assert told.labels[:2] == ["Lock now", "Take back ¥20.00"]
    assert "to Bo" in told.text
    assert re.search(r"case C\d+.*by Mon 16 Mar", told.text, re.DOTALL), "three days, and no Sunday"
    await ana.taps("Lock now", told)
    await ana.sees("locked|Locked")


async def test_who_is_not_well_gets_a_person_a_number_and_no_word_of_money(susu: Susu) -> None:
    ana = await susu.resident("小安", language="zh")
    await ana.says("/start ask-human-distress")
    told = await ana.sees("听起来您很不容易")
    assert "12356" in told.text
    assert told.labels == ["转人工"]
    await ana.taps("转人工", told)
    await ana.sees("用自己的话")


async def test_after_two_that_are_not_understood_a_person_is_offered(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("the purple giraffe sings at noon")
    assert "Talk to a person" not in (await ana.sees("")).labels
    await ana.says("what is my balance?")
    await ana.sees("Available")
    await ana.says("and the moon is made of soup")
    assert "Talk to a person" not in (await ana.sees("")).labels, "something was understood between"
    await ana.says("and the sun of butter, my dear")
    offered = await ana.sees("misunderstood you twice")
    assert "Talk to a person" in offered.labels


async def test_a_question_beside_a_loans_card_is_about_that_loan(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("borrow 2000 for 3 months")
    await ana.sees("Borrow ¥2,000.00 in 3 instalments")
    await ana.says("how much interest is that?")
    await ana.sees("¥2,000.00 .*over 3 months")
    await ana.says("how much interest on 900 over 6 months?")
    await ana.sees("¥900.00 .*over 6 months")


async def test_requests_and_questions_of_circles_are_told_what_is_there_today(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("博", language="zh")
    await ana.says("start a circle")
    await ana.sees("A savings circle belongs to a group|share no group|with /circle")
    await ana.says("my turn when")
    await ana.sees("You are in no savings circle here.*with /circle")
    await ana.says("how does a savings circle work?")
    await ana.sees("everybody pays in the same sum.*with /circle")
    await bo.says("标35")
    await bo.sees("群管理员可用 /circle 起会")


async def test_who_tells_of_a_lost_phone_or_a_fraud_gets_the_lock_and_a_person_at_once(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("博", money=50, language="zh")
    for who, said, lock in ((ana, "I lost my phone!", "Lock now"), (bo, "手机丢了", "锁定"), (bo, "我被骗了", "锁定")):
        await who.says(said)
        told = await who.sees(r"case C\d+|C\d+")
        assert lock in told.labels[0], (said, told.labels)


async def test_twenty_questions_at_once_are_each_answered_and_nothing_moves(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    questions = [
        "is it safe?",
        "how do I send money",
        "what are your fees",
        "when does my money earn",
        "why my pin again",
    ]
    before = await susu.balance(ana)
    for number in range(20):
        await ana.says(questions[number % len(questions)])
    await ana.says("what is my balance?")
    await ana.sees("Available")
    answers = [each for each in await ana.messages() if "Talk to a person" in each.labels]
    assert len(answers) == 20
    assert all("Confirm" not in answer.labels for answer in answers)
    assert await susu.balance(ana) == before


async def test_a_collection_and_the_end_of_offers_are_asked_for_in_words(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("博", language="zh")
    await ana.says("collect 500 for a gift in 2 weeks")
    assert "¥500.00" in (await ana.sees("a gift")).text
    await bo.says("为什么给我发这个推广")
    assert "授权管理" in (await bo.sees("没有给您发过推广")).labels
    await bo.says("退订")
    await bo.sees("")
