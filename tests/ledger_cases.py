"""Builders for tests of the ledger: a few people, entries between them, and a book that has lived for some days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import CHANGE_PLUS_UNIT, CNY, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.storage.unit import Unit, Units

RAIL = Account("1030")
ANA, BO, CHIDI = (Account("2010", customer) for customer in (1, 2, 3))
FUND = 7
ORDER = Account("2051", 70)
DUE_TO_FUND, DUE_FROM_INSTITUTION = Account("2050", FUND), Account("F1040", FUND, CNY, "FUND:7")
CAPITAL = Account("F3010", FUND, CNY, "FUND:7")
UNITS_IN_ISSUE = Account("U1000", FUND, CHANGE_PLUS_UNIT, "REG:7")


def yuan(amount: str) -> Money:
    return Money.of(amount, CNY)


def units_of(amount: str) -> Money:
    return Money.of(amount, CHANGE_PLUS_UNIT)


def holder(customer: int) -> Account:
    return Account("U2010", customer, CHANGE_PLUS_UNIT, "REG:7")


def top_up(amount: str, key: str = "top-up", to: Account = ANA) -> Entry:
    return Entry("wallet.top_up", key, (Transfer(RAIL, to, yuan(amount)),), {"rail": "sandbox"})


def send(amount: str, key: str = "send", payer: Account = ANA, payee: Account = BO) -> Entry:
    return Entry("wallet.send", key, (Transfer(payer, payee, yuan(amount)),), {"payee": payee.owner})


def subscription(amount: str, key: str = "confirm", customer: int = 1) -> Entry:
    """Confirm an order of Change Plus: one transfer in each of three books, two assets."""
    return Entry(
        "wealth.confirm",
        key,
        (
            Transfer(ORDER, DUE_TO_FUND, yuan(amount)),
            Transfer(DUE_FROM_INSTITUTION, CAPITAL, yuan(amount)),
            Transfer(UNITS_IN_ISSUE, holder(customer), units_of(amount)),
        ),
    )


async def assert_books_are_right(units: Units) -> None:
    """Every equation of the ledger holds."""
    async with units.begin() as unit:
        report = await ledger.verify(unit)
    assert report.ok, report


async def next_day(units: Units) -> None:
    """Move the date on and seal the day that ended."""
    async with units.begin() as unit:
        ended = unit.open_on
        await ledger.move_date(unit, ended + timedelta(days=1))
    async with units.begin() as unit:
        await ledger.seal_day(unit, ended)


async def stage_one_for_each(unit: Unit, payer: Account, payees: list[Account], amount: int) -> None:
    """Put one transfer from `payer` to each of `payees` into the staging table, in minor units."""
    ids = await ledger.account_ids(unit, [payer, *payees])
    await ledger.stage(unit)
    await unit.session.execute(
        text("INSERT INTO staged_transfer SELECT :payer, payee, :amount FROM unnest(CAST(:payees AS bigint[])) payee"),
        {"payer": ids[payer], "payees": [ids[payee] for payee in payees], "amount": amount},
    )


async def a_lived_in_book(units: Units) -> None:
    """Three days: top-ups, sends, a reversal, a fund order, a captured and a live hold, a staged entry, two seals."""
    async with units.begin() as unit:
        await ledger.post(unit, top_up("500.00"), top_up("80.00", "top-up-bo", BO), send("20.00"))
        await ledger.post(unit, Entry("wealth.order", "order", (Transfer(ANA, ORDER, yuan("100.00")),)))
        await ledger.post(unit, subscription("100.00"))
        await ledger.roll_up(unit)
    await next_day(units)
    async with units.begin() as unit:
        (mistake,) = await ledger.post(unit, send("30.00", "mistake"))
        await ledger.reverse(unit, mistake.entry_id, "mended", "wrong_payee")
        hold = await ledger.hold(unit, ANA, yuan("50.00"), "hold", unit.now + timedelta(hours=1))
        await ledger.capture(unit, hold, send("40.00", "captured"))
    await next_day(units)
    async with units.begin() as unit:
        await ledger.hold(unit, BO, yuan("10.00"), "live", unit.now + timedelta(hours=1))
        await stage_one_for_each(unit, Account("5040"), [ANA, BO, CHIDI], 100)
        await ledger.post_staged(unit, "goodwill", "goodwill.paid", unit.open_on, {"why": "late"})
        # Goodwill comes out of our own bank: the segregated account is topped up for it.
        await ledger.post(
            unit,
            Entry("capital.paid_in", "capital", (Transfer(Account("1010"), Account("3010"), yuan("1000.00")),)),
            Entry("safeguarding.sweep", "sweep", (Transfer(Account("1020"), Account("1010"), yuan("3.00")),)),
        )
