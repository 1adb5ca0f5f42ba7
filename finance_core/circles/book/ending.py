"""The end of a rotating circle: what is kept comes back, fines are shared, each member has a closing statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.book.accounts import fund
from finance_core.circles.book.closing import let_all_be_due
from finance_core.circles.book.debits import collect
from finance_core.circles.book.models import PayoutKind
from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.circles.book.payouts import pay_out
from finance_core.circles.book.pockets import give_back_done, record
from finance_core.circles.models import Circle, CircleOfficer, CirclePlace, CircleState, PlaceState
from finance_core.circles.rules.sharing import by_rounds_on_time
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import About, Entry, Transfer, customer_wallet
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.storage.unit import Unit

DONE: Final = """
    SELECT c.id FROM circle c
    WHERE c.kind = 'rotating' AND c.state = 'running' AND EXISTS (SELECT FROM circle_round r WHERE r.circle_id = c.id)
        AND NOT EXISTS (
            SELECT FROM circle_round r WHERE r.circle_id = c.id AND r.state NOT IN ('paid', 'short'))
"""
"""A select of the circles that run and have no round left."""
_DONE: Final = text(f"SELECT id FROM ({DONE}) done WHERE id = ANY(:circles) ORDER BY id")  # noqa: S608 - a constant
_INDEBTED: Final = text(
    """
    SELECT DISTINCT d.place, d.customer_id FROM circle_due d
    WHERE d.circle_id = :circle AND (d.paid < d.amount OR d.fine_paid < d.fine) ORDER BY d.place
    """
)
_ON_TIME: Final = text(
    """
    SELECT l.nr, count(d.round) FILTER (WHERE d.amount > 0 AND d.paid = d.amount
        AND (NOT d.is_late OR d.is_excused)) AS rounds
    FROM circle_place l LEFT JOIN circle_due d ON d.circle_id = l.circle_id AND d.place = l.nr
    WHERE l.circle_id = :circle AND l.state = 'held' GROUP BY l.nr ORDER BY l.nr
    """
)
_WITH_FINES: Final = text(
    """
    SELECT c.id FROM circle c JOIN account a ON a.code = '2032' AND a.book = 'INST' AND a.owner = c.id
        JOIN balance b ON b.account_id = a.id
    WHERE c.id = ANY(:circles) AND c.kind = 'rotating' AND c.state = 'ended' AND b.amount > 0 ORDER BY c.id
    """
)
_TELL: Final = text(
    insert_notices(
        select=f"""
        SELECT m.customer_id, u.zone, 'circle.ended' AS kind,
            jsonb_build_object({OF_CIRCLE},
                'paid', {
            money('''(SELECT coalesce(sum(p.contribution + p.fine), 0) FROM circle_payment p
                    WHERE p.circle_id = c.id AND p.payer_id = m.customer_id)''')
        },
                'received', {
            money('''(SELECT coalesce(sum(o.amount), 0) FROM circle_payout o
                    WHERE o.circle_id = c.id AND o.customer_id = m.customer_id
                        AND o.kind NOT IN ('deposit', 'ahead', 'retention'))''')
        }) AS params,
            'circle.ended:' || c.id || ':' || m.customer_id AS key, 'circle:' || c.id AS about
        FROM circle c JOIN circle_member m ON m.circle_id = c.id JOIN customer u ON u.id = m.customer_id
        WHERE c.id = :circle AND m.joined_at IS NOT NULL
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)


async def settle(unit: Unit, circles: Sequence[int], occasion: str, about: About) -> list[int]:
    """Do all that money coming into circles brings about: pots are paid, deposits come back, what is done ends.

    Returns the circles that paid a pot. `occasion` and `about` are `pay_out`'s.
    """
    paid = await pay_out(unit, circles, occasion, about)
    await give_back_done(unit, circles)
    for circle_id in await unit.session.scalars(_DONE, {"circles": list(circles)}):
        await end(unit, circle_id)
    await share_late_fines(unit, circles, occasion)
    return paid


async def end(unit: Unit, circle_id: int) -> None:
    """End a circle that has no round left: who still owes owes it all at once, deposits pay that and come back."""
    circle = await unit.session.get_one(Circle, circle_id, with_for_update={"key_share": True}, populate_existing=True)
    if circle.state != CircleState.RUNNING:
        return
    indebted = (await unit.session.execute(_INDEBTED, {"circle": circle_id})).all()
    for row in indebted:
        await let_all_be_due(unit, circle_id, row.place)
    if indebted:
        people = sorted({row.customer_id for row in indebted})
        about = {"circle": circle_id}
        await collect(unit, people, f"ended:{circle_id}", about)
        await pay_out(unit, [circle_id], f"ended:{circle_id}", about)
    circle.state, circle.ended_at = CircleState.ENDED, unit.now
    await unit.session.flush()
    await give_back_done(unit, [circle_id])
    await _share_fines(unit, circle, "ended")
    await boards.changed(unit, circle, is_over=True)
    await unit.session.execute(_TELL, {"circle": circle_id, "now": unit.now})
    await wake(unit)


async def share_late_fines(unit: Unit, circles: Sequence[int], occasion: str) -> None:
    """Share fines that came after their circle had ended."""
    for circle_id in await unit.session.scalars(_WITH_FINES, {"circles": list(circles)}):
        await _share_fines(unit, await unit.session.get_one(Circle, circle_id), occasion)


async def _share_fines(unit: Unit, circle: Circle, occasion: str) -> None:
    """Share what lies in 2032 by rounds paid on time: D 2032 C 2010 each, one entry."""
    asset = ASSETS[circle.asset]
    fines = await ledger.balance(unit, fund(circle.id, asset))
    places = await _held(unit, circle.id)
    if not fines or not places:
        return
    parts = by_rounds_on_time(fines.amount, await _weights(unit, circle.id, places), asset)
    paid = [(each, Money(part, asset)) for each, part in zip(places, parts, strict=True) if part]
    moves = tuple(
        Transfer(fund(circle.id, asset), customer_wallet(place.customer_id or 0, asset), part) for place, part in paid
    )
    key = f"circles.fines:{circle.id}:{occasion}"
    [posted] = await ledger.post(unit, Entry("circle.given_back", key, moves, {"circle": circle.id}))
    for place, part in paid:
        assert place.customer_id is not None
        await record(unit, circle, PayoutKind.FINES, part, posted, place=place.nr, customer_id=place.customer_id)


async def _held(unit: Unit, circle_id: int) -> list[CirclePlace]:
    statement = select(CirclePlace).where(CirclePlace.circle_id == circle_id, CirclePlace.state == PlaceState.HELD)
    return list(await unit.session.scalars(statement.order_by(col(CirclePlace.nr))))


async def _weights(unit: Unit, circle_id: int, places: Sequence[CirclePlace]) -> list[int]:
    """Return each held place's rounds paid on time; nothing where they would all be an officer's alone."""
    rows = {row.nr: row.rounds for row in (await unit.session.execute(_ON_TIME, {"circle": circle_id})).all()}
    officers = set(
        await unit.session.scalars(select(CircleOfficer.customer_id).where(CircleOfficer.circle_id == circle_id))
    )
    weights = [rows.get(each.nr, 0) for each in places]
    who = {each.customer_id for each, weight in zip(places, weights, strict=True) if weight}
    return [0] * len(places) if len(who) == 1 and who <= officers else weights
