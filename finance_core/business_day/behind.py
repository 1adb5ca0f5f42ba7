"""While days are being caught up, what moves money waits: it would be written to a day that is long over."""

from __future__ import annotations

from typing import Final

from finance_core.business_day.plan import days_behind
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import Unit

DAYS_ALLOWED_BEHIND: Final = 1
"""Just after midnight the book is a day behind until the next tick; people are served meanwhile."""


def require_caught_up(unit: Unit) -> None:
    """Refuse to move money while more than one date is behind. Raises TemporarilyUnavailable: `catching_up`."""
    if days_behind(unit.open_on, unit.local_now().date()) > DAYS_ALLOWED_BEHIND:
        raise TemporarilyUnavailable(ErrorCode.CATCHING_UP)
