"""Blocking and limiting one's own borrowing in the chat: shown, confirmed, kept to."""

from __future__ import annotations

from tests.conversations.whole_service import Susu


async def test_borrowing_is_blocked_with_a_confirmation_and_refused_from_then_on(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/loans")
    await ana.sees("You owe nothing")
    await ana.taps("My limits on borrowing")
    await ana.sees("Borrowing is not blocked")
    await ana.taps("Lend me nothing for 30 days")
    await ana.sees("It can't be undone before")
    await ana.taps("Confirm")
    await ana.sees("Nothing is lent to you until the end of Sat 11 Apr 2026")
    await ana.says("borrow 1000 for 6 months")
    declined = await ana.sees("You asked us to lend you nothing for a while.*From Sun 12 Apr 2026 on you can ask again")
    assert "Ask a person" not in declined.labels


async def test_a_limit_of_ones_own_is_written_and_holds(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/mylimits")
    await ana.sees("You have set no limit of your own")
    await ana.taps("Set my own limit")
    await ana.sees("in loans at most")
    await ana.says("800")
    await ana.sees("Owe at most ¥800.00 in loans in all")
    await ana.taps("Confirm")
    await ana.sees("At most ¥800.00 in loans in all from now on")
    await ana.says("borrow 1000 for 6 months")
    await ana.sees("Your limit is ¥800.00 today")
