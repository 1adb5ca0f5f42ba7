"""Builders for funds: prices that a test says itself, people whose class allows everything, days that pass quickly."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final

from sqlalchemy import text

from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar, run_due
from finance_core.catalogue import ProductVersion, product
from finance_core.customers.models import Customer
from finance_core.funds import daily, prices, queries, service
from finance_core.funds.models import NavOrder
from finance_core.funds.product import fund_on_sale
from finance_core.funds.queries import Position
from finance_core.funds.service import Given
from finance_core.journeys.fund_money import PAY
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import Money
from finance_core.storage.unit import Units
from finance_core.suitability.rules import questionnaire
from finance_core.suitability.service import Shown, assess
from tests.builders import SHANGHAI, a_customer, live_by, the_catalogue, yuan

FUNDS_ONLY: Final = Calendar((daily.VALUE, SWEEP, daily.CONFIRM, PAY), daily.TIMED)
BONDS: Final = "steady_bonds"
SHARES: Final = "broad_shares"
SHOWN: Final = Shown("en", "<b>Steady Bonds</b> may lose value. Fee 2.98.", {"fee": {"amount": 298, "asset": "CNY"}})
_keys = count(1)


async def funds_on_sale(units: Units, *, own_prices: bool = False, **changes: Any) -> None:
    """Put the shipped funds on sale; without `own_prices` an operator (the test) says every NAV."""
    await the_catalogue(units)
    for code in (BONDS, SHARES) if changes or not own_prices else ():
        await new_terms(units, code, **({} if own_prices else {"navs": None}), **changes)


async def new_terms(units: Units, code: str, **changes: Any) -> None:
    """Sell a fund on other terms from today on; None takes a term out."""
    async with units.begin() as unit:
        sold = await product(unit, code)
        terms = {name: value for name, value in {**sold.terms, **changes}.items() if value is not None}
        unit.session.add(
            ProductVersion(
                code=code,
                version=sold.version + 1,
                line=sold.line,
                terms=terms,
                valid_from=unit.open_on,
                applied_at=unit.now,
            )
        )


async def an_investor(units: Units, name: str = "Ana", *, money: str | int = 0, risk_class: int = 5) -> Customer:
    """Make a customer of tier 2 with `money`, who has answered the questionnaire so as to be of a class."""
    customer = await a_customer(units, name, tier=2, money=money)
    async with units.begin() as unit:
        await assess(unit, customer.id, answers_for(risk_class))
    return customer


def answers_for(risk_class: int) -> dict[str, str]:
    """Return answers that come to a class."""
    place = {1: 0, 2: 1, 3: 1, 4: 2, 5: 3}[risk_class]
    answers = {question.key: list(question.options)[place] for question in questionnaire().questions}
    return answers | {2: {"fall": "sell_all"}, 4: {"aim": "little"}}.get(risk_class, {})


async def buys(units: Units, who: Customer, amount: str | int, code: str = BONDS, key: str | None = None) -> Given:
    async with units.begin() as unit:
        return await service.subscribe(unit, who.id, code, yuan(amount), SHOWN, key or f"test:{next(_keys)}")


async def sells(units: Units, who: Customer, amount: str, code: str = BONDS, key: str | None = None) -> Given:
    wanted = await units_of(units, code, amount)
    async with units.begin() as unit:
        return await service.redeem(unit, who.id, code, wanted, key or f"test:{next(_keys)}")


async def switches(units: Units, who: Customer, amount: str, code: str = BONDS, to: str = SHARES) -> Given:
    wanted = await units_of(units, code, amount)
    async with units.begin() as unit:
        return await service.switch(unit, who.id, code, to, wanted, SHOWN, f"test:{next(_keys)}")


async def cancels(units: Units, who: Customer, given: Given) -> Given:
    async with units.begin() as unit:
        return await service.cancel(unit, who.id, given.order.id, f"test:{next(_keys)}")


async def units_of(units: Units, code: str, amount: str) -> Money:
    async with units.begin() as unit:
        return Money.of(amount, (await fund_on_sale(unit, code)).unit_asset)


async def publishes(units: Units, day: str, nav: str, code: str = BONDS) -> None:
    """Say the NAV of a day."""
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, code)
        await prices.publish(unit, fund, date.fromisoformat(day), Decimal(nav), "operator:1", agreed=True)


async def position(units: Units, who: Customer, code: str = BONDS) -> Position:
    async with units.begin() as unit:
        return await queries.position(unit, await fund_on_sale(unit, code), who.id)


async def order(units: Units, given: Given) -> NavOrder:
    """Return an order as it stands now."""
    async with units.begin() as unit:
        return await unit.session.get_one(NavOrder, given.order.id)


async def lives(units: Units, clock: ManualClock, until: str, calendar: Calendar = FUNDS_ONLY) -> None:
    """Let time pass until `until` ("2026-03-13 09:00" in Shanghai), with the steps of funds alone."""
    target = datetime.fromisoformat(until).replace(tzinfo=SHANGHAI)
    await run_due(units, calendar)
    await live_by(calendar, units, clock, target)


async def begins_on(units: Units, clock: ManualClock, moment: str) -> None:
    """Begin the (empty) book at another moment."""
    clock.set(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI))
    async with units.begin() as unit:
        on = date.fromisoformat(moment[:10])
        await unit.session.execute(text("UPDATE book SET open_on = :on WHERE id = 1"), {"on": on})
