"""Nobody deals with what is their own: who is a party to something neither proposes, decides on nor looks after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom something concerns, by customer id. Who is `in` it may not deal with it."""

    whose: int | None = None
    """Whose it is, and whom its card names: a loan's borrower. None for what belongs to nobody alone, as a fund."""
    others: frozenset[int] = frozenset()
    """Who stands for it, or is paid by it. Of a crowd, as a fund's holders, the operators are enough: nobody else could
    deal with it."""

    def __contains__(self, customer_id: int) -> bool:
        """Say whether a customer is a party."""
        return customer_id == self.whose or customer_id in self.others


def require_none_is_party(parties: Parties, accounts: Iterable[int]) -> None:
    """Refuse an operator one of whose accounts is a party. Raises NotAllowed: `own_dealing`."""
    for account in accounts:
        require_no_party(parties, account)


def require_no_party(parties: Parties, operator_id: int) -> None:
    """Refuse an operator who is a party. Raises NotAllowed: `own_dealing`."""
    if operator_id in parties:
        raise NotAllowed(ErrorCode.OWN_DEALING)
