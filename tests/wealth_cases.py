"""What tests of Change Plus do again and again: put in, take out, publish, other terms; and a year by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import text

from finance_core.catalogue import ProductVersion, product
from finance_core.change_plus import publishing, queries, service
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.queries import Position
from finance_core.change_plus.service import PutIn, Speed, TakenOut
from finance_core.customers.models import Customer
from finance_core.journeys import change_plus
from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import SHANGHAI, yuan


async def put_in(units: Units, customer: Customer, amount: str | int, key: str = "put in") -> PutIn:
    async with units.begin() as unit:
        return await service.put_in(unit, customer.id, yuan(amount), f"{key}:{customer.id}")


async def take_out(
    units: Units, customer: Customer, amount: str | int, key: str = "take out", speed: Speed = Speed.FAST
) -> TakenOut:
    async with units.begin() as unit:
        return await change_plus.take_out(unit, customer.id, yuan(amount), f"{key}:{customer.id}", speed)


async def begin_on(units: Units, clock: ManualClock, on: date) -> None:
    """Begin the (empty) book at 10:00 of another day."""
    clock.set(datetime.combine(on, time(10), tzinfo=SHANGHAI))
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = :on WHERE id = 1"), {"on": on})


async def new_terms(units: Units, **changes: str | None) -> None:
    """Sell Change Plus on other terms from today on; None takes a term out."""
    async with units.begin() as unit:
        sold = await product(unit, "change_plus")
        terms = {name: value for name, value in {**sold.terms, **changes}.items() if value is not None}
        unit.session.add(
            ProductVersion(
                code=sold.code,
                version=sold.version + 1,
                line=sold.line,
                terms=terms,
                valid_from=unit.open_on,
                applied_at=unit.now,
            )
        )


async def publish(units: Units, day: date, rate: str) -> None:
    async with units.begin() as unit:
        await publishing.publish_income(unit, await fund_on_sale(unit), day, Decimal(rate), "operator:1")


async def correct(units: Units, day: date, rate: str, key: str = "correction") -> None:
    async with units.begin() as unit:
        await publishing.correct_income(unit, await fund_on_sale(unit), day, Decimal(rate), "operator:1", key)


async def position(units: Units, customer: Customer) -> Position:
    async with units.begin() as unit:
        return await queries.position(unit, await fund_on_sale(unit), customer.id)


async def value(units: Units, query: str, **values: object) -> object:
    async with units.begin() as unit:
        return await unit.session.scalar(text(query), values)


@dataclass
class ByHand:
    """A fund kept on paper, in plain decimals: nothing of the service's arithmetic is in it."""

    rates: Mapping[date, Decimal]
    units: dict[str, Decimal] = field(default_factory=dict)
    carries: dict[str, Decimal] = field(default_factory=dict)
    fund_carry: Decimal = Decimal(0)
    earned: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)

    def close(self, day: date) -> None:
        """Pay a natural day's income on what is held at its end."""
        rate = self.rates[day]
        whole = self.fund_carry + sum(self.units.values(), Decimal(0)) * rate / 10_000
        whole = whole.quantize(Decimal("0.00000001"), ROUND_DOWN)
        cents = whole.quantize(Decimal("0.01"), ROUND_DOWN)
        self.fund_carry, self.earned = whole - cents, self.earned + cents
        for holder, held in self.units.items():
            share = self.carries.get(holder, Decimal(0)) + held * rate / 10_000
            share = share.quantize(Decimal("0.00000001"), ROUND_DOWN)
            cents = share.quantize(Decimal("0.01"), ROUND_DOWN)
            self.carries[holder], self.units[holder] = share - cents, held + cents
            self.paid += cents
