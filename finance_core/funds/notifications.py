"""What people are told of their orders: each act's receipt, a confirmation, money that has come, a corrected price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finance_core.funds.models import NavOrder
from finance_core.funds.product import NavFundTerms
from finance_core.ledger import Posted
from finance_core.notices import Notice, Urgency, enqueue, enqueue_many
from finance_core.storage.unit import Unit


async def tell_order(
    unit: Unit,
    order: NavOrder,
    fund: NavFundTerms,
    posted: Posted,
    *,
    kind: str,
    more: Mapping[str, Any],
    urgency: Urgency = Urgency.RECEIPT,
) -> None:
    """Put an order's receipt into the outbox: of a person's own act at once, of the system's in the morning."""
    await enqueue(
        unit,
        customer_id=order.customer_id,
        kind=kind,
        params={**of_order(order, fund), "reference": posted.reference, **more},
        urgency=urgency,
        key=f"{kind}:{posted.entry_id}",
        about=f"nav_order:{order.id}",
    )


def told(order: NavOrder, fund: NavFundTerms, posted: Posted, *, kind: str, more: Mapping[str, Any]) -> Notice:
    """Return the notice of what became of an order by itself: it waits for the morning."""
    return Notice(
        kind=kind,
        params={**of_order(order, fund), "reference": posted.reference, **more},
        urgency=Urgency.SYSTEM,
        key=f"{kind}:{posted.entry_id}",
        customer_id=order.customer_id,
        about=f"nav_order:{order.id}",
    )


async def tell_holders(
    unit: Unit, fund: NavFundTerms, customer_ids: list[int], *, kind: str, occasion: int, more: Mapping[str, Any]
) -> None:
    """Tell people something about a fund: a suspension (`occasion` is its id), its end."""
    notices = [
        Notice(
            kind=kind,
            params={"fund": dict(fund.name), **more},
            urgency=Urgency.SYSTEM,
            key=f"{kind}:{occasion}:{customer_id}",
            customer_id=customer_id,
            about=f"fund:{fund.number}",
        )
        for customer_id in customer_ids
    ]
    await enqueue_many(unit, notices)


def of_order(order: NavOrder, fund: NavFundTerms) -> dict[str, Any]:
    """Return what every notice of an order may say."""
    is_money = order.kind in ("subscription", "dividend")
    asset = fund.asset if is_money else fund.unit_asset
    return {
        "fund": dict(fund.name),
        "sum": {"amount": order.amount, "asset": asset.code},
        "priced_on": order.priced_on.isoformat(),
        "confirm_on": order.confirm_on.isoformat(),
        "pays_on": (order.pays_on or order.confirm_on).isoformat(),
    }
