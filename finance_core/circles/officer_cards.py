"""What an officer reads besides their own card: who is waiting and since when, who asks to join; never a balance."""

from __future__ import annotations

from sqlmodel import col, select

from finance_core.circles.book.models import CircleDue
from finance_core.circles.book.pockets import waited_for
from finance_core.circles.cards import Asking, OfficerCard, Waiting
from finance_core.circles.finding import member_of, members_of, officers_of, require_officer
from finance_core.circles.models import Circle, MemberState
from finance_core.circles.motions import open_motions
from finance_core.circles.queries import member_card, names_of, stranger_card
from finance_core.circles.reliability import reliability_of
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def officer_card(unit: Unit, cipher: Cipher, circle: Circle, customer_id: int) -> OfficerCard:
    """Return what an officer reads besides their own card. Raises NotAllowed: `circle_officers_only`."""
    officers = await officers_of(unit, circle)
    await require_officer(unit, circle, customer_id)
    names = await names_of(unit, cipher, circle, list(officers.values()), nicknames=False)
    own = await member_of(unit, circle, customer_id)
    card = await (member_card(unit, cipher, circle, customer_id) if own else stranger_card(unit, cipher, circle))
    return OfficerCard(
        card,
        await _waiting(unit, cipher, circle),
        await _asking(unit, cipher, circle),
        tuple(motion.token for motion in await open_motions(unit, circle)),
        {role: names.get(person, "") for role, person in officers.items()},
    )


async def _waiting(unit: Unit, cipher: Cipher, circle: Circle) -> tuple[Waiting, ...]:
    """Return who has not paid what is due, and not ahead either, the longest waiting first; once for each round."""
    query = select(CircleDue).where(
        CircleDue.circle_id == circle.id,
        col(CircleDue.due_on) <= unit.open_on,
        col(CircleDue.paid) < col(CircleDue.amount),
    )
    rows = await unit.session.scalars(query.order_by(col(CircleDue.due_on), col(CircleDue.round), col(CircleDue.place)))
    dues = await waited_for(unit, circle, rows)
    names = await names_of(unit, cipher, circle, [due.customer_id for due in dues], nicknames=False)
    return tuple(
        Waiting(due.customer_id, names.get(due.customer_id, ""), due.round, due.due_on, due.is_late) for due in dues
    )


async def _asking(unit: Unit, cipher: Cipher, circle: Circle) -> tuple[Asking, ...]:
    people = await members_of(unit, circle, MemberState.ASKED, MemberState.WAITING, MemberState.APPROVED)
    names = await names_of(unit, cipher, circle, [each.customer_id for each in people], nicknames=False)
    shown = {each.customer_id for each in people if each.shows_reliability or circle.least_reliability is not None}
    return tuple(
        [
            Asking(
                each.customer_id,
                names.get(each.customer_id, ""),
                each.places,
                MemberState(each.state),
                each.asked_at,
                await reliability_of(unit, each.customer_id) if each.customer_id in shown else None,
            )
            for each in people
        ]
    )
