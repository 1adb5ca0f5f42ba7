"""Three days without the scheduler: an operator says that the clock is right; then each day is closed in order, money
moves once, one reminder says what is so. A day or less goes by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.scheduler import Scheduler
from finance_core.lines import CALENDAR
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.test_operator import an_operator
from tests.conversations.whole_service import PIN, Susu, whole_service
from tests.embedded import Cluster

pytestmark = pytest.mark.asyncio(loop_scope="module")

CAUGHT_UP = "SELECT closing_on IS NULL AND open_on = DATE '2026-04-13' FROM book"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def susu(cluster: Cluster) -> AsyncIterator[Susu]:
    async with whole_service(cluster) as running:
        yield running
        await running.left_in_order()


@asynccontextmanager
async def two_schedulers(susu: Susu) -> AsyncIterator[None]:
    """Two at once, as two workers would run them."""
    running = [asyncio.create_task(Scheduler(susu.units, CALENDAR).run()) for _ in range(2)]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def borrows(susu: Susu, name: str) -> Person:
    """Return somebody who has borrowed 3,000 on 12 March, due on 12 April."""
    person = await susu.resident(name)
    await person.says("/borrow 3000 6")
    await person.sees("All-in annual rate")
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)
    await person.sees("The contract is signed")
    return person


async def says_yes(operator: Person) -> None:
    """Let the days that wait be lived through, from the desk."""
    await operator.says("/operator")
    await operator.taps("More ›", await operator.sees("Operators' desk"))
    await operator.taps("Staff and service", await operator.sees("More"))
    await operator.taps("🕰 Days", await operator.sees("Staff and service"))
    await operator.taps("Confirm", await operator.sees("3 days behind.*can't be undone"))
    await operator.sees("type your PIN")
    await operator.says(PIN)
    await operator.sees("up to Mon 13 Apr 2026 are being processed")


async def pushed(person: Person, sign: str) -> list[str]:
    """Return the first lines of what was pushed with a sign."""
    return [one.text.splitlines()[0] for one in await person.messages() if one.text.startswith(sign)]


async def test_three_days_without_the_scheduler(susu: Susu) -> None:
    ana, bo, olu = await borrows(susu, "Ana"), await borrows(susu, "Bo"), await an_operator(susu, "Olu")
    async with susu.units.begin() as unit:
        await wallet.withdraw(unit, (await susu.customer(bo)).id, yuan(3000), "spent", SANDBOX)
    await susu.travel("2026-04-10 12:00")
    before = await pushed(bo, "⏰")
    async with susu.units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET clock_offset = clock_offset + interval '3 days'"))

    await ana.says("/topup 50")
    await ana.sees("Put ¥50.00")
    await ana.taps("Confirm")
    await ana.sees("We're closing the day's books.*nothing has moved")
    assert await susu.balance(ana) == yuan(3000)

    async with two_schedulers(susu), asyncio.timeout(120):
        await olu.sees("3 days behind.*open on Fri 10 Apr 2026, the clock says Mon 13 Apr 2026")
        assert await susu.today() == date(2026, 4, 10)
        assert await susu.value("SELECT count(*) FROM seal WHERE business_date > DATE '2026-04-09'") == 0
        await says_yes(olu)
        while not await susu.value(CAUGHT_UP):  # noqa: ASYNC110 - it is the book that changes
            await asyncio.sleep(0.05)
        await ana.sees("🧾 −¥527.13 debited for your loan")
        await bo.sees("⚠️ ¥.* is overdue by 1 day")
    assert await susu.today() == date(2026, 4, 13)
    assert await susu.balance(ana) == yuan("2472.87")
    assert await susu.entries(ana, "loan.debit") == 1
    assert await pushed(ana, "⏰") == before == ["⏰ ¥527.13 is due in 3 days, on Sun 12 Apr 2026."]
    assert (await pushed(bo, "⏰"), len(await pushed(bo, "⚠️"))) == (before, 1)
    assert await susu.value(_DEBITED_ON) == date(2026, 4, 12)
    assert await susu.value("SELECT count(*) FROM seal WHERE business_date > DATE '2026-04-09'") == 3
    await susu.verified()

    await ana.taps("Confirm")
    await ana.sees("¥50.00 is in your wallet")
    assert await susu.balance(ana) == yuan("2522.87")


_DEBITED_ON = "SELECT business_date FROM entry WHERE kind = 'loan.debit'"
