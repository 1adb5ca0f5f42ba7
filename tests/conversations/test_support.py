"""A day of support in the chat: the contract's promise, asking back, passing on, goodwill, the queue, being away."""

from __future__ import annotations

import re
import time

from finance_core.customers.roles import Role
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.test_loans import borrows
from tests.conversations.test_operator import an_operator, approves, proposes
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True
CARD = "/start ask-not_ours-card"


async def asks_for_a_person(person: Person, about: str) -> str:
    """Open a case out of help, as the contract says; return its number."""
    await person.says("help")
    await person.taps("Talk to a person", await person.sees("What Susu does"))
    told = await person.sees("What is it about")
    await person.says(about)
    await person.sees("Added to case")
    number = re.search(r"C\d+", told.text)
    assert number is not None
    return number[0]


async def finds(operator: Person, number: str) -> None:
    """Open a case out of the one queue, on whichever of its pages it stands."""
    await operator.says("/work")
    page = await operator.sees("waiting for you")
    while f"Case {number}" not in page.labels:
        await operator.taps("More ›", page)
        page = await operator.sees("waiting for you")
    await operator.taps(f"Case {number}", page)
    await operator.taps("Open", await operator.sees(f"Case {number} ·"))


async def opens(operator: Person, number: str) -> None:
    await finds(operator, number)
    await operator.sees(rf"{number}.*language: ")


async def picks(operator: Person, colleague: Person, asked: str) -> None:
    """Choose a colleague, on whichever page of the list they stand."""
    page = await operator.sees(asked)
    while not (named := [label for label in page.labels if label.endswith(f"@{colleague.json['username']}")]):
        await operator.taps("More ›", page)
        page = await operator.sees(asked)
    await operator.taps(named[0], page)


async def test_a_question_is_made_a_complaint_and_its_person_is_told(susu: Susu) -> None:
    bo = await susu.resident("小波", language="zh")
    olu = await an_operator(susu, "Olu", Role.SUPPORT)
    await bo.says(CARD)
    await bo.taps("转人工", await bo.sees("银行卡|卡"))
    number = re.search(r"C\d+", (await bo.sees("编号")).text)
    assert number is not None
    await opens(olu, number[0])
    await olu.taps("More ›")
    await olu.taps("It is a complaint", await olu.sees(rf"{number[0]}.*more"))
    await olu.taps("More ›", await olu.sees(rf"{number[0]}.*complaint"))
    further = await olu.sees(rf"{number[0]}.*more")
    assert not {"It is a complaint", "It is a dispute"} & set(further.labels)
    await bo.sees(f"{number[0]} 现按投诉处理")


async def test_the_contracts_promise_write_help_and_ask_for_a_person_is_kept_in_both_languages(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("小波", language="zh")
    assert re.fullmatch(r"C\d+", await asks_for_a_person(ana, "the man in your office was rude"))
    await ana.says("ask for a person")
    await ana.sees("Of course.*case C")
    await bo.says("帮助")
    await bo.taps("转人工", await bo.sees("速速能做什么"))
    await bo.sees("是关于什么事")
    await bo.says("业务员态度很差")
    await bo.sees("已补充")
    await bo.says("找人工")
    await bo.sees("编号 .*C")
    await ana.says("/help")
    assert "Your cases" in (await ana.sees("What Susu does")).text


async def test_a_case_reaches_the_operators_chat_within_two_seconds_of_the_tap(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana"), await an_operator(susu, "Olu", Role.SUPPORT)
    await ana.says(CARD)
    answer = await ana.sees("We have no cards")
    tapped_at = time.monotonic()
    await ana.taps("Talk to a person", answer)
    await olu.sees("Somebody asks for a person", within_seconds=2)
    assert time.monotonic() - tapped_at <= 2


async def test_support_reads_which_loan_the_answer_named(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana", money=100, tier=2), await an_operator(susu, "Olu", Role.SUPPORT)
    await borrows(ana)
    await ana.says("/start ask-loan-papers")
    await ana.taps("Talk to a person", await ana.sees("Lightning"))
    told = await ana.sees("case C")
    number = re.search(r"C\d+", told.text)
    assert number is not None
    await opens(olu, number[0])
    assert re.search(r"It named: loan \d+", (await olu.last()).text)


async def test_what_is_asked_back_gets_the_persons_next_words_and_no_money_moves_by_them(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana", money=100), await an_operator(susu, "Olu", Role.SUPPORT)
    number = await asks_for_a_person(ana, "a send went wrong")
    await opens(olu, number)
    await olu.taps("Ask back")
    await olu.sees("what they write next goes to the case")
    await olu.says("Which one was it?")
    await olu.sees("The person is asked")
    await ana.sees(f"A colleague asks about case {number}.*Which one was it")
    await ana.says("/help")
    assert "we asked you something" in (await ana.sees("What Susu does")).text
    await ana.says("lock my account")
    await ana.sees("locked|Locked")
    await ana.says(f"send 50 to @{olu.json['username']}")
    told = await ana.sees("Added to case")
    assert "about something else" in told.text
    assert await susu.value("SELECT count(*) FROM intent WHERE action = 'wallet.send'") == 0
    await olu.sees("the person answered what you asked")
    await opens(olu, number)
    await olu.taps("Answer")
    await olu.sees("is sent as the answer")
    await olu.says("It is on its way back.")
    await olu.sees("is sent")
    await ana.taps("It isn't settled", await ana.sees("A colleague's answer"))
    await ana.sees("is open again.*What is still missing")
    await ana.says("it has not come")
    await ana.sees("Added to case")
    await olu.sees("is open again")
    await ana.says("/help")
    await ana.taps(number, await ana.sees("Your cases"))
    own = await ana.sees(" · answer by")
    assert "Colleague: It is on its way back" in own.text
    await susu.verified()


async def test_an_answer_to_who_has_blocked_the_bot_did_not_arrive_and_the_desk_hears_of_it(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana"), await an_operator(susu, "Olu", Role.SUPPORT)
    number = await asks_for_a_person(ana, "my name is spelt wrong")
    await opens(olu, number)
    await ana.blocks()
    await olu.taps("Answer")
    await olu.sees("is sent as the answer")
    await olu.says("We have put it right.")
    await olu.sees("is sent")
    await olu.sees(f"What you wrote to {number} didn't arrive")
    await ana.unblocks()
    await ana.says("/help")
    await ana.taps(number, await ana.sees("Your cases"))
    await ana.sees("We have put it right")


async def test_a_complaint_in_chinese_is_passed_on_and_goodwill_is_paid_by_two(susu: Susu) -> None:
    bo = await susu.resident("小博", language="zh")
    olu, mei = await an_operator(susu, "Olu", Role.SUPPORT), await an_operator(susu, "Mei", Role.SUPPORT)
    tre = await an_operator(susu, "Tre", Role.TREASURER)
    await bo.says("/start ask-complaint-make")
    number = re.search(r"C\d+", (await bo.sees("15|编号")).text)
    assert number is not None
    await opens(olu, number[0])
    await olu.taps("Give to a colleague")
    await picks(olu, mei, "Who gets")
    await olu.sees("Mei.* has C")
    await mei.sees("A colleague gave you")
    await finds(olu, number[0])
    await olu.sees("is looking after it")
    await opens(mei, number[0])
    await mei.taps("More ›")
    await mei.taps("Goodwill", await mei.sees("more"))
    await mei.sees("How much should we pay")
    await mei.says("60")
    made = await proposes(mei, "our man was rude to him")
    await approves(tre, made)
    await bo.sees("补偿款 [+]¥60.00")
    assert await susu.balance(bo) == yuan(60)
    await susu.verified()


async def test_the_card_since_the_last_evening_and_a_colleague_who_stands_in(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana"), await an_operator(susu, "Olu", Role.SUPPORT)
    mei = await an_operator(susu, "Mei", Role.SUPPORT)
    number = await asks_for_a_person(ana, "I was charged twice")
    await opens(olu, number)
    await olu.says("/since")
    card = await olu.sees("Since Wed 11 Mar 2026, 18:00")
    assert "new cases" in card.text
    assert "messages that failed" not in card.text, "support does not run the service"
    await olu.taps("‹ Queue", card)
    await olu.taps("Away", await olu.sees("wait"))
    await picks(olu, mei, "Who looks after")
    await olu.taps("Fri 13 Mar 2026", await olu.sees("Until the morning of which day"))
    await olu.sees("You're away until Fri 13 Mar 2026, 09:00")
    await mei.sees("You look after the entries of Olu")
    await opens(mei, number)
    seen = await mei.last()
    assert "standing in for a colleague" in seen.text
    await olu.says("/work")
    await olu.taps("Away", await olu.sees("wait"))
    await olu.taps("I'm back", await olu.sees("You're away"))
    await finds(mei, number)
    await mei.taps("Take over", await mei.sees("is looking after it"))
    await mei.sees("I was charged twice")


async def test_the_operators_other_account_is_said_once_and_its_case_is_not_theirs(susu: Susu) -> None:
    hidden, olu = await susu.resident("Hidden"), await an_operator(susu, "Olu", Role.SUPPORT)
    await olu.says("/operator")
    await olu.taps("More ›", await olu.sees("Operators' desk"))
    await olu.taps("🏛 Staff and service", await olu.sees("More"))
    await olu.taps("My other accounts", await olu.sees(""))
    await olu.sees("@username")
    await olu.says(f"@{hidden.json['username']}")
    await olu.sees("registered as your own")
    number = await asks_for_a_person(hidden, "please be kind to me")
    await olu.says("/questions")
    assert number not in (await olu.sees("Nobody waits|answer")).text


async def test_who_writes_that_they_are_not_well_where_the_case_is_asked_about_is_heard(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("博", language="zh")
    await ana.says("/help")
    await ana.taps("Talk to a person", await ana.sees("What Susu does"))
    await ana.sees("What is it about")
    await ana.says("I don't want to live any more because of my debts")
    await ana.sees("A colleague has your message")
    await bo.says("转人工")
    await bo.sees("是关于什么事")
    await bo.says("我不想活了")
    await bo.sees("同事已收到您的消息")


async def test_who_has_more_to_ask_after_an_answer_is_asked_what_it_is(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana"), await an_operator(susu, "Olu", Role.SUPPORT)
    number = await asks_for_a_person(ana, "I was charged twice")
    await opens(olu, number)
    await olu.taps("Answer")
    await olu.sees("What you write next")
    await olu.says("It was given back.")
    await ana.taps("I have another question", await ana.sees("It was given back"))
    await ana.sees("What is it about")
