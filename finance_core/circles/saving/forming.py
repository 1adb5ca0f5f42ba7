"""Making an accumulating circle: a draft with its rules, then it is open, people join, offices are given.

What takes a group's admin or a PIN is asked by the caller. It begins with `beginning.begin`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from finance_core.circles.admission import require_at_once, require_free
from finance_core.circles.finding import locked_by_id, members_of, new_code, officers_of, require_chair, require_member
from finance_core.circles.models import (
    Circle,
    CircleMember,
    CircleOfficer,
    CircleState,
    Destination,
    MemberState,
    Role,
)
from finance_core.circles.product import circles_on_sale, terms_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.saving import FEWEST_MEMBERS, MOST_MEMBERS
from finance_core.circles.rules.settings import CommissionTo, Kind, Order, Security
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.circles.saving.beginning import SavingRules, set_rules
from finance_core.circles.sealing import (
    NICKNAME_CHARACTERS,
    TITLE_CHARACTERS,
    member_associated_data,
    sealed_words,
    title_associated_data,
)
from finance_core.customers.queries import locked as lock_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class SavingSettings:
    """What an accumulating circle is, as its organiser says it. `place_id` is the group's, by an id of ours."""

    title: str
    period: Period
    first_meeting_on: date
    rules: SavingRules
    asset: str = "CNY"
    language: str = "en"
    place_id: int | None = None
    previous_id: int | None = None
    """The cycle before, whose social fund comes along."""


async def draft(unit: Unit, cipher: Cipher, organiser_id: int, settings: SavingSettings, token: str) -> Circle:
    """Write down an accumulating circle that is being made; the same token again sets it anew. Nobody else sees it.

    Raises:
        InvalidInput: `circle_title` (most), `circle_start` (from_on), `circle_saving_rules` (field), `circle_long`.
        NotAllowed: `not_yours`. Conflict: `circle_not_open`: it is no draft any more.
    """
    if not 0 < len(" ".join(settings.title.split())) <= TITLE_CHARACTERS:
        raise InvalidInput(ErrorCode.CIRCLE_TITLE, most=TITLE_CHARACTERS)
    if settings.first_meeting_on <= unit.open_on:
        raise InvalidInput(ErrorCode.CIRCLE_START, from_on=unit.open_on)
    terms = await circles_on_sale(unit)
    circle = await unit.session.scalar(select(Circle).where(Circle.token == token).with_for_update())
    if circle is not None and circle.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if circle is not None and circle.state != CircleState.DRAFT:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    columns = _columns(cipher, settings, token)
    if circle is None:
        circle = Circle(
            token=token,
            code=await new_code(unit),
            organiser_id=organiser_id,
            state=CircleState.DRAFT,
            product=terms.code,
            product_version=terms.version,
            made_at=unit.now,
            **columns,
        )
        unit.session.add(circle)
    else:
        for column, value in columns.items():
            setattr(circle, column, value)
    await unit.session.flush()
    await set_rules(unit, circle, settings.rules)
    return circle


async def open_circle(unit: Unit, circle_id: int, organiser_id: int) -> Circle:
    """Open a draft: its organiser is the chair and in it, and people join. Open already: as it is.

    Raises:
        NotFound: `circle`. NotAllowed: `not_yours`, and as `join`. Conflict: `circle_not_open`.
    """
    circle = await _saving(unit, circle_id)
    if circle.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if circle.state == CircleState.OPEN:
        return circle
    if circle.state != CircleState.DRAFT:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    circle.state, circle.opened_at = CircleState.OPEN, unit.now
    unit.session.add(CircleOfficer(circle_id=circle.id, role=Role.CHAIR, customer_id=organiser_id, since=unit.now))
    await unit.session.flush()
    await join(unit, None, circle_id, organiser_id)
    return circle


async def join(
    unit: Unit,
    cipher: Cipher | None,
    circle_id: int,
    customer_id: int,
    *,
    nickname: str = "",
) -> CircleMember:
    """Join before the cycle begins; the caller has shown the rules and checked the PIN. In it already: as it is.

    Nothing is debited before `beginning.stand_for`.

    Args:
        cipher: encrypts the nickname; None where there is none.

    Raises:
        NotFound: `circle`. Conflict: `circle_not_open`. NotAllowed: as `admission.require_free`.
        RuleViolation: `circle_members` (it is full); `circle_limit_at_once` with `most`, `tier` and `next_tier`.
    """
    customer = await lock_customer(unit, customer_id)
    circle = await _saving(unit, circle_id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    member = await unit.session.get(CircleMember, (circle_id, customer_id), populate_existing=True)
    if member is not None and member.state == MemberState.JOINED:
        return member
    terms = await terms_of(unit, circle.product, circle.product_version)
    await require_free(unit, customer, terms)
    await require_at_once(unit, customer, circle, terms)
    if len(await members_of(unit, circle)) >= MOST_MEMBERS:
        raise RuleViolation(ErrorCode.CIRCLE_MEMBERS, least=FEWEST_MEMBERS, most=MOST_MEMBERS)
    return await _put_in(unit, cipher, circle, member, customer_id, nickname)


async def go(unit: Unit, circle_id: int, customer_id: int) -> None:
    """Leave before the cycle begins, which is free; an office that was held is free again.

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`. Conflict: `circle_not_open`.
    RuleViolation: `circle_officer_leaves`: the chair calls it off instead.
    """
    circle = await _saving(unit, circle_id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    member = await require_member(unit, circle, customer_id)
    if (await officers_of(unit, circle)).get(Role.CHAIR) == customer_id:
        raise RuleViolation(ErrorCode.CIRCLE_OFFICER_LEAVES)
    await _free_office(unit, circle, col(CircleOfficer.customer_id) == customer_id)
    member.state, member.left_at = MemberState.LEFT, unit.now
    await unit.session.flush()


async def name_officer(unit: Unit, circle_id: int, chair_id: int, role: Role, customer_id: int) -> None:
    """Give the treasurer's or the secretary's office to a member; who held it before does not any more.

    Raises:
        NotFound: `circle`. NotAllowed: `circle_chair_only`, `circle_members_only`.
        Conflict: `circle_office`: the person holds another office, or it is the chair's, which members vote on.
    """
    circle = await _saving(unit, circle_id)
    await require_chair(unit, circle, chair_id)
    await require_member(unit, circle, customer_id)
    held = await officers_of(unit, circle)
    if held.get(role) == customer_id:
        return
    if role is Role.CHAIR or customer_id in held.values():
        raise Conflict(ErrorCode.CIRCLE_OFFICE)
    await _free_office(unit, circle, col(CircleOfficer.role) == role)
    unit.session.add(CircleOfficer(circle_id=circle_id, role=role, customer_id=customer_id, since=unit.now))
    await unit.session.flush()


async def call_off(unit: Unit, circle_id: int, chair_id: int) -> Circle:
    """Call a circle off that has not begun. Raises NotFound: `circle`. NotAllowed: `circle_chair_only`, `not_yours`.
    Conflict: `circle_not_open`.
    """
    circle = await _saving(unit, circle_id)
    if circle.state == CircleState.DRAFT and circle.organiser_id != chair_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if circle.state != CircleState.DRAFT:
        await require_chair(unit, circle, chair_id)
    if circle.state not in (CircleState.DRAFT, CircleState.OPEN):
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    circle.state, circle.ended_at = CircleState.CALLED_OFF, unit.now
    await unit.session.flush()
    return circle


async def _saving(unit: Unit, circle_id: int) -> Circle:
    circle = await locked_by_id(unit, circle_id)
    if circle.kind != Kind.ACCUMULATING:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    return circle


async def _put_in(
    unit: Unit,
    cipher: Cipher | None,
    circle: Circle,
    member: CircleMember | None,
    customer_id: int,
    nickname: str,
) -> CircleMember:
    bound_to = member_associated_data("nickname", circle.id, customer_id)
    sealed = sealed_words(cipher, nickname, bound_to, NICKNAME_CHARACTERS) if cipher is not None else None
    columns: dict[str, Any] = {
        "state": MemberState.JOINED,
        "places": 1,
        "nickname_sealed": sealed,
        "destination": Destination.WALLET,
        "automatic_debit": False,
        "debit_from_change_plus": False,
        "shows_reliability": False,
        "marks_credit": False,
        "asked_at": unit.now,
        "joined_at": unit.now,
        "left_at": None,
    }
    if member is None:
        member = CircleMember(circle_id=circle.id, customer_id=customer_id, **columns)
        unit.session.add(member)
    else:
        for column, value in columns.items():
            setattr(member, column, value)
    await unit.session.flush()
    return member


async def _free_office(unit: Unit, circle: Circle, which: ColumnElement[bool]) -> None:
    statement = select(CircleOfficer).where(
        CircleOfficer.circle_id == circle.id, col(CircleOfficer.until).is_(None), which
    )
    for officer in await unit.session.scalars(statement):
        officer.until = unit.now
    await unit.session.flush()


def _columns(cipher: Cipher, settings: SavingSettings, token: str) -> dict[str, Any]:
    return {
        "kind": Kind.ACCUMULATING,
        "place_id": settings.place_id,
        "previous_id": settings.previous_id,
        "language": settings.language,
        "asset": settings.asset,
        "title_sealed": sealed_words(cipher, settings.title, title_associated_data(token), TITLE_CHARACTERS),
        "contribution": settings.rules.share_price,
        "places": MOST_MEMBERS,
        "period": settings.period,
        "first_due_on": settings.first_meeting_on,
        "receiving_order": Order.NONE,
        "members_pick": False,
        "commission_percent": Decimal(0),
        "commission_to": CommissionTo.INSTITUTION,
        "fine_percent": Decimal(0),
        "kept_percent": Decimal(0),
        "shortfall": ShortfallRule.PAY,
        "is_covered": False,
        "security": Security.NONE,
        "needs_approval": False,
    }
