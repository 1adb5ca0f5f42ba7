"""An accumulating circle as tests need it: five members, of whom three are officers, and its meetings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final

from finance_core import ledger
from finance_core.business_day.tick import Calendar
from finance_core.circles.models import Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.saving import beginning, forming, paying_in
from finance_core.circles.saving.beginning import SavingRules
from finance_core.circles.saving.forming import SavingSettings
from finance_core.circles.saving.models import CircleRequest
from finance_core.customers.models import Customer
from finance_core.journeys.saving_circles import afterwards, lending, meetings, sharing_out
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account
from finance_core.storage.unit import Units
from tests.builders import CIPHER, SHANGHAI, a_customer, live_by, yuan
from tests.loan_book import LOANS_ONLY

RULES: Final = SavingRules(
    share_price=20_00, most_shares=5, social_amount=0, fine_amount=10_00, loan_rate=Decimal("1.5"), meetings=6
)
NAMES: Final = ("Ana", "Bo", "Chidi", "Dede", "Eve")
FIRST_ON: Final = date(2026, 3, 20)
DAYS: Final = Calendar(
    tuple(
        sorted(
            (*LOANS_ONLY.steps, meetings.MEET, meetings.END, afterwards.AFTERWARDS),
            key=lambda step: step.place,
        )
    ),
    (sharing_out.PAY,),
)
"""The days of accumulating circles and of loans: what other lines do by themselves is left out."""
_numbers = count(1)


@dataclass
class Cycle:
    """A circle in its cycle. People by place: Ana is chair, Bo treasurer, Chidi secretary."""

    units: Units
    clock: ManualClock
    circle: int
    people: list[Customer] = field(default_factory=list)

    def who(self, place: int) -> Customer:
        return self.people[place - 1]

    async def at(self, moment: str) -> None:
        """Let time pass to a moment: "04-20 12:00" of 2026."""
        until = datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=SHANGHAI)
        await live_by(DAYS, self.units, self.clock, until)

    async def buys(self, place: int, shares: int) -> paying_in.PaidIn:
        async with self.units.begin() as unit:
            return await paying_in.pay_in(unit, self.circle, self.who(place).id, shares, f"bought:{next(_numbers)}")

    async def asks(self, place: int, amount: str | int, months: int) -> CircleRequest:
        async with self.units.begin() as unit:
            return await lending.ask_for_loan(
                unit,
                self.circle,
                self.who(place).id,
                yuan(amount),
                months,
                f"asked:{next(_numbers)}",
                automatic_debit=False,
            )

    async def votes(self, request: CircleRequest, place: int, *, is_yes: bool = True) -> CircleRequest:
        async with self.units.begin() as unit:
            return await lending.vote(unit, request.id, self.who(place).id, is_yes=is_yes)

    async def borrows(self, place: int, amount: str | int, months: int) -> CircleRequest:
        """Ask, and let four of five vote for it."""
        request = await self.asks(place, amount, months)
        for voter in range(1, 5):
            request = await self.votes(request, voter)
        return request

    async def closes(self, by: int | None = 3) -> None:
        async with self.units.begin() as unit:
            await meetings.close(unit, self.circle, self.who(by).id if by else None)

    async def has(self, code: str) -> Money:
        async with self.units.begin() as unit:
            return await ledger.balance(unit, Account(code, self.circle, CNY))


async def a_cycle(units: Units, clock: ManualClock, *, money: int = 2000, people: int = 5, **more: Any) -> Cycle:
    """Begin a monthly cycle whose first meeting is on 20 March."""
    members = [await a_customer(units, NAMES[nr % 5] if nr < 5 else f"M{nr}", money=money) for nr in range(people)]
    rules = SavingRules(**{**asdict(RULES), **more})
    settings = SavingSettings("Sunday savers", Period.MONTH, FIRST_ON, rules)
    async with units.begin() as unit:
        circle = await lending.draft(unit, CIPHER, members[0].id, settings, f"cycle {next(_numbers)}")
        await forming.open_circle(unit, circle.id, members[0].id)
        circle_id = circle.id
    for who in members:
        async with units.begin() as unit:
            await forming.join(unit, CIPHER, circle_id, who.id, nickname=who.language)
    async with units.begin() as unit:
        for role, who in ((Role.TREASURER, members[1]), (Role.SECRETARY, members[2])):
            await forming.name_officer(unit, circle_id, members[0].id, role, who.id)
        await beginning.begin(unit, circle_id, members[0].id)
    return Cycle(units, clock, circle_id, members)
