"""What receivers are told when pots are paid: what came, what of it went to debts and is kept, what comes back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.ledger import Posted
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.storage.unit import Unit

_RECEIVED: Final = text(
    insert_notices(
        select=f"""
        SELECT w.customer_id, u.zone, 'receipt.circle_received' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'round', w.round, 'sum', {money("w.prize")}, 'taken', {money("w.taken")},
                'kept', {money("w.kept")}, 'missing', {money("w.missing")}, 'reference', CAST(:reference AS text))
                AS params,
            'receipt.circle_received:' || c.id || ':' || w.round || ':' || w.paid_before AS key,
            'entry:' || :entry AS about
        FROM circle_paying w JOIN circle c ON c.id = w.circle_id JOIN customer u ON u.id = w.customer_id
        WHERE w.prize > 0 AND NOT w.unclaimed AND w.kind <> 'refund'
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)
_GIVEN_BACK: Final = text(
    insert_notices(
        select=f"""
        SELECT w.customer_id, u.zone, 'receipt.circle_given_back' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("w.prize")}, 'what', 'refund',
                'reference', CAST(:reference AS text)) AS params,
            'receipt.circle_given_back:' || c.id || ':' || w.round || ':' || w.paid_before AS key,
            'entry:' || :entry AS about
        FROM circle_paying w JOIN circle c ON c.id = w.circle_id JOIN customer u ON u.id = w.customer_id
        WHERE w.prize > 0 AND NOT w.unclaimed AND w.kind = 'refund'
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)


async def tell_received(unit: Unit, posted: Posted) -> None:
    """Tell who receives of the pots that are being paid (the table `circle_paying`), or has something back."""
    told = {"now": unit.now, "entry": str(posted.entry_id), "reference": posted.reference}
    await unit.session.execute(_RECEIVED, told)
    await unit.session.execute(_GIVEN_BACK, told)
    await wake(unit)
