"""Builders for tests of circles' rounds: a circle that runs, made of rows, and what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text

from finance_core.circles.book.laying_out import lay_out
from finance_core.circles.book.payments import pay
from finance_core.circles.models import Circle, CircleMember, CirclePlace
from finance_core.circles.product import CIRCLES, circles_on_sale
from finance_core.customers.models import Customer
from finance_core.kernel.money import CNY, Money
from finance_core.storage.unit import Units
from tests.builders import a_customer, yuan

FIRST_DUE: Final = date(2026, 3, 20)
_numbers = iter(range(1, 1_000_000))


@dataclass(frozen=True, slots=True)
class Run:
    """A circle that runs, and who holds its places, the first place first."""

    units: Units
    id: int
    people: list[Customer]

    async def pay(self, place: int, amount: str | int, key: str = "", *, of: int | None = None) -> Any:
        """Pay by hand from who holds a place; `of`: for another place."""
        async with self.units.begin() as unit:
            who = self.people[place - 1].id
            return await pay(unit, self.id, who, yuan(amount), key or f"paid:{next(_numbers)}", place=of)

    async def wallet(self, place: int) -> str:
        """Return what who holds a place has."""
        return await balance(self.units, "2010", self.people[place - 1].id)

    async def pot(self, number: int) -> str:
        """Return what lies in a round's pot."""
        return await balance(self.units, "2030", (self.id << 32) + number)

    async def fines(self) -> str:
        """Return what lies in the circle's fines."""
        return await balance(self.units, "2032", self.id)

    async def due(self, number: int, place: int) -> Any:
        """Return the row of what a place owes in a round."""
        async with self.units.begin() as unit:
            rows = await unit.session.execute(
                text("SELECT * FROM circle_due WHERE circle_id = :c AND round = :r AND place = :p"),
                {"c": self.id, "r": number, "p": place},
            )
            return rows.one()

    async def round(self, number: int) -> Any:
        """Return the row of a round."""
        async with self.units.begin() as unit:
            rows = await unit.session.execute(
                text("SELECT * FROM circle_round WHERE circle_id = :c AND nr = :r"), {"c": self.id, "r": number}
            )
            return rows.one()

    async def set(self, change: str) -> None:
        """Change the circle's own row."""
        async with self.units.begin() as unit:
            await unit.session.execute(text(f"UPDATE circle SET {change} WHERE id = {self.id}"))


async def balance(units: Units, code: str, owner: int) -> str:
    """Return the balance of an account, as it is read: 1,000.00."""
    async with units.begin() as unit:
        amount = await unit.session.scalar(
            text("SELECT b.amount FROM account a JOIN balance b ON b.account_id = a.id"
                 " WHERE a.code = :code AND a.owner = :owner AND a.book = 'INST'"),
            {"code": code, "owner": owner},
        )  # fmt: skip
    return str(Money(amount or 0, CNY))


async def a_circle(
    units: Units,
    people: int | Sequence[Customer] = 5,
    *,
    contribution: str | int = "200.00",
    money: str | int = 2000,
    first_due: date = FIRST_DUE,
    period: str = "month",
    automatic: bool = True,
    order: str = "fixed",
    **terms: Any,
) -> Run:
    """Make a circle that runs, each place held by one person, who receives in the turn of their place."""
    if isinstance(people, int):
        people = [await a_customer(units, f"P{nr}", money=money) for nr in range(1, people + 1)]
    held = list(people)
    number = next(_numbers)
    async with units.begin() as unit:
        product = await circles_on_sale(unit)
        values: dict[str, Any] = {
            "token": f"circle {number}", "code": f"C{number:03}-TEST", "kind": "rotating", "organiser_id": held[0].id,
            "language": "en", "asset": "CNY", "title_sealed": b"", "contribution": yuan(contribution).amount,
            "places": len(held), "period": period, "first_due_on": first_due, "receiving_order": order,
            "members_pick": False, "commission_percent": Decimal(0), "commission_to": "institution",
            "fine_percent": Decimal(2), "kept_percent": Decimal(0), "shortfall": "wait", "is_covered": False,
            "security": "none", "needs_approval": False, "product": CIRCLES, "product_version": product.version,
            "state": "running", "rounds": len(held), "made_at": unit.now, "opened_at": unit.now,
            "started_at": unit.now,
        }  # fmt: skip
        circle = Circle(**{**values, **terms})
        unit.session.add(circle)
        await unit.session.flush()
        for customer in {each.id: each for each in held}.values():
            member = _member(circle.id, customer, sum(each.id == customer.id for each in held), unit.now)
            member.automatic_debit = automatic
            unit.session.add(member)
        for nr, customer in enumerate(held, 1):
            turn = nr if order in ("fixed", "whole") else None
            place = CirclePlace(circle_id=circle.id, nr=nr, customer_id=customer.id, state="held", turn=turn)
            place.held_since = unit.now
            unit.session.add(place)
        await lay_out(unit, circle)
        return Run(units, circle.id, held)


def _member(circle_id: int, customer: Customer, places: int, now: Any) -> CircleMember:
    return CircleMember(
        circle_id=circle_id, customer_id=customer.id, state="joined", places=min(places, 3), destination="wallet",
        automatic_debit=True, debit_from_change_plus=False, shows_reliability=False, marks_credit=False,
        asked_at=now, joined_at=now, agreed_rounds=1, agreed_at=now,
    )  # fmt: skip
