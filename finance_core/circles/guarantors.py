"""Who stands for a place: asked by its holder, agreed to with the PIN, asked when it does not pay, never debited."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from finance_core.circles import notices
from finance_core.circles.admission import require_free, require_not_excluded
from finance_core.circles.decision_models import CircleGuarantor
from finance_core.circles.finding import locked, money_of, require_place
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.notifications import name_of, of, tell
from finance_core.circles.product import terms_of
from finance_core.circles.rules.settings import Security
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

_OVER = (CircleState.ENDED, CircleState.CALLED_OFF)


async def ask(unit: Unit, token: str, member_id: int, place: int, guarantor_id: int, most: Money) -> CircleGuarantor:
    """Ask somebody to stand for a place, for at most a sum. Asked already: as it is, or anew where they had said no.

    Raises NotFound: `circle`. NotAllowed: `circle_place`. InvalidInput: `amount_not_positive`. Conflict:
        `circle_not_running` (it is over), `circle_no_guarantor` (this circle has none, or one stands for oneself).
    """
    circle = await locked(unit, token)
    if circle.state in _OVER:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING, state=circle.state)
    await require_place(unit, circle, member_id, place)
    if circle.security != Security.GUARANTORS or guarantor_id == member_id:
        raise Conflict(ErrorCode.CIRCLE_NO_GUARANTOR)
    if most.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    row = await _row(unit, circle, place, guarantor_id)
    if row is None:
        row = CircleGuarantor(circle_id=circle.id, place=place, customer_id=guarantor_id, most=most.amount,
                              asked_at=unit.now)  # fmt: skip
        unit.session.add(row)
    elif row.agreed_at is not None and row.freed_at is None:
        return row
    row.most, row.asked_at = most.amount, unit.now
    row.agreed_at = row.refused_at = row.freed_at = None
    await unit.session.flush()
    told = notices.CircleStandFor(**of(circle), name=await name_of(unit, member_id), place=place, sum=most, token=token)
    await tell(unit, [guarantor_id], told, f"guarantor:{row.id}:{unit.now.isoformat()}")
    return row


async def agree(
    unit: Unit, token: str, guarantor_id: int, place: int, *, excluded_until: date | None
) -> CircleGuarantor:
    """Stand for a place, after the PIN. Agreed already: as it is.

    Args:
        excluded_until: until when they have asked to take on no debt (`journeys.circle_limits` knows it).

    Raises NotFound: `circle`, `circle_guarantor` (nobody has asked). NotAllowed: as `joining.join` of the person.
        RuleViolation: `self_excluded` (until).
    """
    customer = await locked_customer(unit, guarantor_id)
    circle = await locked(unit, token)
    await require_free(unit, customer, await terms_of(unit, circle.product, circle.product_version))
    require_not_excluded(excluded_until)
    row = await _asked(unit, circle, place, guarantor_id)
    if row.agreed_at is None:
        row.agreed_at, row.refused_at = unit.now, None
    await unit.session.flush()
    return row


async def refuse(unit: Unit, token: str, guarantor_id: int, place: int) -> CircleGuarantor:
    """Say no to standing for a place. Raises NotFound: `circle_guarantor`, NotAllowed: `circle_stands` (agreed)."""
    circle = await locked(unit, token)
    row = await _asked(unit, circle, place, guarantor_id)
    if row.agreed_at is not None:
        raise NotAllowed(ErrorCode.CIRCLE_STANDS)
    row.refused_at = unit.now
    await unit.session.flush()
    return row


async def secured_for(unit: Unit, circle: Circle, place: int) -> Money:
    """Return what people stand for a place with, in all."""
    query = select(CircleGuarantor.most).where(
        CircleGuarantor.circle_id == circle.id,
        CircleGuarantor.place == place,
        col(CircleGuarantor.agreed_at).is_not(None),
        col(CircleGuarantor.freed_at).is_(None),
    )
    return money_of(circle, sum(await unit.session.scalars(query)))


async def stood_for_by(unit: Unit, customer_id: int) -> list[tuple[Circle, CircleGuarantor]]:
    """Return for which places somebody stands, or is asked to: the circle, at most how much, how much was asked for."""
    query = select(Circle, CircleGuarantor).where(
        col(Circle.id) == col(CircleGuarantor.circle_id),
        col(Circle.state).not_in(_OVER),
        CircleGuarantor.customer_id == customer_id,
        col(CircleGuarantor.refused_at).is_(None),
        col(CircleGuarantor.freed_at).is_(None),
    )
    rows = await unit.session.execute(query.order_by(col(CircleGuarantor.id)))
    return [(circle, row) for circle, row in rows]


async def _row(unit: Unit, circle: Circle, place: int, guarantor_id: int) -> CircleGuarantor | None:
    query = select(CircleGuarantor).where(
        CircleGuarantor.circle_id == circle.id,
        CircleGuarantor.place == place,
        CircleGuarantor.customer_id == guarantor_id,
    )
    return await unit.session.scalar(query.with_for_update(key_share=True))


async def _asked(unit: Unit, circle: Circle, place: int, guarantor_id: int) -> CircleGuarantor:
    row = await _row(unit, circle, place, guarantor_id)
    if row is None or row.freed_at is not None:
        raise NotFound(ErrorCode.CIRCLE_GUARANTOR)
    return row
