"""Savings circles from the command line: the list, one circle, its rounds, and proposals to suspend it or let it go on.

Nobody's name, bid, pick or key is shown: places are numbers, and people are customers' numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

from bot.commands.operators import person_called
from bot.database import opened
from bot.settings import Settings
from finance_core.approvals import propose
from finance_core.circles import operating
from finance_core.circles.finding import by_code
from finance_core.kernel.money import ASSETS, Money
from finance_core.lines import ACTIONS

_LIST: Final = text(
    """
    SELECT c.code, c.kind, c.receiving_order AS order, c.period, c.asset, c.contribution, c.places, c.state, c.rounds,
        (SELECT count(*) FROM circle_round r WHERE r.circle_id = c.id AND r.state IN ('paid', 'short')) AS paid,
        (SELECT count(*) FROM circle_due d WHERE d.circle_id = c.id AND d.is_late AND d.paid < d.amount) AS late,
        c.place_id IS NOT NULL AS in_group
    FROM circle c WHERE c.state <> 'draft' AND (CAST(:state AS text) IS NULL OR c.state = :state) ORDER BY c.id
    """
)
_PLACES: Final = text(
    """
    SELECT l.nr, l.customer_id, l.state, l.turn, l.received_round,
        coalesce(sum(d.paid + d.fine_paid), 0) AS paid,
        coalesce(sum(d.amount - d.paid + d.fine - d.fine_paid) FILTER (WHERE d.due_on <= book.open_on), 0) AS due,
        coalesce(sum(d.amount - d.paid + d.fine - d.fine_paid), 0) AS left
    FROM book, circle_place l LEFT JOIN circle_due d ON d.circle_id = l.circle_id AND d.place = l.nr
    WHERE l.circle_id = :circle AND l.state <> 'unused' GROUP BY l.nr, l.circle_id, book.id ORDER BY l.nr
    """
)
_ROUNDS: Final = text(
    """
    SELECT r.nr, r.due_on, r.state, r.receiver_place, r.refunds_place, r.bid, r.prize, r.commission,
        r.held_by IS NOT NULL AS is_held, coalesce(d.amount, 0) AS due, coalesce(d.paid, 0) AS collected,
        (SELECT coalesce(sum(o.amount), 0) FROM circle_payout o WHERE o.circle_id = r.circle_id AND o.round = r.nr)
            AS paid_out
    FROM circle_round r LEFT JOIN (
        SELECT circle_id, round, sum(amount) AS amount, sum(paid) AS paid FROM circle_due GROUP BY 1, 2
    ) d ON d.circle_id = r.circle_id AND d.round = r.nr
    WHERE r.circle_id = :circle ORDER BY r.nr
    """
)
_SHOW: Final = text(str(_LIST).replace("CAST(:state AS text) IS NULL OR c.state = :state", "c.id = :circle"))


@dataclass(frozen=True, slots=True)
class ListedCircle:
    """A circle in the list; the contribution as decimal text."""

    code: str
    kind: str
    order: str
    period: str
    contribution: str
    places: int
    state: str
    rounds: int | None
    paid: int
    late: int
    in_group: bool


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """A place: whose it is by number, its turn, what it has paid, owes today and has left to pay."""

    nr: int
    customer_id: int | None
    state: str
    turn: int | None
    received_round: int | None
    paid: str
    due: str
    left: str


@dataclass(frozen=True, slots=True)
class ListedRound:
    """A round: its day, who receives, what was to come, came and went out."""

    nr: int
    due_on: date
    state: str
    receiver_place: int | None
    refunds_place: int | None
    bid: str | None
    prize: str | None
    is_held: bool
    due: str
    collected: str
    paid_out: str


@dataclass(frozen=True, slots=True)
class ShownCircle:
    """One circle with its places."""

    circle: ListedCircle
    places: Sequence[ListedPlace]


def _listed(row: object) -> ListedCircle:
    values = dict(row._mapping)  # type: ignore[attr-defined]  # noqa: SLF001 - SQLAlchemy's name for it
    asset = ASSETS[values.pop("asset")]
    return ListedCircle(**{**values, "contribution": str(Money(values["contribution"], asset))})


async def circles(settings: Settings, state: str | None = None) -> list[ListedCircle]:
    """Return all circles but drafts, or those in one state."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        return [_listed(row) for row in await unit.session.execute(_LIST, {"state": state})]


async def show(settings: Settings, code: str) -> ShownCircle:
    """Return a circle by its code, with its places. Raises NotFound: `circle`."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        circle = await by_code(unit, code)
        asset = ASSETS[circle.asset]
        rows = (await unit.session.execute(_PLACES, {"circle": circle.id})).all()
        places = [
            ListedPlace(
                row.nr,
                row.customer_id,
                row.state,
                row.turn,
                row.received_round,
                *(str(Money(int(each), asset)) for each in (row.paid, row.due, row.left)),
            )
            for row in rows
        ]
        shown = (await unit.session.execute(_SHOW, {"circle": circle.id})).one()
        return ShownCircle(_listed(shown), places)


async def rounds(settings: Settings, code: str) -> list[ListedRound]:
    """Return the rounds of a circle. Raises NotFound: `circle`."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        circle = await by_code(unit, code)
        asset = ASSETS[circle.asset]

        def money(amount: int | None) -> str | None:
            return None if amount is None else str(Money(int(amount), asset))

        return [
            ListedRound(
                row.nr,
                row.due_on,
                row.state,
                row.receiver_place,
                row.refunds_place,
                money(row.bid),
                money(row.prize),
                row.is_held,
                *(str(Money(int(each), asset)) for each in (row.due, row.collected, row.paid_out)),
            )
            for row in await unit.session.execute(_ROUNDS, {"circle": circle.id})
        ]


async def propose_change(settings: Settings, action: str, code: str, *, by: str, why: str) -> int:
    """Propose to suspend a circle or to let it go on; another operator approves it in the chat. Returns its number.

    Args:
        action: `operating.SUSPEND` or `operating.RESUME`. by: @username, +phone or number of who proposes.

    Raises: NotFound: `circle`, `customer`. Conflict: `circle_not_running`, `circle_not_suspended`, `approval_open`.
        NotAllowed: `no_permission`, `own_dealing`. InvalidInput: `reason_form`.
    """
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        maker = await person_called(unit, database.cipher, by)
        subject = await operating.subject_of(unit, code)
        key = f"cli:{action}:{maker.id}:{subject}:{unit.now.isoformat()}"
        made = await propose(unit, maker.id, ACTIONS.called(action), subject, {}, why, key)
        return made.id
