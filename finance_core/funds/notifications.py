"""How people are told of their orders: of a person's own act at once, of the system's in the morning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypedDict

from finance_core.funds.models import NavOrder
from finance_core.funds.notices import OfFund, OfOrder
from finance_core.funds.product import NavFundTerms
from finance_core.kernel.money import Money
from finance_core.ledger import Posted
from finance_core.notices import Notice, Urgency, enqueue, enqueue_many
from finance_core.storage.unit import Unit


class OrderFields(TypedDict):
    """What every notice of an order says: the fields of `OfOrder`."""

    fund: Mapping[str, str]
    sum: Money
    priced_on: date
    confirm_on: date
    pays_on: date
    reference: str


async def tell_order(
    unit: Unit, order: NavOrder, posted: Posted, content: OfOrder, urgency: Urgency = Urgency.RECEIPT
) -> None:
    """Put an order's receipt into the outbox: of a person's own act at once, of the system's in the morning."""
    await enqueue(
        unit,
        content,
        customer_id=order.customer_id,
        urgency=urgency,
        key=f"{content.kind}:{posted.entry_id}",
        about=f"nav_order:{order.id}",
    )


def told(order: NavOrder, posted: Posted, content: OfOrder) -> Notice:
    """Return the notice of what became of an order by itself: it waits for the morning."""
    return Notice(
        content=content,
        urgency=Urgency.SYSTEM,
        key=f"{content.kind}:{posted.entry_id}",
        customer_id=order.customer_id,
        about=f"nav_order:{order.id}",
    )


async def tell_holders(
    unit: Unit, fund: NavFundTerms, customer_ids: list[int], content: OfFund, *, occasion: int
) -> None:
    """Tell people something about a fund: a suspension (`occasion` is its id), its end."""
    notices = [
        Notice(
            content=content,
            urgency=Urgency.SYSTEM,
            key=f"{content.kind}:{occasion}:{customer_id}",
            customer_id=customer_id,
            about=f"fund:{fund.number}",
        )
        for customer_id in customer_ids
    ]
    await enqueue_many(unit, notices)


def of_order(order: NavOrder, fund: NavFundTerms, posted: Posted) -> OrderFields:
    """Return what every notice of an order says."""
    is_money = order.kind in ("subscription", "dividend")
    return {
        "fund": fund.name,
        "sum": fund.money(order.amount) if is_money else fund.units(order.amount),
        "priced_on": order.priced_on,
        "confirm_on": order.confirm_on,
        "pays_on": order.pays_on or order.confirm_on,
        "reference": posted.reference,
    }
