"""Who may join a circle with how many places: age, tier, income, circles at once, exposure, reliability (§5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.circles.drafts import is_first_of_organiser
from finance_core.circles.finding import held_by, member_of, money_of
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.product import CircleProduct
from finance_core.circles.reliability import reliability_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import due_within, round_days
from finance_core.circles.rules.limits import Broken, Joining, Limit, TierLimits, broken_by, exposure, is_early
from finance_core.circles.rules.settings import Kind, Security
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.holds import require_changes
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, NotAllowed, RuleViolation
from finance_core.kernel.money import Money
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_MINE: Final = text(
    """
    SELECT c.id, c.kind, c.state, c.contribution, c.places AS opened, c.rounds, c.period, c.first_due_on, m.retention,
        m.places AS asked,
        CASE WHEN c.security IN ('deposit', 'retention') THEN c.security_amount ELSE 0 END AS secured,
        l.nr, l.turn, l.received_round IS NOT NULL AS has_received,
        coalesce(d.owed, 0) AS owed, coalesce(d.soon, 0) AS soon,
        (SELECT min(r.nr) FROM circle_round r
            WHERE r.circle_id = c.id AND r.state IN ('coming', 'listed', 'collecting')) AS next_round
    FROM circle_member m JOIN circle c ON c.id = m.circle_id
        LEFT JOIN circle_place l ON l.circle_id = c.id AND l.customer_id = m.customer_id AND l.state = 'held'
        LEFT JOIN LATERAL (
            SELECT sum(amount - paid) AS owed, sum(amount - paid) FILTER (WHERE due_on < :until) AS soon
            FROM circle_due WHERE circle_id = c.id AND place = l.nr) d ON true
    WHERE m.customer_id = :customer AND c.id <> :circle
        AND m.state IN ('asked', 'waiting', 'approved', 'joined')
        AND c.state IN ('open', 'confirming', 'running', 'suspended')
    ORDER BY c.id, l.nr
    """
)


@dataclass(frozen=True, slots=True)
class Burden:
    """What somebody has taken on in circles: due in the window, at once, and at most owed after receiving.

    An accumulating circle counts among those at once alone: nobody has to buy shares, and nobody receives.
    """

    contributions: int
    circles: int
    exposure: int


def require_person(customer: Customer, terms: CircleProduct) -> None:
    """Refuse who may join no circle at all.

    Raises NotAllowed: `circle_tier`, `age_denied`, `adult_unconfirmed`, `outflow_locked`.
    """
    if not customer.has_joined or not terms.most_circles(customer.tier):
        raise NotAllowed(ErrorCode.CIRCLE_TIER)
    if customer.adult_denied_at is not None:
        raise NotAllowed(ErrorCode.AGE_DENIED)
    if customer.adult_confirmed_at is None:
        raise NotAllowed(ErrorCode.ADULT_UNCONFIRMED)
    if customer.outflow_locked_at is not None:
        raise NotAllowed(ErrorCode.OUTFLOW_LOCKED)


async def require_free(unit: Unit, customer: Customer, terms: CircleProduct) -> None:
    """Refuse who may take on nothing new now: as `require_person`; also `account_frozen`, `changes_held` (hours)."""
    require_person(customer, terms)
    await require_not_frozen(unit, customer.id)
    await require_changes(unit, customer.id)


def require_not_excluded(until: date | None) -> None:
    """Refuse to bid, or to stand for somebody, who has asked to take on no debt until a day (None: they have not).

    Raises RuleViolation: `self_excluded` (until).
    """
    if until is not None:
        raise RuleViolation(ErrorCode.SELF_EXCLUDED, until=until)


async def burden_of(unit: Unit, customer_id: int, terms: CircleProduct, *, besides: int) -> Burden:
    """Return what somebody has taken on in circles besides one of them, by its id."""
    until = date.fromordinal(unit.open_on.toordinal() + terms.income_days)
    rows = (await unit.session.execute(_MINE, {"customer": customer_id, "circle": besides, "until": until})).all()
    rotating = [row for row in rows if row.kind == Kind.ROTATING]
    soon = sum(
        int(row.soon)
        if row.rounds
        else _each_window(row.contribution, row.opened, row.first_due_on, Period(row.period), terms.income_days)
        * (1 if row.nr else row.asked)
        for row in rotating
    )
    return Burden(soon, len({row.id for row in rows}), sum(map(_exposed, rotating)))


def _exposed(row: Fetched) -> int:
    """Return what one place, or those asked for, may at most owe after having received."""
    places, secured = 1 if row.nr else row.asked, row.secured + row.retention
    if row.has_received:
        return max(0, int(row.owed - secured))
    one = exposure(int(row.contribution), row.rounds or row.opened, row.turn or row.next_round, secured)
    return one * int(places)


def _each_window(contribution: int, places: int, first_on: date, period: Period, days: int) -> int:
    """Return what one place of a circle that has not started pays in the first window of days."""
    return contribution * due_within(round_days(first_on, places, period), first_on, days)


def secured_by(circle: Circle, retention: int) -> int:
    """Return what stands for one place after it has received: its deposit, or what is kept back of its payout."""
    has_any = circle.security in {Security.DEPOSIT, Security.RETENTION}
    return (circle.security_amount if has_any else 0) + retention


async def require_limits(
    unit: Unit,
    customer: Customer,
    circle: Circle,
    terms: CircleProduct,
    turns: Sequence[int | None],
    *,
    retention: int,
    instalments: Money,
) -> None:
    """Refuse what is above a limit; each refusal says what would change it.

    Args:
        turns: one for each place that is wanted; None: not known.
        retention: what is kept back of each payout beyond the circle's rule, minor units.
        instalments: of the person's loans here, due in the window.

    Raises RuleViolation: `circle_places_each` (most), `circle_income_unsaid`, `circle_limit_income` (would_be, most),
        `circle_limit_at_once` (most, tier, next_tier), `circle_limit_exposure` (would_be, most, retention: how much
        kept back of each payout would do, tier, next_tier), `circle_chair_early` (turn, deposit).
    """
    if customer.monthly_income is None:
        raise RuleViolation(ErrorCode.CIRCLE_INCOME_UNSAID)
    rounds, count = circle.rounds or circle.places, len(turns)
    before = await burden_of(unit, customer.id, terms, besides=circle.id)
    window = _each_window(circle.contribution, rounds, circle.first_due_on, Period(circle.period), terms.income_days)
    secured = secured_by(circle, retention)
    joining = Joining(
        income=customer.monthly_income,
        contributions=before.contributions + window * count,
        instalments=instalments.amount + (customer.other_instalments or 0),
        circles=before.circles + 1,
        exposure=before.exposure + sum(exposure(circle.contribution, rounds, turn, secured) for turn in turns),
        places=count,
        of_places=rounds,
    )
    limits = TierLimits(
        terms.most_circles(customer.tier), terms.most_exposure(customer.tier).amount, terms.income_percent
    )
    for broken in broken_by(joining, limits):
        raise _refused(broken, customer, terms, retention, count)
    await require_chair_late(unit, customer.id, circle, turns, secured)


def _refused(broken: Broken, customer: Customer, terms: CircleProduct, retention: int, count: int) -> FinanceError:
    if broken.limit is Limit.PLACES_EACH:
        return RuleViolation(ErrorCode.CIRCLE_PLACES_EACH, most=broken.most)
    if broken.limit is Limit.CIRCLES:
        return _too_many_at_once(customer, terms)
    sums = {"would_be": Money(broken.would_be, terms.asset), "most": Money(broken.most, terms.asset)}
    if broken.limit is Limit.INCOME:
        return RuleViolation(ErrorCode.CIRCLE_LIMIT_INCOME, **sums)
    more = retention - (broken.most - broken.would_be) // count
    return RuleViolation(
        ErrorCode.CIRCLE_LIMIT_EXPOSURE,
        **sums,
        retention=Money(more, terms.asset),
        tier=customer.tier,
        next_tier=terms.next_tier(customer.tier),
    )


def _too_many_at_once(customer: Customer, terms: CircleProduct) -> RuleViolation:
    most, next_tier = terms.most_circles(customer.tier), terms.next_tier(customer.tier)
    return RuleViolation(ErrorCode.CIRCLE_LIMIT_AT_ONCE, most=most, tier=customer.tier, next_tier=next_tier)


async def require_at_once(unit: Unit, customer: Customer, circle: Circle, terms: CircleProduct) -> None:
    """Refuse one circle more than the tier has, of either kind. Raises RuleViolation: `circle_limit_at_once`."""
    before = await burden_of(unit, customer.id, terms, besides=circle.id)
    if before.circles >= terms.most_circles(customer.tier):
        raise _too_many_at_once(customer, terms)


async def require_chair_late(
    unit: Unit, customer_id: int, circle: Circle, turns: Sequence[int | None], secured: int
) -> None:
    """Refuse the chair of an organiser's first circle a turn of the first third, but with full security.

    Raises RuleViolation: `circle_chair_early` (turn: the first that may be, deposit: that would do).
    """
    if circle.is_paper or customer_id != circle.organiser_id or not await is_first_of_organiser(unit, circle):
        return
    rounds = circle.rounds or circle.places
    for turn in turns:
        if turn is not None and is_early(turn, rounds) and secured < circle.contribution * (rounds - turn):
            raise _chair_early(circle, turn)


def _chair_early(circle: Circle, turn: int) -> RuleViolation:
    """Return the refusal of a turn in the first third: the first turn that may be, and the deposit that would do."""
    rounds = circle.rounds or circle.places
    deposit = money_of(circle, circle.contribution * (rounds - turn))
    return RuleViolation(ErrorCode.CIRCLE_CHAIR_EARLY, turn=rounds // 3 + 1, deposit=deposit)


async def require_exposure(
    unit: Unit, customer_id: int, circle: Circle, terms: CircleProduct, turns: Sequence[int | None]
) -> None:
    """Refuse turns by which somebody would owe too much after receiving; one for each place that they hold.

    Raises RuleViolation: `circle_limit_exposure`, as `require_limits`.
    """
    customer, member = await by_id(unit, customer_id), await member_of(unit, circle, customer_id)
    before = await burden_of(unit, customer_id, terms, besides=circle.id)
    retention = member.retention if member is not None else 0
    secured, rounds = secured_by(circle, retention), circle.rounds or circle.places
    would_be = before.exposure + sum(exposure(circle.contribution, rounds, turn, secured) for turn in turns)
    most = terms.most_exposure(customer.tier).amount
    if would_be > most:
        raise _refused(Broken(Limit.EXPOSURE, would_be, most), customer, terms, retention, len(turns))


async def too_early(unit: Unit, circle: Circle, number: int) -> set[int]:
    """Return the places that may not receive in a round: the chair's of a first circle, in the first third of it.

    Full security, all that is still to pay after it, opens it to them.
    """
    rounds = circle.rounds or circle.places
    if circle.is_paper or not is_early(number, rounds) or not await is_first_of_organiser(unit, circle):
        return set()
    member = await member_of(unit, circle, circle.organiser_id)
    secured = secured_by(circle, member.retention if member is not None else 0)
    if secured >= circle.contribution * (rounds - number):
        return set()
    return {place.nr for place in await held_by(unit, circle, circle.organiser_id)}


async def require_not_early(unit: Unit, circle: Circle, place: int, turn: int) -> None:
    """Refuse a turn that comes too early for a place. Raises RuleViolation: `circle_chair_early` (turn, deposit)."""
    if place in await too_early(unit, circle, turn):
        raise _chair_early(circle, turn)


async def require_reliable(unit: Unit, customer: Customer, circle: Circle) -> None:
    """Refuse whose rounds paid on time are fewer than the circle asks for; who had none yet has too few.

    Raises RuleViolation: `circle_unreliable` (least: percent).
    """
    if circle.least_reliability is None or circle.state not in {CircleState.OPEN, CircleState.RUNNING}:
        return
    percent = (await reliability_of(unit, customer.id)).percent
    if percent is None or percent < circle.least_reliability:
        raise RuleViolation(ErrorCode.CIRCLE_UNRELIABLE, least=circle.least_reliability)
