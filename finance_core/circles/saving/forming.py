"""Making an accumulating circle: a draft with its rules, then it is open, people join, offices are given.

What takes a group's admin or a PIN is asked by the caller. Its organiser joins like anybody else. It begins with
`beginning.begin`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from finance_core.circles import boards
from finance_core.circles.admission import require_at_once, require_free
from finance_core.circles.finding import locked_by_id, members_of, new_code, officers_of, require_chair, require_member
from finance_core.circles.joining import debits_of
from finance_core.circles.models import (
    Circle,
    CircleMember,
    CircleOfficer,
    CircleState,
    Destination,
    MemberState,
    Role,
)
from finance_core.circles.product import CircleProduct, circles_on_sale, terms_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.saving import MOST_MEMBERS
from finance_core.circles.rules.settings import CommissionTo, Kind, Order, Security
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.circles.saving.beginning import SavingRules, require_ahead, set_rules
from finance_core.circles.saving.models import CircleSaver, CircleSaving
from finance_core.circles.sealing import (
    NICKNAME_CHARACTERS,
    TITLE_CHARACTERS,
    member_associated_data,
    sealed_words,
    title_associated_data,
    words_of,
)
from finance_core.customers import consents
from finance_core.customers.consents import Topic, Wording
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.queries import locked as lock_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
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
        InvalidInput: `circle_title` (most), `circle_start` (from_on, until_on), `circle_saving_rules` (field),
            `circle_share_price` (minimum, maximum), `circle_cycle_long`.
        NotAllowed: `not_yours`. Conflict: `circle_not_open`: it is no draft any more.
    """
    if not 0 < len(" ".join(settings.title.split())) <= TITLE_CHARACTERS:
        raise InvalidInput(ErrorCode.CIRCLE_TITLE, most=TITLE_CHARACTERS)
    require_ahead(unit, settings.first_meeting_on)
    terms = await circles_on_sale(unit)
    _require_price(settings, terms)
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


async def settings_of(unit: Unit, circle: Circle, cipher: Cipher) -> SavingSettings:
    """Return what an accumulating circle is set to, for its card and to set it anew. Raises NotFound: `circle`."""
    rules = await unit.session.get(CircleSaving, circle.id, populate_existing=True)
    if rules is None:
        raise NotFound(ErrorCode.CIRCLE)
    return SavingSettings(
        title=words_of(circle.title_sealed, cipher, title_associated_data(circle.token)),
        period=Period(circle.period),
        first_meeting_on=circle.first_due_on,
        rules=SavingRules(**{field.name: getattr(rules, field.name) for field in fields(SavingRules)}),
        asset=circle.asset,
        language=circle.language,
        place_id=circle.place_id,
        previous_id=circle.previous_id,
    )


async def open_circle(unit: Unit, circle_id: int, organiser_id: int) -> Circle:
    """Open a draft: its organiser is the chair, and people join, the chair too. Open already: as it is.

    Raises:
        NotFound: `circle`. NotAllowed: `not_yours`, `account_frozen`. Conflict: `circle_not_open`.
        InvalidInput: `circle_start` (from_on): the day of the first meeting has come.
    """
    circle = await of_savers(unit, circle_id)
    if circle.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if circle.state == CircleState.OPEN:
        return circle
    if circle.state != CircleState.DRAFT:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    await require_not_frozen(unit, organiser_id)
    require_ahead(unit, circle.first_due_on)
    circle.state, circle.opened_at = CircleState.OPEN, unit.now
    unit.session.add(CircleOfficer(circle_id=circle.id, role=Role.CHAIR, customer_id=organiser_id, since=unit.now))
    await unit.session.flush()
    return circle


async def join(
    unit: Unit,
    cipher: Cipher | None,
    circle_id: int,
    customer_id: int,
    *,
    nickname: str = "",
    standing: int = 0,
    wording: Wording | None = None,
) -> CircleMember:
    """Join before the cycle begins; the caller has shown the rules and checked the PIN. In it already: as it is.

    Args:
        cipher: encrypts the nickname; None where there is none.
        standing: shares that are debited at 09:00 of each meeting; 0: none.
        wording: of the consent to that, of which a line is kept.

    Raises:
        As `require_may_join`. InvalidInput: `circle_shares` with most: more than one may buy at a meeting.
    """
    circle = await of_savers(unit, circle_id)
    member = await unit.session.get(CircleMember, (circle_id, customer_id), populate_existing=True)
    if circle.state == CircleState.OPEN and member is not None and member.state == MemberState.JOINED:
        return member
    await require_may_join(unit, circle, customer_id)
    most = (await unit.session.get_one(CircleSaving, circle_id)).most_shares
    if not 0 <= standing <= (most if wording is not None else 0):
        raise InvalidInput(ErrorCode.CIRCLE_SHARES, most=most)
    member = await _put_in(unit, cipher, circle, member, customer_id, nickname)
    await _give_place(unit, circle_id, customer_id, standing)
    if wording is not None:
        given = member.automatic_debit = standing > 0
        await consents.choose(unit, customer_id, Topic.DEBIT, wording, given=given, about=debits_of(circle))
    await unit.session.flush()
    await boards.changed(unit, circle)
    return member


async def require_may_join(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Refuse who may not join a circle now, whom it locks.

    Raises:
        Conflict: `circle_has_begun`, `circle_not_open`. NotAllowed: as `admission.require_free`.
        RuleViolation: `circle_full` with most; `circle_limit_at_once` with `most`, `tier` and `next_tier`.
    """
    customer = await lock_customer(unit, customer_id)
    if circle.started_at is not None:
        raise Conflict(ErrorCode.CIRCLE_HAS_BEGUN)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    terms = await terms_of(unit, circle.product, circle.product_version)
    await require_free(unit, customer, terms)
    await require_at_once(unit, customer, circle, terms)
    if len(await members_of(unit, circle)) >= MOST_MEMBERS:
        raise RuleViolation(ErrorCode.CIRCLE_FULL, most=MOST_MEMBERS)


async def name_officer(unit: Unit, circle_id: int, chair_id: int, role: Role, customer_id: int) -> None:
    """Give the treasurer's or the secretary's office to a member; who held it before does not any more.

    Raises:
        NotFound: `circle`. NotAllowed: `circle_chair_only`, `circle_members_only`.
        Conflict: `circle_office`: the person holds another office, or it is the chair's, which members vote on.
    """
    circle = await of_savers(unit, circle_id)
    await require_chair(unit, circle, chair_id)
    await require_member(unit, circle, customer_id)
    held = await officers_of(unit, circle)
    if held.get(role) == customer_id:
        return
    if role is Role.CHAIR or customer_id in held.values():
        raise Conflict(ErrorCode.CIRCLE_OFFICE)
    await free_office(unit, circle, col(CircleOfficer.role) == role)
    unit.session.add(CircleOfficer(circle_id=circle_id, role=role, customer_id=customer_id, since=unit.now))
    await unit.session.flush()


async def of_savers(unit: Unit, circle_id: int) -> Circle:
    """Return an accumulating circle, locked. Raises NotFound: `circle`. Conflict: `circle_not_open`: it is none."""
    circle = await locked_by_id(unit, circle_id)
    if circle.kind != Kind.ACCUMULATING:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    return circle


def _require_price(settings: SavingSettings, terms: CircleProduct) -> None:
    """Refuse sums that no circle has. Raises InvalidInput: `circle_share_price`, `circle_saving_rules` (field)."""
    rules, most = settings.rules, terms.maximum.amount
    if not terms.minimum.amount <= rules.share_price <= most:
        raise InvalidInput(ErrorCode.CIRCLE_SHARE_PRICE, minimum=terms.minimum, maximum=terms.maximum)
    for field in ("social_amount", "fine_amount"):
        if getattr(rules, field) > most:
            raise InvalidInput(ErrorCode.CIRCLE_SAVING_RULES, field=field)


async def held_place(unit: Unit, circle_id: int, customer_id: int) -> CircleSaver | None:
    """Return somebody's place in a cycle, left or not; None who never had one."""
    statement = select(CircleSaver).where(CircleSaver.circle_id == circle_id, CircleSaver.customer_id == customer_id)
    return await unit.session.scalar(statement.execution_options(populate_existing=True))


async def _give_place(unit: Unit, circle_id: int, customer_id: int, standing: int) -> None:
    """Give a member the next place, or the one that they had before they left."""
    place = await held_place(unit, circle_id, customer_id)
    if place is None:
        last = await unit.session.scalar(select(func.max(CircleSaver.place)).where(CircleSaver.circle_id == circle_id))
        place = CircleSaver(circle_id=circle_id, place=(last or 0) + 1, customer_id=customer_id)
        unit.session.add(place)
    place.left_at, place.standing = None, standing


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


async def free_office(unit: Unit, circle: Circle, which: ColumnElement[bool]) -> None:
    """End the offices of a circle that a condition picks."""
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
