"""Histories, statements of any date, the trial balance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.ledger import Account, Entry, Line, Transfer
from finance_core.storage.unit import Units
from tests.ledger_cases import (
    ANA,
    BO,
    RAIL,
    a_lived_in_book,
    next_day,
    send,
    stage_one_for_each,
    top_up,
    yuan,
)


def figures(lines: list[Line]) -> list[tuple[str, str]]:
    return [(str(line.amount), str(line.balance_after)) for line in lines]


async def test_a_history_is_newest_first_with_the_balance_after_each(units: Units) -> None:
    async with units.begin() as unit:
        posted = await ledger.post(unit, top_up("100.00"), send("30.00"), top_up("5.00", "second"))
        lines = await ledger.history(unit, ANA)
    assert figures(lines) == [("5.00", "75.00"), ("-30.00", "70.00"), ("100.00", "100.00")]
    assert [line.reference for line in lines] == [receipt.reference for receipt in reversed(posted)]
    assert lines[1].about == {"payee": 2}
    assert lines[1].posted_at == unit.now
    assert lines[1].posted_at.tzinfo is not None


async def test_pages_of_a_history_join_without_gap_or_overlap(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"), *(send(f"{n}.00", f"s{n}") for n in range(1, 8)))
        whole = await ledger.history(unit, ANA, limit=100)
        pages: list[Line] = []
        before = None
        while page := await ledger.history(unit, ANA, before, 3):
            assert len(page) <= 3
            pages += page
            before = page[-1].entry_id
    assert pages == whole
    assert len(whole) == 8
    assert figures(whole)[0] == ("-7.00", "72.00")


async def test_new_entries_do_not_shift_the_pages_of_who_is_reading(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"), *(send("1.00", f"s{n}") for n in range(5)))
        first = await ledger.history(unit, ANA, limit=2)
        await ledger.post(unit, send("9.00", "meanwhile"))
        second = await ledger.history(unit, ANA, first[-1].entry_id, 2)
    assert figures(first + second) == [("-1.00", "95.00"), ("-1.00", "96.00"), ("-1.00", "97.00"), ("-1.00", "98.00")]


async def test_an_entry_is_one_line_whatever_it_moved(units: Units) -> None:
    withdrawal = Entry(
        "wallet.withdraw", "w", (Transfer(ANA, RAIL, yuan("50.00")), Transfer(ANA, Account("4060"), yuan("1.00")))
    )
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"), withdrawal)
        assert figures(await ledger.history(unit, ANA)) == [("-51.00", "49.00"), ("100.00", "100.00")]


async def test_a_line_of_a_staged_entry_shows_only_ones_own_part(units: Units) -> None:
    async with units.begin() as unit:
        await stage_one_for_each(unit, Account("5040"), [ANA, BO], 7)
        await ledger.post_staged(unit, "gift", "goodwill.paid", unit.open_on, {})
        assert figures(await ledger.history(unit, BO)) == [("0.07", "0.07")]
        assert figures(await ledger.history(unit, Account("5040"))) == [("0.14", "0.14")]


async def test_an_account_that_nobody_opened_has_no_history_and_zero(units: Units) -> None:
    async with units.begin() as unit:
        assert await ledger.history(unit, ANA) == []
        assert await ledger.balance(unit, ANA) == yuan("0")
        assert await ledger.available(unit, ANA) == yuan("0")
        found = await ledger.statement(unit, ANA, unit.open_on, unit.open_on)
        assert (found.opening, found.lines, found.closing) == (yuan("0"), [], yuan("0"))


async def test_a_statement_of_past_days_opens_and_closes_with_them(units: Units) -> None:
    async with units.begin() as unit:
        first = unit.open_on
    for day in range(4):
        async with units.begin() as unit:
            await ledger.post(unit, top_up("10.00", f"t{day}"), send("3.00", f"s{day}"))
        await next_day(units)
    async with units.begin() as unit:
        found = await ledger.statement(unit, ANA, first + timedelta(days=1), first + timedelta(days=2))
        rail = await ledger.statement(unit, RAIL, first + timedelta(days=3), first + timedelta(days=9))
    assert (str(found.opening), str(found.closing)) == ("7.00", "21.00")
    assert figures(found.lines) == [("10.00", "17.00"), ("-3.00", "14.00"), ("10.00", "24.00"), ("-3.00", "21.00")]
    assert {line.business_date for line in found.lines} == {first + timedelta(days=1), first + timedelta(days=2)}
    assert (str(rail.opening), figures(rail.lines), str(rail.closing)) == ("30.00", [("10.00", "40.00")], "40.00")


@pytest.mark.parametrize("account", [ANA, RAIL])
async def test_the_balance_of_any_date_is_what_was_posted_up_to_it(units: Units, account: Account) -> None:
    async with units.begin() as unit:
        first = unit.open_on
    for day in range(3):
        async with units.begin() as unit:
            await ledger.post(unit, top_up("10.00", f"t{day}"))
            if day == 1:
                await ledger.roll_up(unit)
        await next_day(units)
    async with units.begin() as unit:
        days = [first + timedelta(days=offset) for offset in (-1, 0, 1, 2, 3, 400)]
        found = [str(await ledger.balance_on(unit, account, day)) for day in days]
    assert found == ["0.00", "10.00", "20.00", "30.00", "30.00", "30.00"]


async def test_a_later_reversal_leaves_past_figures_as_they_were(units: Units) -> None:
    async with units.begin() as unit:
        first = unit.open_on
        (posted,) = await ledger.post(unit, top_up("10.00"))
        before = await ledger.trial_balance(unit, first)
    await next_day(units)
    async with units.begin() as unit:
        await ledger.reverse(unit, posted.entry_id, "undone", "mistake")
        assert await ledger.trial_balance(unit, first) == before
        assert await ledger.balance_on(unit, ANA, first) == yuan("10.00")


async def test_the_trial_balance_balances_in_each_book_and_carries_over(units: Units) -> None:
    await a_lived_in_book(units)
    async with units.begin() as unit:
        today = await ledger.trial_balance(unit, unit.open_on)
        yesterday = await ledger.trial_balance(unit, unit.open_on - timedelta(days=1))
    for book, asset in {(line.book, line.asset) for line in today}:
        own = [line for line in today if (line.book, line.asset) == (book, asset)]
        assert sum(line.debits for line in own) == sum(line.credits for line in own)
        assert sum(line.closing if ledger.BY_CODE[line.code].side == "debit" else -line.closing for line in own) == 0
    closed = {(line.book, line.code, line.asset): line.closing for line in yesterday}
    assert {(line.book, line.code, line.asset): line.opening for line in today if line.opening} == {
        key: amount for key, amount in closed.items() if amount
    }
    wallets = next(line for line in today if line.code == "2010")
    assert (wallets.opening, wallets.debits, wallets.credits, wallets.closing) == (48000, 0, 300, 48300)


async def test_a_receipts_reference_leads_to_its_entry_however_it_is_typed(units: Units) -> None:
    async with units.begin() as unit:
        (posted,) = await ledger.post(unit, top_up("10.00"))
        for typed in (posted.reference, posted.reference.lower(), posted.reference.replace("-", " ")):
            assert await ledger.entry_by_reference(unit, typed) == posted.entry_id
        with pytest.raises(ledger.EntryNotFound):
            await ledger.entry_by_reference(unit, "S000-0000")


async def test_balances_read_the_same_before_and_after_a_roll_up(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("10.00"), top_up("5.00", "second"))
        before = await ledger.balance(unit, RAIL)
        assert await ledger.roll_up(unit) == 2
        assert await ledger.roll_up(unit) == 0
        assert await ledger.balance(unit, RAIL) == before == yuan("15.00")
        await ledger.post(unit, top_up("1.00", "third"))
        assert await ledger.balance(unit, RAIL) == yuan("16.00")
        assert await unit.session.scalar(text("SELECT count(*) FROM rollup_tail")) == 1
        report = await ledger.verify(unit)
    assert report.ok, report
