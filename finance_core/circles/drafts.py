"""Making a circle: a draft that its organiser sets, then it is open, and people join."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlmodel import col, select

from finance_core.circles.chains import DRAWN, begin_chain, new_last_key
from finance_core.circles.finding import first_day, locked, new_code
from finance_core.circles.models import Circle, CircleOfficer, CirclePlace, CircleState, PlaceState, Role
from finance_core.circles.product import CircleProduct, circles_on_sale, terms_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.limits import Broken, Limit, organiser_broken_by
from finance_core.circles.rules.settings import CommissionTo, Order, Security, Settings, checked
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.circles.sealing import TITLE_CHARACTERS, sealed_words, title_associated_data, words_of
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

_TOLD: Final = {Limit.FIRST_PLACES: ErrorCode.CIRCLE_FIRST_PLACES, Limit.FIRST_POT: ErrorCode.CIRCLE_FIRST_POT}


async def draft(unit: Unit, cipher: Cipher, organiser_id: int, settings: Settings, token: str) -> Circle:
    """Write down a circle that is being made; the same token again sets it anew. Nobody else sees it.

    Raises InvalidInput: as `rules.settings.checked`. NotAllowed: `not_yours`, Conflict: `circle_not_open` (it is no
        draft any more).
    """
    terms = await circles_on_sale(unit)
    checked(settings, terms.bounds, unit.local_now().date())
    await locked_customer(unit, organiser_id)
    known = await unit.session.scalar(select(Circle.id).where(Circle.token == token))
    if known is not None:
        return await _set_anew(unit, cipher, organiser_id, settings, token)
    made = Circle(
        token=token,
        code=await new_code(unit),
        kind="rotating",
        organiser_id=organiser_id,
        state=CircleState.DRAFT,
        product=terms.code,
        product_version=terms.version,
        made_at=unit.now,
        **_columns(cipher, settings, token),
    )
    unit.session.add(made)
    await unit.session.flush()
    return made


async def open_circle(
    unit: Unit, cipher: Cipher, organiser_id: int, token: str, *, last_key: str | None = None
) -> Circle:
    """Open a draft: its organiser is the chair, key 0 may be published, and people join. Open already: as it is.

    Args:
        last_key: of the chain of keys, 64 hex digits; None: 32 random bytes, as always outside of tests.

    Raises:
        NotFound: `circle`. NotAllowed: `not_yours`, `account_frozen`. Conflict: `circle_not_open` (called off, over).
        RuleViolation: `circle_first_places` (most), `circle_first_pot` (maximum): an organiser's first circle is
            smaller. InvalidInput: `circle_start` (from_on, until_on): its first day has come.
    """
    organiser = await locked_customer(unit, organiser_id)
    circle = await own(unit, organiser_id, token)
    if circle.state == CircleState.OPEN:
        return circle
    if circle.state != CircleState.DRAFT:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    await require_not_frozen(unit, organiser.id)
    terms = await terms_of(unit, circle.product, circle.product_version)
    set_to = replace(settings_of(circle, cipher), first_due_on=first_day(unit, circle))
    checked(set_to, terms.bounds, unit.local_now().date())
    await require_first(unit, circle, terms)
    circle.state, circle.opened_at = CircleState.OPEN, unit.now
    is_fixed = circle.receiving_order == Order.FIXED
    numbers = range(1, circle.places + 1)
    unit.session.add_all(
        CirclePlace(circle_id=circle.id, nr=nr, state=PlaceState.FREE, turn=nr if is_fixed else None) for nr in numbers
    )
    unit.session.add(CircleOfficer(circle_id=circle.id, role=Role.CHAIR, customer_id=organiser_id, since=unit.now))
    if circle.receiving_order in DRAWN:
        last_key = last_key or new_last_key()
        await begin_chain(unit, cipher, circle, first_round=1, last_round=circle.places, last_key=last_key)
    await unit.session.flush()
    return circle


async def is_first_of_organiser(unit: Unit, circle: Circle) -> bool:
    """Say whether none of its organiser's circles had ended when it was opened; while it is a draft, now."""
    ended = select(Circle.id).where(
        Circle.organiser_id == circle.organiser_id,
        Circle.state == CircleState.ENDED,
        col(Circle.ended_at) < (circle.opened_at or unit.now),
    )
    return await unit.session.scalar(ended.limit(1)) is None


def settings_of(circle: Circle, cipher: Cipher) -> Settings:
    """Return what a circle is set to, for its card and to begin another one like it."""
    asset = ASSETS[circle.asset]
    return Settings(
        title=words_of(circle.title_sealed, cipher, title_associated_data(circle.token)),
        contribution=Money(circle.contribution, asset),
        places=circle.places,
        period=Period(circle.period),
        first_due_on=circle.first_due_on,
        order=Order(circle.receiving_order),
        members_pick=circle.members_pick,
        commission_percent=circle.commission_percent,
        commission_to=CommissionTo(circle.commission_to),
        fine_percent=circle.fine_percent,
        kept_percent=circle.kept_percent,
        shortfall=ShortfallRule(circle.shortfall),
        is_covered=circle.is_covered,
        security=Security(circle.security),
        security_amount=Money(circle.security_amount, asset) if circle.security_amount else None,
        needs_approval=circle.needs_approval,
        least_reliability=circle.least_reliability,
        language=circle.language,
        place_id=circle.place_id,
    )


def _columns(cipher: Cipher, settings: Settings, token: str) -> dict[str, Any]:
    title = sealed_words(cipher, settings.title, title_associated_data(token), TITLE_CHARACTERS)
    return {
        "place_id": settings.place_id,
        "language": settings.language,
        "asset": settings.contribution.asset.code,
        "title_sealed": title,
        "contribution": settings.contribution.amount,
        "places": settings.places,
        "period": settings.period,
        "first_due_on": settings.first_due_on,
        "receiving_order": settings.order,
        "members_pick": settings.members_pick,
        "commission_percent": settings.commission_percent,
        "commission_to": settings.commission_to,
        "fine_percent": settings.fine_percent,
        "kept_percent": settings.kept_percent,
        "shortfall": settings.shortfall,
        "is_covered": settings.is_covered,
        "security": settings.security,
        "security_amount": settings.secured,
        "needs_approval": settings.needs_approval,
        "least_reliability": settings.least_reliability,
    }


async def _set_anew(unit: Unit, cipher: Cipher, organiser_id: int, settings: Settings, token: str) -> Circle:
    circle = await own(unit, organiser_id, token)
    if circle.state != CircleState.DRAFT:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    for column, value in _columns(cipher, settings, token).items():
        setattr(circle, column, value)
    await unit.session.flush()
    return circle


async def own(unit: Unit, organiser_id: int, token: str) -> Circle:
    """Return a circle, locked, that somebody opened themselves. Raises NotFound: `circle`, NotAllowed: `not_yours`."""
    circle = await locked(unit, token)
    if circle.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    return circle


async def require_first(unit: Unit, circle: Circle, terms: CircleProduct) -> None:
    """Refuse a first circle that is too large; when the chair receives in it is looked at as they join."""
    if not await is_first_of_organiser(unit, circle):
        return
    most = terms.first_pot.amount
    for broken in organiser_broken_by(circle.places, circle.contribution, most, (), 0, most_places=terms.first_places):
        raise _refused(broken, terms)


def _refused(broken: Broken, terms: CircleProduct) -> RuleViolation:
    if broken.limit is Limit.FIRST_POT:
        return RuleViolation(ErrorCode.CIRCLE_FIRST_POT, maximum=terms.first_pot)
    return RuleViolation(_TOLD[broken.limit], most=broken.most)
