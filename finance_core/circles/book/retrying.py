"""Trying again what is due to circles when money has come into wallets, once for each occasion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from finance_core.circles.book.debits import OPEN_DUES, collect
from finance_core.circles.book.ending import settle
from finance_core.circles.book.payouts import begin_due, lock_rounds
from finance_core.ledger import About
from finance_core.storage.unit import Unit

_OWED_TO: Final = text(
    f"""
    SELECT DISTINCT d.circle_id FROM circle_due d JOIN circle c ON c.id = d.circle_id
    WHERE d.customer_id = ANY(:people) AND d.due_on <= :on AND ({OPEN_DUES} OR d.covered > 0)
        AND c.state IN ('running', 'ended')
    ORDER BY 1
    """  # noqa: S608 - constants
)


async def collect_after(unit: Unit, customer_id: int, occasion: str) -> list[int]:
    """Debit what somebody owes to circles, then pay the pots that it fills; return the circles that paid.

    Args:
        occasion: the reference of the receipt that brought the money: tried once for each.
    """
    return await collect_again(unit, [customer_id], occasion, {"customer": customer_id})


async def collect_again(unit: Unit, people: Sequence[int], occasion: str, about: About) -> list[int]:
    """Debit what these people owe to circles, then pay the pots that it fills; return the circles that paid.

    `occasion` and `about` are `debits.collect`'s.
    """
    circles = list(await unit.session.scalars(_OWED_TO, {"people": list(people), "on": unit.open_on}))
    if not circles:
        return []
    await begin_due(unit, circles)
    await lock_rounds(unit, circles)
    if await collect(unit, people, occasion, about) is None:
        return []
    return await settle(unit, circles, occasion, about)
