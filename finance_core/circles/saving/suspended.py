"""What becomes of a member of an accumulating circle who was suspended: they are back, or gone."""

from __future__ import annotations

from finance_core.circles import boards
from finance_core.circles.models import Circle, CircleMember, MemberState
from finance_core.circles.officers import take_offices
from finance_core.circles.saving.forming import held_place
from finance_core.storage.unit import Unit


async def decide(unit: Unit, circle: Circle, member: CircleMember, *, is_gone: bool) -> None:
    """End a suspension. Who is gone buys no more, votes no more and holds no office; their shares stay theirs, and what
    they are worth is paid to them at the share-out, where it waits for who may claim it.
    """
    member.suspended_at = None
    if is_gone:
        member.state, member.left_at = MemberState.LEFT, unit.now
        place = await held_place(unit, circle.id, member.customer_id)
        if place is not None:
            place.standing = 0
        await take_offices(unit, circle, member.customer_id)
    await unit.session.flush()
    await boards.changed(unit, circle)
