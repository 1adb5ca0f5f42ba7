"""People about whom much is known, what a question says of them in plain Python, and questions drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers import consents
from finance_core.customers import service as customers
from finance_core.customers.consents import Topic
from finance_core.customers.models import Customer
from finance_core.deposits.service import open_deposit
from finance_core.kernel.clock import ManualClock
from finance_core.lines import FACTS
from finance_core.loans.models import InstalmentRow
from finance_core.loans.repayment.repayment import repay
from finance_core.offers.audiences import service, tags
from finance_core.offers.audiences.compiling import selected
from finance_core.offers.audiences.question import All, AnyOf, How, Is, Not, Question, checked
from finance_core.storage.facts import FactKind
from finance_core.storage.unit import Unit, Units
from finance_core.suitability.service import assess
from tests.builders import CIPHER, SAID, a_customer, a_loan, live, yuan
from tests.circle_rounds import a_circle
from tests.funds import BONDS, answers_for, buys, funds_on_sale
from tests.wealth_cases import position, put_in

COMPARED: Final[Mapping[How, Callable[[Any, Any], bool]]] = {
    How.IS: lambda one, other: one == other,
    How.IS_NOT: lambda one, other: one != other,
    How.LESS: lambda one, other: one < other,
    How.AT_MOST: lambda one, other: one <= other,
    How.MORE: lambda one, other: one > other,
    How.AT_LEAST: lambda one, other: one >= other,
}
Known = Mapping[str, Any]
"""What is known of a person, by fact: a value, a set of words, None for a day that there is not."""


@dataclass(frozen=True, slots=True)
class Population:
    """People by id, what is known of each, and the day."""

    known: Mapping[int, Known]
    on: date

    def fitted(self, question: Question) -> set[int]:
        """Return whom a question fits, worked out person by person."""
        return {person for person, known in self.known.items() if self.holds(question, known)}

    def holds(self, question: Question, known: Known) -> bool:
        match question:
            case All(all=parts):
                return all(self.holds(part, known) for part in parts)
            case AnyOf(any=parts):
                return any(self.holds(part, known) for part in parts)
            case Not(no=part):
                return not self.holds(part, known)
            case Is():
                return self._compared(question, known[question.fact])

    def _compared(self, asked: Is, value: Any) -> bool:
        if isinstance(value, set):
            return (asked.value in value) == (asked.how is How.IS)
        if value is None:
            return False
        wanted: Any = asked.value
        if isinstance(value, date):
            wanted = date.fromisoformat(wanted) if isinstance(wanted, str) else self.on + timedelta(days=wanted)
        return COMPARED[asked.how](value, wanted)


async def fitted(unit: Unit, question: Question) -> set[int]:
    """Return whom a question fits, by its select. Nobody comes twice."""
    asked = selected(checked(question, FACTS), FACTS, unit.open_on, unit.zone)
    found = list(await unit.session.scalars(text(asked.sql), dict(asked.values)))
    assert len(found) == len(set(found))
    return set(found)


async def a_population(units: Units, clock: ManualClock) -> Population:
    """Make five people by the real use cases, and one who has not joined; say by hand what is known, days later."""
    await funds_on_sale(units, own_prices=True)
    ana = await a_customer(units, "Ana", tier=1, money=100)
    bo = await a_customer(units, "Bo", tier=2, money=20_000, language="zh")
    chidi = await a_customer(units, "Chidi", tier=2, money=5_000)
    dora = await a_customer(units, "Dora", tier=0)
    eve = await a_customer(units, "Eve", tier=2, money=900)
    async with units.begin() as unit:
        await customers.start(
            unit, CIPHER, telegram_id=4_711, chat_id=4_711, first_name="Neo", username=None, language="en"
        )
        joined = unit.open_on
        for person, zone in ((bo, "Asia/Shanghai"), (chidi, "Africa/Lagos"), (dora, "Africa/Lagos")):
            (await unit.session.get_one(Customer, person.id)).zone = zone
        for person, topics in (
            (ana, (Topic.LOANS, Topic.NEWS)),
            (bo, (Topic.LOANS, Topic.SAVING)),
            (eve, (Topic.NEWS,)),
        ):
            await consents.choose_all(unit, person.id, topics, SAID, given=True)
        await consents.choose(unit, bo.id, Topic.LOANS, SAID, given=False)
        for name, person in (("vip", bo), ("vip", dora), ("new", dora)):
            await tags.give(unit, service.NOBODY, name, person.id)
        deposit = (await open_deposit(unit, chidi.id, yuan(1_000), 90, "a deposit of the people")).deposit
    running = await a_loan(units, ana, 1_000)
    repaid = await a_loan(units, bo, 2_000)
    async with units.begin() as unit:
        await repay(unit, repaid.id, None, "the people's repayment")
        await assess(unit, bo.id, answers_for(5))
    await put_in(units, bo, 300)
    await buys(units, bo, 1_000)
    circle = await a_circle(units, [chidi, eve, chidi], automatic=False)
    await live(units, clock, until="2026-03-17 10:00")
    async with units.begin() as unit:
        ends_on = max(
            await unit.session.scalars(select(col(InstalmentRow.due_on)).where(InstalmentRow.loan_id == running.id))
        )
        code = str(await unit.session.scalar(text("SELECT code FROM circle WHERE id = :id"), {"id": circle.id}))
        wallets = {
            row.owner: int(row.amount)
            for row in await unit.session.execute(
                text("SELECT a.owner, ledger_balance(a.id) AS amount FROM account a WHERE a.code = '2010'")
            )
        }
        zones = {row.id: row.zone for row in await unit.session.execute(text("SELECT id, zone FROM customer"))}
        on = unit.open_on
    confirmed = (await position(units, bo)).can_leave.amount
    known = {
        person.id: {
            "language": person.language, "zone": zones[person.id], "tier": person.tier, "consent": set(),
            "joined_on": joined, "tag": set(), "deposit": False, "deposits": 0, "deposit_ends_on": None,
            "any_fund": False, "fund": set(), "change_plus": False, "change_plus_balance": 0, "active_loan": False,
            "loan_product": set(), "loans_repaid": 0, "grade": "D", "loan_repaid_on": None, "loan_ends_on": None,
            "limit_left": {0: 0, 1: 500_000, 2: 5_000_000}[person.tier], "in_circle": False, "circle": set(),
            "wallet": wallets.get(person.id, 0), "last_active_on": None, "offer_sent_on": None,
            "offer_tapped_on": None, "broadcast": set(), "broadcast_tapped": set(),
        }
        for person in (ana, bo, chidi, dora, eve)
    }  # fmt: skip
    known[ana.id] |= {
        "consent": {"loans", "news"}, "active_loan": True, "loan_product": {"lightning"}, "loan_ends_on": ends_on,
        "limit_left": 400_000,
    }  # fmt: skip
    known[bo.id] |= {
        "consent": {"saving"}, "tag": {"vip"}, "loans_repaid": 1, "grade": "C", "loan_repaid_on": joined,
        "change_plus": True, "change_plus_balance": confirmed, "any_fund": True, "fund": {BONDS},
    }  # fmt: skip
    known[chidi.id] |= {"deposit": True, "deposits": 100_000, "deposit_ends_on": deposit.matures_on}
    known[dora.id] |= {"tag": {"vip", "new"}}
    known[eve.id] |= {"consent": {"news"}}
    for person in (chidi, eve):
        known[person.id] |= {"in_circle": True, "circle": {code}}
    return Population(known, on)


# -- questions at random ----------------------------------------------------------------------------------------------


def drawn(chance: random.Random, population: Population, depth: int = 3) -> Question:
    """Draw a question, of comparisons with values that people have, and with some that nobody has."""
    if depth == 0 or chance.random() < 0.3:
        return _drawn_comparison(chance, population)
    parts = tuple(drawn(chance, population, depth - 1) for _ in range(chance.randint(1, 3)))
    return chance.choice((All(all=parts), AnyOf(any=parts), Not(no=parts[0]), All(all=())))


def _drawn_comparison(chance: random.Random, population: Population) -> Is:
    fact = FACTS[chance.choice(list(FACTS))]
    values: Sequence[Any] = [known[fact.name] for known in population.known.values()]
    hows = list(How) if fact.kind in (FactKind.NUMBER, FactKind.MONEY, FactKind.DAY) else [How.IS, How.IS_NOT]
    how = chance.choice(hows)
    match fact.kind:
        case FactKind.YES_NO:
            return Is(fact=fact.name, how=how, value=chance.random() < 0.5)
        case FactKind.WORD:
            words = {word for value in values for word in (value if isinstance(value, set) else {value})}
            return Is(fact=fact.name, how=how, value=chance.choice(sorted(words) + list(fact.words) or ["nothing"]))
        case FactKind.DAY:
            days = [each for each in values if each is not None] or [population.on]
            day = chance.choice(days) + timedelta(days=chance.randint(-1, 1))
            return Is(fact=fact.name, how=how, value=chance.choice((day.isoformat(), (day - population.on).days)))
        case _:
            return Is(fact=fact.name, how=how, value=chance.choice(values) + chance.randint(-1, 1))
