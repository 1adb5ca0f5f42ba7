"""What each bears of a bill that is put together in a group, and who has paid it at the shop. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from finance_core.friends.models import BillDraft, BillDraftPerson
from finance_core.friends.rules.splits import Sharing, Split, by_sharings
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import ASSETS, Money


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody in a bill: what they bear (`sharing`), and what they paid of it at the shop, in minor units."""

    person: int
    sharing: Sharing = field(default_factory=Sharing)
    paid: int = 0


def sharer(row: BillDraftPerson) -> Sharer:
    """Return what a row says of somebody."""
    return Sharer(row.customer_id, Sharing(row.weight, row.amount), row.paid)


def row_of(draft: BillDraft, sharer: Sharer, nr: int) -> BillDraftPerson:
    """Return what is kept of somebody in a draft, the `nr`-th to come."""
    weight, amount = sharer.sharing.weight, sharer.sharing.amount
    return BillDraftPerson(
        draft_id=draft.id, customer_id=sharer.person, nr=nr, weight=weight, amount=amount, paid=sharer.paid
    )


def total_of(draft: BillDraft) -> Money:
    """Return what a draft comes to."""
    return Money(draft.total, ASSETS[draft.asset])


def parts(draft: BillDraft, sharers: Sequence[Sharer]) -> Split:
    """Return what each would bear of a draft, were it asked for now. Raises as `by_sharings`."""
    return by_sharings(total_of(draft), [each.sharing for each in sharers], int(draft.shares_in))


def payers(draft: BillDraft, sharers: Sequence[Sharer]) -> tuple[tuple[int, int], ...]:
    """Return who paid the shop how much, in minor units, the organiser the rest; empty: the organiser paid it all."""
    paid = [(each.person, each.paid) for each in sharers if each.paid]
    rest = draft.total - sum(amount for _, amount in paid)
    return (*paid, *([(draft.organiser_id, rest)] if rest else [])) if paid else ()


def standing(draft: BillDraft, sharers: Sequence[Sharer]) -> Split:
    """Return what each bears as things stand: nobody bears a rest that is short of the total."""
    if not sharers:
        return Split((), draft.total if draft.shares_in else 0)
    try:
        return parts(draft, sharers)
    except InvalidInput:
        return Split(tuple(each.sharing.amount or 0 for each in sharers), 0)
