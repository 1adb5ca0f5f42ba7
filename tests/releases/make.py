"""Makes the dump of a release: an institution is lived through by use cases, with something in each table, and dumped.

Run it by `python -m tests.releases.make`; it takes half a minute and writes `tests/releases/<revision>.sql.gz`.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from aiogram.fsm.context import FSMContext
from sqlalchemy import text

from bot.intake.inbox import Inbox
from finance_core import intents, ledger
from finance_core.change_plus.service import Speed
from finance_core.customers.models import Customer
from finance_core.deposits.models import Rollover
from finance_core.funds import operating
from finance_core.funds import service as funds
from finance_core.funds.product import fund_on_sale
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import Wanted
from finance_core.kernel.clock import ManualClock
from finance_core.ledger import Account, Entry, Transfer
from finance_core.loans.contact import calls
from finance_core.loans.models import Loan
from finance_core.loans.operations import handover, restructure, waive, write_off
from finance_core.loans.origination.contract import Contract, Paper
from finance_core.notices.models import Pacing
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from handlers.wallet.intents import TopUp
from migrations.upgrade import head
from tests.builders import CIPHER, a_customer, a_loan, an_operator, live, the_catalogue, verified, yuan
from tests.core import test_collection as collection
from tests.core import test_conversation_state as conversation
from tests.core import test_deposits as deposits
from tests.core import test_guarantees as guarantees
from tests.core import test_loan_lines as lines
from tests.core import test_loan_operations as operations
from tests.core import test_origination as origination
from tests.core import test_plans as plans
from tests.embedded import running_cluster
from tests.faults.bot_api import BOT_ID, a_message
from tests.first_day import OPEN_ON, START, ZONE
from tests.funds import BONDS, SHARES, an_investor, buys, sells, switches
from tests.wealth_cases import correct, put_in, take_out

FOLDER: Final = Path(__file__).parent


async def found_and_join(units: Units) -> tuple[Customer, Customer, Customer]:
    """Open the book and let Ana, Bo and Chidi join."""
    await the_catalogue(units)
    async with units.begin() as unit:
        capital = Transfer(Account("1010", 1), Account("3010"), yuan(10_000_000))
        await ledger.post(unit, Entry("capital.paid_in", "capital:founding", (capital,)))
    ana = await an_investor(units, "Ana", money=20_000)
    bo = await a_customer(units, "Bo", money=3_000, language="zh")
    return ana, bo, await a_customer(units, "Chidi", tier=2, money=5_000)


async def move_money(units: Units, ana: Customer, bo: Customer, chidi: Customer) -> None:
    """Sends that are taken, declined and left lying; requests; holds."""
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(50), "lunch", "taken")
        await wallet.send(unit, CIPHER, ana.id, chidi.id, yuan(20), "", "declined")
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(7), "", "left lying")
        await wallet.request(unit, CIPHER, bo.id, ana.id, yuan(12), "tickets", "paid")
        await wallet.request(unit, CIPHER, chidi.id, ana.id, yuan(13), "", "open")
    async with units.begin() as unit:
        await wallet.accept(unit, "taken", bo.id)
        await wallet.decline(unit, "declined", chidi.id)
        await wallet.pay_request(unit, "paid", ana.id)
        await wallet.withdraw(unit, ana.id, yuan(100), "withdrawn", SANDBOX)
    async with units.begin() as unit:
        released = await ledger.hold(unit, Account("2010", ana.id), yuan(40), "released", unit.now + timedelta(days=3))
        await ledger.hold(unit, Account("2010", ana.id), yuan(5), "held", unit.now + timedelta(days=300))
        await ledger.release(unit, released)


async def save(units: Units, clock: ManualClock, ana: Customer, bo: Customer, chidi: Customer) -> None:
    """Change Plus, deposits, plans and funds, over two weeks."""
    await put_in(units, ana, 3_000)
    await put_in(units, chidi, 2_000)
    await deposits.chooses(units, await deposits.opens(units, ana, 2_000, 30), Rollover.ALL)
    early = await deposits.opens(units, ana, 1_000, 90, key="early")
    await plans.makes(units, chidi, plans.weekly(100))
    bicycle = Wanted(
        yuan(100), Every.WEEK, date(2026, 3, 13), name="a bicycle", goal=yuan(900), goal_on=date(2026, 6, 12)
    )
    await plans.makes(units, bo, bicycle, key="goal")
    await plans.rounds_up(units, ana)
    await buys(units, ana, 2_000)
    await buys(units, ana, 1_000, SHARES)
    await live(units, clock, until="2026-03-20 12:00")
    await take_out(units, ana, 200)
    await take_out(units, ana, 100, key="standard", speed=Speed.STANDARD)
    await deposits.takes(units, early, 300)
    await sells(units, ana, "100.00")
    await switches(units, ana, "200.00")


async def operate_funds(units: Units, clock: ManualClock, olu: Customer, ana: Customer) -> None:
    """A distribution, a suspension that is lifted, an income that is corrected."""
    async with units.begin() as unit:
        bonds, shares = await fund_on_sale(unit, BONDS), await fund_on_sale(unit, SHARES)
        await operating.declare_dividend(unit, olu.id, bonds, date(2026, 4, 1), Decimal("0.0100"))
        await operating.suspend(unit, olu.id, shares, "a flood")
        await funds.choose_dividends(unit, ana.id, BONDS, "units")
    await live(units, clock, until="2026-03-25 12:00")
    async with units.begin() as unit:
        await operating.lift(unit, olu.id, shares)
    await correct(units, date(2026, 3, 18), "0.4000")


async def lend(units: Units, bo: Customer, chidi: Customer) -> list[tuple[Customer, Loan]]:
    """Make loans of each kind; return three borrowers who have spent the money and pay nothing, and their loans."""

    async def write(agreed: Contract) -> Paper:
        return Paper("en", b"sealed", hashlib.sha256(agreed.canonical()).hexdigest())

    debtors = []
    for name in ("Dave", "Eve", "Fay"):
        debtor = await a_customer(units, name)
        debtors.append((debtor, await a_loan(units, debtor)))
        await operations.spends(units, debtor, 3_000)
    await a_loan(units, bo, write=write)
    await origination.asks(units, chidi, 5_000)
    await guarantees.a_group_loan(units)
    trader, line = await lines.a_line(units)
    await lines.draw(units, trader, line, 500)
    return debtors


async def collect(
    units: Units, clock: ManualClock, desk: tuple[Customer, Customer], debtors: list[tuple[Customer, Loan]]
) -> None:
    """Reminders, a promise, hardship, a call; then what two people do to a loan."""
    (dave, late), (_, lost), (_, hard) = debtors
    await live(units, clock, until="2026-04-13 12:00")
    await collection.deliver(units)
    await collection.promises_to_pay(units, late, 200, date(2026, 4, 16))
    await collection.in_trouble(units, hard, note="I was ill for weeks")
    async with units.begin() as unit:
        await calls.open_call(unit, CIPHER, lost.id, desk[0].id)
    await collection.pays(units, dave, late, 200)
    await live(units, clock, until="2026-05-20 12:00")
    await collection.deliver(units)
    penalty = {"what": "penalty", "sum": yuan("0.05").as_json()}
    await operations.done(units, desk, waive.ACTION, late, penalty)
    await operations.done(units, desk, restructure.ACTION, hard, {"count": 12, "holiday": 2, "rate": "12"})
    await operations.done(units, desk, handover.HAND_OVER, lost, {"collector": "Fair Collections"})
    await operations.done(units, desk, write_off.ACTION, lost)


async def talk(units: Units, ana: Customer) -> None:
    """What conversations leave: an intent, an anchor, a state, a chat that is paused, updates that wait."""
    async with units.begin() as unit:
        await intents.propose(
            unit, CIPHER, customer_id=ana.id, chat_id=ana.chat_id, action="wallet.topup", params=TopUp(sum=yuan(12))
        )
        await unit.session.execute(text("INSERT INTO anchor VALUES (:chat, 'card', 17)"), {"chat": ana.chat_id})
        unit.session.add(Pacing(chat_id=ana.chat_id, paused_until=unit.now))
        await wallet.topup(unit, ana.id, yuan(33), "on the open day", SANDBOX)
    async with conversation.a_turn(units) as storage:
        await FSMContext(storage, conversation.ANA).set_state(conversation.Joining.phone)
    await Inbox(units, CIPHER, BOT_ID).store([a_message(5, ana.telegram_id, "hi"), a_message(6, ana.telegram_id, "?")])


async def lived(url: str) -> None:
    """Live from 12 March to 25 May 2026 and verify the books."""
    engine, clock = create_engine(url), ManualClock(START)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
    units = Units(engine, clock)
    ana, bo, chidi = await found_and_join(units)
    desk = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    await move_money(units, ana, bo, chidi)
    debtors = await lend(units, bo, chidi)
    await save(units, clock, ana, bo, chidi)
    await operate_funds(units, clock, desk[0], ana)
    await collect(units, clock, desk, debtors)
    await live(units, clock, until="2026-05-25 12:00")
    await talk(units, ana)
    await verified(units)
    await engine.dispose()


def main() -> None:
    """Live, and write the dump."""
    with running_cluster() as cluster, cluster.cloned() as url:
        asyncio.run(lived(url))
        dump = cluster.dump(url)
    file = FOLDER / f"{head()}.sql.gz"
    file.write_bytes(gzip.compress(dump.encode(), mtime=0))
    print(f"{file}: {file.stat().st_size:,} bytes")  # noqa: T201 - a program that says what it wrote


if __name__ == "__main__":
    main()
