"""How much a notice may disturb, how far it may jump the queue, and what is done when nobody knows whether it came."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """In order of priority: the first goes first."""

    SECURITY = "security"  # a lock, a changed PIN: at once, at any hour
    RECEIPT = "receipt"  # the receipt of a person's own act: at once, at any hour
    SYSTEM = "system"  # the receipt of what the system did (an automatic debit): waits for the morning
    REMINDER = "reminder"  # a due date ahead or behind: waits for the morning, never sent twice
    BROADCAST = "broadcast"  # an offer or a digest: waits for the morning, never sent twice

    @property
    def priority(self) -> int:
        """0 goes first."""
        return tuple(Urgency).index(self)

    @property
    def keeps_quiet_hours(self) -> bool:
        """Whether the person's night holds it back (PRODUCTS §8)."""
        return self not in (Urgency.SECURITY, Urgency.RECEIPT)

    @property
    def is_resent(self) -> bool:
        """Whether it is sent again when nobody knows if it arrived: a receipt twice is better than none.

        A reminder or a broadcast becomes `unknown` instead, and an operator sees it.
        """
        return self not in (Urgency.REMINDER, Urgency.BROADCAST)


RESENT = tuple(str(urgency) for urgency in Urgency if urgency.is_resent)
AT_ONCE = tuple(str(urgency) for urgency in Urgency if not urgency.keeps_quiet_hours)
CANCELLABLE = tuple(str(urgency) for urgency in Urgency if not urgency.is_resent)
