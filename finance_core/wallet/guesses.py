"""Links that there are not: opened by mistake, or guessed at. After some of them no link is opened for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlmodel import select

from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import Unit
from finance_core.wallet.models import LinkGuess

MOST_MISSES: Final = 10
WITHIN: Final = timedelta(hours=1)


async def require_few(unit: Unit, customer_id: int) -> None:
    """Refuse who has missed too often. Raises TemporarilyUnavailable: `links_guessed` (minutes)."""
    found = await unit.session.get(LinkGuess, customer_id, populate_existing=True)
    if found is not None and found.misses >= MOST_MISSES and unit.now < found.since + WITHIN:
        left = found.since + WITHIN - unit.now
        raise TemporarilyUnavailable(ErrorCode.LINKS_GUESSED, minutes=-(-left // timedelta(minutes=1)))


async def count_miss(unit: Unit, customer_id: int) -> None:
    """Count a link that there is not; an hour after the first the count begins anew."""
    await locked(unit, customer_id)
    found = await unit.session.scalar(select(LinkGuess).where(LinkGuess.customer_id == customer_id))
    if found is None:
        unit.session.add(LinkGuess(customer_id=customer_id, since=unit.now, misses=1))
    elif unit.now >= found.since + WITHIN:
        found.since, found.misses = unit.now, 1
    else:
        found.misses = found.misses + 1
    await unit.session.flush()
