"""A question that is asked inside a form is answered, and the form comes back where it stood."""

from __future__ import annotations

import asyncio

from tests.builders import yuan
from tests.conversations.harness import Person, Seen
from tests.conversations.whole_service import PIN, Susu

ASKED = {
    "what is my balance?": "Available",
    "/help": "What Susu does",
    "what does it cost?": "Free",
    "/history": "Newest first|Nothing has moved yet|\\+¥",
    "how much do I owe": "owe",
}
ASKED_IN_CHINESE = {"我还有多少钱": "可用", "/help": "速速能做什么", "要收费吗": "免费"}


async def asked_again(person: Person, words: str) -> Seen:
    """Return the latest message once it asks, with its buttons, and the message that asked before has none."""
    await person.sees(words)
    for _ in range(100):
        asking = [message for message in await person.messages() if words in message and message.labels]
        if asking == [await person.last()]:
            return asking[0]
        await asyncio.sleep(0.02)
    raise AssertionError(f"{words!r} does not stand last, once")


async def test_what_is_asked_inside_a_form_is_answered_and_the_form_comes_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    payee = f"@{bo.json['username']}"
    await ana.says(f"send {payee} for tea")
    form = await ana.sees("How much for Bo")
    for asked, answer in ASKED.items():
        await ana.says(asked)
        await ana.sees(answer)
        back = await asked_again(ana, "How much for Bo")
        assert (back.text, back.labels) == (form.text, form.labels)
    await ana.taps("50", back)
    await ana.sees("Send ¥50.00 to Bo.*“tea”")
    await ana.says(f"send {payee}")
    await ana.sees("How much for Bo")
    await ana.says("borrow 3000 for 6 months")
    card = await ana.sees("Borrow ¥3,000.00")
    await ana.says("what is my balance?")
    await ana.sees("Available")
    assert (await ana.last()).text != card.text


async def test_in_chinese_too(susu: Susu) -> None:
    ana = await susu.resident("小安", money=100, language="zh")
    await ana.says("借钱")
    form = await ana.sees("多少")
    for asked, answer in ASKED_IN_CHINESE.items():
        await ana.says(asked)
        await ana.sees(answer)
        assert (await ana.sees("多少")).text == form.text


async def test_a_pin_is_asked_again_after_a_look_and_given_up_by_what_is_meant_otherwise(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    payee = f"@{bo.json['username']}"
    await ana.says(f"send 20 to {payee}")
    await ana.sees("Send ¥20.00")
    await ana.taps("Confirm")
    await ana.sees("PIN")
    for asked, answer in {"/balance": "Available", "what is my balance?": "Available", "/help": "Susu does"}.items():
        await ana.says(asked)
        await ana.sees(answer)
        await ana.sees("PIN")
    await ana.says(PIN)
    await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(80)
    await ana.says(f"send 20 to {payee}")
    await ana.sees("Send ¥20.00")
    await ana.taps("Confirm")
    await ana.sees("PIN")
    await ana.says("lock my account")
    await ana.sees("lock|Lock")
    await ana.says("unlock")
    await ana.sees("PIN|lock")
    await susu.verified()


async def test_the_buttons_of_a_question_go_once_it_is_answered_in_words_or_left(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    for said in ("700", "menu"):
        await ana.says("/borrow")
        asked = await ana.sees("How much")
        assert asked.labels
        await ana.says(said)
        await ana.sees("700|Menu|What")
        assert [each.labels for each in await ana.messages() if each.id == asked.id] == [[]]


async def test_a_question_that_is_asked_again_after_a_look_has_its_buttons_once(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await ana.says("/borrow")
    asked = await ana.sees("How much")
    await ana.says("balance")
    again = await asked_again(ana, "How much")
    with_buttons = [each.id for each in await ana.messages() if each.labels == asked.labels]
    assert with_buttons == [again.id]


async def test_a_bad_answer_leaves_the_questions_buttons(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=500)
    await ana.says("/borrow")
    asked = await ana.sees("How much")
    await ana.says("a few hundred")
    await ana.sees("an amount like")
    last = await ana.last()
    assert asked.labels in [each.labels for each in await ana.messages() if each.id in (asked.id, last.id)]


async def test_a_receipt_is_no_form_that_comes_back_after_a_look(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await ana.says("/topup 30")
    card = await ana.sees("Put ¥30.00 into your wallet")
    await ana.says(f"send @{bo.json['username']}")
    await ana.sees("How much for Bo")
    await ana.taps("Confirm", card)
    done = await ana.sees("✅")
    await ana.says("/balance")
    await ana.sees("Available ¥130.00")
    assert [message.id for message in await ana.messages() if message.text == done.text] == [done.id]


async def test_a_form_stands_once_after_a_tap_that_only_looks(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await ana.says(f"send @{bo.json['username']}")
    await ana.sees("How much for Bo")
    await ana.says("/money")
    shown = await ana.sees("My money")
    await asked_again(ana, "How much for Bo")
    await ana.taps("Over time", shown)
    await asked_again(ana, "How much for Bo")
