"""Nominees: whom a member named when joining, and who takes the places over of who is gone (CIRCLES §5)."""

from __future__ import annotations

from finance_core.circles.decision_models import CircleCase
from finance_core.circles.finding import held_by, member_of
from finance_core.circles.models import Circle, CircleMember, MemberState
from finance_core.circles.sealing import member_associated_data, words_of
from finance_core.circles.takeover import hand_over
from finance_core.customers.queries import by_id as customer_by_id
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def nominee_of(unit: Unit, cipher: Cipher, circle: Circle, case: CircleCase) -> str:
    """Return whom somebody who is suspended named when they joined, "" for nobody."""
    member = await member_of(unit, circle, case.about_id or 0)
    if member is None:
        return ""
    return words_of(member.nominee_sealed, cipher, member_associated_data("nominee", circle.id, member.customer_id))


async def hand_to_nominee(unit: Unit, circle: Circle, member: CircleMember, nominee_id: int) -> None:
    """Let the nominee have the places of who is gone; nothing is debited before they agree to it.

    Raises NotFound: `customer`. InvalidInput: `circle_nominee`.
    """
    nominee = await customer_by_id(unit, nominee_id)
    if not nominee.has_joined or nominee.id == member.customer_id:
        raise InvalidInput(ErrorCode.CIRCLE_NOMINEE)
    for place in await held_by(unit, circle, member.customer_id):
        await hand_over(unit, circle, place, nominee.id)
    before = await member_of(unit, circle, nominee.id)
    if before is None:
        before = CircleMember(circle_id=circle.id, customer_id=nominee.id, state=MemberState.ASKED, asked_at=unit.now,
                              destination="wallet", debit_from_change_plus=False, shows_reliability=False,
                              marks_credit=False, places=member.places, automatic_debit=False)  # fmt: skip
        unit.session.add(before)
    if before.state != MemberState.JOINED:
        before.state, before.joined_at, before.left_at, before.automatic_debit = (
            MemberState.JOINED,
            unit.now,
            None,
            False,
        )
    before.agreed_rounds, before.agreed_at = circle.rounds, unit.now
    await unit.session.flush()
