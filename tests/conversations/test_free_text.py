"""Free text means what commands mean; when it is unsure it asks with buttons, and out of scope moves no money."""

from __future__ import annotations

import pytest

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu


@pytest.fixture
async def ana(susu: Susu) -> Person:
    """Somebody who has 500.00."""
    return await susu.resident("Ana", money=500)


async def test_what_is_written_leads_to_the_same_card_as_the_command(susu: Susu, ana: Person) -> None:
    bo = (await susu.resident("Bo")).json["username"]
    for written, shown in {
        "borrow 3000 for 6 months": "Borrow ¥3,000.00 in 6 instalments",
        "I'd like a loan of 1k over 3 months": "Borrow ¥1,000.00 in 3 instalments",
        "借3000分6期": "Borrow ¥3,000.00 in 6 instalments",
        f"send 50 to @{bo} for lunch": "Send ¥50.00 to Bo.*“lunch”",
        f"转20给@{bo}": "Send ¥20.00 to Bo",
        "top up 100": "Put ¥100.00 into your wallet",
        "how much do I owe": "You owe nothing",
        "还款": "You owe nothing",
        "show my history": "History",
        "what's my balance": "¥500.00",
        "put 200 into change plus": "Put ¥200.00 into Change Plus",
        f"request 30 from @{bo}": "Ask Bo .* for ¥30.00",
        "my statement please": "Statement",
        "help": "What Susu does",
    }.items():
        await ana.says(written)
        await ana.sees(shown)
    assert await susu.balance(ana) == yuan(500)


async def test_out_of_scope_leads_to_no_money_card(susu: Susu, ana: Person) -> None:
    for written in ("what's the weather", "lend 500 to my brother", "今天天气怎么样", "buy me some bitcoin", "a joke"):
        await ana.says(written)
        answer = await ana.sees("")
        assert "Confirm" not in answer.labels, (written, answer.text)
    assert await susu.entries(ana) == 1


async def test_a_bare_sum_is_asked_about_with_buttons_or_not_taken_at_all(ana: Person) -> None:
    await ana.says("300")
    answer = await ana.sees("")
    assert "Confirm" not in answer.labels


async def test_a_question_of_another_kind_is_answered_in_the_middle_of_a_question(ana: Person) -> None:
    await ana.says("/send")
    await ana.sees("To whom")
    await ana.says("how much do I owe?")
    await ana.sees("You owe nothing")
    await ana.says("/request")
    await ana.sees("Who should pay you")
    await ana.says("never mind")
    await ana.sees("Cancelled")


async def test_a_payees_line_may_say_the_rest_too(susu: Susu, ana: Person) -> None:
    bo = await susu.resident("Bo")
    await ana.says("/send")
    await ana.sees("To whom")
    await ana.says(f"@{bo.json['username']} 50 lunch")
    await ana.sees("Send ¥50.00 to Bo.*“lunch”")


async def test_what_stands_on_a_button_may_be_written(ana: Person) -> None:
    await ana.says("My money")
    await ana.sees("My money ¥500.00")


async def test_a_note_may_be_anything_and_is_kept(susu: Susu, ana: Person) -> None:
    bo = await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 5 生日快乐 🎂")
    await ana.sees("Send ¥5.00 to Bo.*“生日快乐 🎂”")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("is on its way")
    await bo.sees("“生日快乐 🎂”")


async def test_what_is_no_command_is_no_fault(ana: Person) -> None:
    for written in ("/frobnicate", "/", "/ 50", "//", "/@", "/send@susu_demo_bot"):
        await ana.says(written)
        answer = await ana.sees("")
        assert "Something went wrong" not in answer, written
