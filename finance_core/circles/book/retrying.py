"""Trying again what is due to circles when money has come into a wallet, once for each receipt."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.circles.book.debits import OPEN_DUES, collect
from finance_core.circles.book.ending import settle
from finance_core.circles.book.payouts import begin_due, lock_rounds
from finance_core.storage.unit import Unit

_OWED_TO: Final = text(
    f"""
    SELECT DISTINCT d.circle_id FROM circle_due d JOIN circle c ON c.id = d.circle_id
    WHERE d.customer_id = :who AND d.due_on <= :on AND ({OPEN_DUES} OR d.covered > 0)
        AND c.state IN ('running', 'ended')
    ORDER BY 1
    """  # noqa: S608 - constants
)


async def collect_after(unit: Unit, customer_id: int, occasion: str) -> list[int]:
    """Debit what somebody owes to circles, then pay the pots that it fills; return the circles that paid.

    Args:
        occasion: the reference of the receipt that brought the money: tried once for each.
    """
    circles = list(await unit.session.scalars(_OWED_TO, {"who": customer_id, "on": unit.open_on}))
    if not circles:
        return []
    await begin_due(unit, circles)
    await lock_rounds(unit, circles)
    about = {"customer": customer_id}
    if await collect(unit, [customer_id], occasion, about) is None:
        return []
    return await settle(unit, circles, occasion, about)
