"""What operators read of circles: the list, the card with shortfalls and cases, signs of a pyramid (CIRCLES §5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.circles.book.models import CircleDue, RoundState
from finance_core.circles.cards import OperatorCard, RoundCard
from finance_core.circles.drafts import settings_of
from finance_core.circles.finding import members_of, money_of, officers_of, places_of
from finance_core.circles.models import Circle, CircleMember, CircleState, MemberState
from finance_core.circles.queries import rounds_of
from finance_core.circles.suspending import open_cases
from finance_core.customers.roles import Permission
from finance_core.desk import Entry, Source
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def operator_card(unit: Unit, cipher: Cipher, circle: Circle) -> OperatorCard:
    """Return what an operator reads; who shows it records the look."""
    rounds = tuple(await _round_cards(unit, circle))
    return OperatorCard(
        circle,
        settings_of(circle, cipher),
        await officers_of(unit, circle),
        tuple(await members_of(unit, circle, *MemberState)),
        tuple(await places_of(unit, circle)),
        rounds,
        tuple(each for each in rounds if each.state == RoundState.SHORT or _is_behind(unit, each)),
        tuple(await open_cases(unit, circle)),
    )


async def all_circles(unit: Unit, *states: CircleState, limit: int = 50, after: int = 0) -> list[Circle]:
    """Return circles for operators, the newest first; `after` is the id of the last one that was shown."""
    query = select(Circle).where(col(Circle.state).in_(states or list(CircleState)))
    if after:
        query = query.where(col(Circle.id) < after)
    return list(await unit.session.scalars(query.order_by(col(Circle.id).desc()).limit(limit)))


async def _round_cards(unit: Unit, circle: Circle) -> list[RoundCard]:
    query = select(CircleDue).where(CircleDue.circle_id == circle.id)
    dues = list(await unit.session.scalars(query.execution_options(populate_existing=True)))
    return [
        RoundCard(
            row.nr,
            row.due_on,
            RoundState(row.state),
            row.receiver_place,
            row.refunds_place,
            row.is_history,
            money_of(circle, sum(due.amount for due in dues if due.round == row.nr)),
            money_of(circle, sum(due.paid for due in dues if due.round == row.nr)),
            row.held_by,
        )
        for row in await rounds_of(unit, circle)
    ]


def _is_behind(unit: Unit, card: RoundCard) -> bool:
    """Say whether a round that is due is not full."""
    return card.state == RoundState.COLLECTING and card.due_on < unit.open_on and card.paid < card.due


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that looks like a pyramid: what it is (`signs_of` says which), and its figure."""

    what: str
    count: int


_SIGNS: Final = text(
    """
    SELECT 'many_new' AS what, count(*) AS figure FROM circle o
    WHERE o.organiser_id = :organiser AND o.opened_at > CAST(:now AS timestamptz) - interval '30 days'
    HAVING count(*) > 3
    UNION ALL
    SELECT 'new_people', count(*) FILTER (WHERE u.created_at > CAST(:now AS timestamptz) - interval '7 days')
    FROM circle_member m JOIN customer u ON u.id = m.customer_id
    WHERE m.circle_id = :circle AND m.state = 'joined'
    HAVING 2 * count(*) FILTER (WHERE u.created_at > CAST(:now AS timestamptz) - interval '7 days') > count(*)
    UNION ALL
    SELECT 'first_again', count(*)
    FROM circle_place l JOIN circle o ON o.id = l.circle_id
    WHERE o.organiser_id = :organiser AND l.customer_id = :organiser AND l.turn = 1
    HAVING count(*) > 1
    UNION ALL
    SELECT 'pays_the_next', count(*)
    FROM circle_payout o JOIN circle_payment p ON p.payer_id = o.customer_id AND p.circle_id <> o.circle_id
        AND p.source = 'wallet' AND p.paid_at BETWEEN o.paid_at AND o.paid_at + interval '1 day'
    WHERE o.circle_id = :circle AND o.kind = 'prize'
    HAVING count(*) > 0
    """
)


async def signs_of(unit: Unit, cipher: Cipher, circle: Circle, promising: Collection[str] = ()) -> list[Sign]:
    """Return what of a circle looks like a pyramid, for operators.

    `many_new`: more than 3 new circles of its organiser in 30 days; `new_people`: more than half of it here for less
    than 7 days; `first_again`: its organiser first in two circles; `pays_the_next`: payouts that pay another circle
    within a day; `promises`: how many of the words `promising` stand in its name.
    """
    values = {"organiser": circle.organiser_id, "circle": circle.id, "now": unit.now}
    found = [Sign(row.what, row.figure) for row in await unit.session.execute(_SIGNS, values)]
    title = settings_of(circle, cipher).title.lower()
    promised = sum(word in title for word in promising)
    return [*found, Sign("promises", promised)] if promised else found


async def _waiting(unit: Unit, operator_id: int, _: frozenset[Permission]) -> list[Entry]:
    """Return the cases that wait for an operator: of circles in which they are not themselves."""
    own = set(await unit.session.scalars(select(CircleMember.circle_id).where(CircleMember.customer_id == operator_id)))
    return [
        Entry("circle_case", case.id, case.kind, case.opened_at, case.due_at)
        for case in await open_cases(unit)
        if case.circle_id not in own
    ]


SOURCE: Final = Source("circle_case", Permission.ANSWER_CASES, _waiting)
"""Disputes and suspensions, each with its deadline, in the operators' one queue."""
