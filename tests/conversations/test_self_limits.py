"""Blocking and limiting one's own borrowing in the chat: shown, confirmed, kept to."""

from __future__ import annotations

from finance_core.customers.service import answer_affordability
from handlers.chat.screens.groups import ASKS
from tests.builders import yuan
from tests.conversations.whole_service import Susu


async def test_borrowing_is_blocked_with_a_confirmation_and_refused_from_then_on(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/loans")
    await ana.sees("You owe nothing")
    await ana.taps("My borrowing limits")
    await ana.sees("Borrowing is not blocked")
    await ana.taps("Lend me nothing for 30 days")
    await ana.sees("You can't undo it before then")
    await ana.taps("Confirm")
    await ana.sees("Borrowing is blocked until the end of Sat 11 Apr 2026")
    await ana.says("borrow 1000 for 6 months")
    declined = await ana.sees("You asked us not to lend to you for a while.*You can apply again from Sun 12 Apr 2026")
    assert "Ask for a review" not in declined.labels


async def test_a_limit_of_ones_own_is_written_and_holds(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/mylimits")
    await ana.sees("You have set no limit of your own")
    await ana.taps("Set my own limit")
    await ana.sees("most you want to owe in loans")
    await ana.says("800")
    await ana.sees("Owe at most ¥800.00 in loans in all")
    await ana.taps("Confirm")
    await ana.sees("At most ¥800.00 in loans in all from now on")
    await ana.says("borrow 1000 for 6 months")
    await ana.sees("Your limit is ¥800.00 today")


async def test_income_is_said_anew_and_the_next_decision_looks_at_it(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    customer = await susu.customer(ana)
    async with susu.units.begin() as unit:
        await answer_affordability(unit, customer.id, income=yuan(500), other_instalments=yuan(0))
    await ana.says("borrow 3000 for 6 months")
    await ana.sees("more than 40% of your income")
    await ana.says(f"/start {ASKS}loan-limit_why_low")
    await ana.sees("instalments may take 40% of your ¥500.00 a month")
    await ana.taps("Change my income")
    await ana.sees("Roughly what do you earn in a month")
    await ana.says("9000")
    await ana.sees("on other loans")
    await ana.says("0")
    await ana.sees("Saved: you earn ¥9,000.00 a month")
    await ana.says("borrow 3000 for 6 months")
    await ana.sees("All-in annual rate")
