"""An accumulating circle gets its rules, and its cycle begins: members become savers, meetings get their days."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import update
from sqlmodel import col

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.book.accounts import fund
from finance_core.circles.finding import by_id, locked_by_id, members_of, money_of, officers_of, require_chair
from finance_core.circles.membership import choose_debits
from finance_core.circles.models import Circle, CircleState, Role
from finance_core.circles.notifications import of, tell
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import lasts_at_most, round_days
from finance_core.circles.rules.saving import FEWEST_MEMBERS, LONGEST_MONTHS, MOST_MEMBERS, MOST_SHARES
from finance_core.circles.saving.finding import meetings, savers
from finance_core.circles.saving.models import CircleMeeting, CircleSaver, CircleSaving, MeetingState
from finance_core.circles.saving.notices import CircleCycleBegins, CircleFirstMeeting
from finance_core.customers.consents import Wording
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import ASSETS
from finance_core.kernel.periods import add_months
from finance_core.ledger import Entry, Transfer
from finance_core.storage.unit import Unit

FEWEST_MEETINGS = 3


@dataclass(frozen=True, slots=True)
class SavingRules:
    """What members of an accumulating circle agree on. Amounts in minor units; `loan_rate` is percent a month."""

    share_price: int
    most_shares: int
    social_amount: int
    fine_amount: int
    loan_rate: Decimal
    meetings: int


async def set_rules(unit: Unit, circle: Circle, rules: SavingRules) -> None:
    """Give a draft its rules, or others. That the rate is within the cap is seen to by the caller.

    Raises InvalidInput: `circle_saving_rules` with the `field` that is out of its bounds; `circle_cycle_long`.
    """
    _require_sensible(rules)
    if not lasts_at_most(circle.first_due_on, rules.meetings, Period(circle.period), LONGEST_MONTHS):
        raise InvalidInput(ErrorCode.CIRCLE_CYCLE_LONG, months=LONGEST_MONTHS)
    await unit.session.merge(CircleSaving(circle_id=circle.id, **asdict(rules)))
    await unit.session.flush()


def require_ahead(unit: Unit, first_on: date) -> None:
    """Refuse a first meeting that is not ahead, or more than a year. Raises InvalidInput: `circle_start`."""
    earliest, latest = unit.open_on + timedelta(days=1), add_months(unit.open_on, LONGEST_MONTHS)
    if not earliest <= first_on <= latest:
        raise InvalidInput(ErrorCode.CIRCLE_START, from_on=earliest, until_on=latest)


async def move_first_meeting(unit: Unit, circle_id: int, chair_id: int, day: date) -> Circle:
    """Move the first meeting, and all that follow, before the cycle begins; who is in it is told.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open`.
    InvalidInput: `circle_start` (from_on, until_on).
    """
    circle = await locked_by_id(unit, circle_id)
    if await unit.session.get(CircleSaving, circle_id) is None:
        raise NotFound(ErrorCode.CIRCLE)
    await require_chair(unit, circle, chair_id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    require_ahead(unit, day)
    circle.first_due_on = day
    await unit.session.flush()
    people = [member.customer_id for member in await members_of(unit, circle) if member.customer_id != chair_id]
    told = CircleFirstMeeting(**of(circle), first_on=day)
    await tell(unit, people, told, f"circle:{circle.id}:{unit.now.isoformat()}")
    await boards.changed(unit, circle)
    return circle


async def begin(unit: Unit, circle_id: int, chair_id: int) -> list[CircleMeeting]:
    """Begin the cycle with those who have joined, who are told; return its meetings. Begun already, it is the same.

    The social fund of the cycle before (*Again*) comes along.

    Raises: as `require_may_begin`.
    """
    circle = await locked_by_id(unit, circle_id)
    if circle.started_at is not None:
        await require_chair(unit, circle, chair_id)
        return await meetings(unit, circle_id)
    rules = await require_may_begin(unit, circle, chair_id)
    circle.state, circle.started_at, circle.rounds = CircleState.RUNNING, unit.now, rules.meetings
    made = [
        CircleMeeting(circle_id=circle_id, nr=nr, held_on=day, state=MeetingState.COMING)
        for nr, day in enumerate(round_days(circle.first_due_on, rules.meetings, Period(circle.period)), 1)
    ]
    unit.session.add_all(made)
    await unit.session.flush()
    await _carry_social_fund(unit, circle)
    await _tell(unit, circle, rules, made)
    await boards.changed(unit, circle)
    return made


async def require_may_begin(unit: Unit, circle: Circle, chair_id: int) -> CircleSaving:
    """Return the rules of a circle that its chair may begin now.

    Raises:
        NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_running`.
        RuleViolation: `circle_members` with least and most; `circle_officers_missing`: three offices are three people;
            `circle_start_passed`: the day of its first meeting has come.
    """
    rules = await unit.session.get(CircleSaving, circle.id)
    if rules is None:
        raise NotFound(ErrorCode.CIRCLE)
    await require_chair(unit, circle, chair_id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING)
    people = [member.customer_id for member in await members_of(unit, circle)]
    if not FEWEST_MEMBERS <= len(people) <= MOST_MEMBERS:
        raise RuleViolation(ErrorCode.CIRCLE_MEMBERS, least=FEWEST_MEMBERS, most=MOST_MEMBERS)
    held = await officers_of(unit, circle)
    if len(held) < len(Role) or not set(held.values()) <= set(people):
        raise RuleViolation(ErrorCode.CIRCLE_OFFICERS_MISSING)
    if circle.first_due_on <= unit.open_on:
        raise RuleViolation(ErrorCode.CIRCLE_START_PASSED)
    return rules


async def _tell(unit: Unit, circle: Circle, rules: CircleSaving, made: list[CircleMeeting]) -> None:
    for saver in await savers(unit, circle.id):
        debited = saver.standing * rules.share_price + (rules.social_amount if saver.standing else 0)
        told = CircleCycleBegins(
            **of(circle),
            meetings=len(made),
            first_on=made[0].held_on,
            last_on=made[-1].held_on,
            standing=saver.standing,
            sum=money_of(circle, debited),
        )
        await tell(unit, [saver.customer_id], told, f"circle:{circle.id}")


async def stand_for(unit: Unit, circle_id: int, customer_id: int, shares: int, wording: Wording) -> None:
    """Choose how many shares are debited at 09:00 of each meeting; 0: none. Agreeing to it is agreeing to the debit.

    A line is kept of that; once it is taken back (`membership.choose_debits`) nothing is debited.

    Raises:
        NotFound: `circle`, `not_in_circle`. NotAllowed: `circle_members_only`.
        InvalidInput: `circle_shares` with most.
    """
    rules = await unit.session.get(CircleSaving, circle_id)
    if rules is None:
        raise NotFound(ErrorCode.CIRCLE)
    if not 0 <= shares <= rules.most_shares:
        raise InvalidInput(ErrorCode.CIRCLE_SHARES, most=rules.most_shares)
    circle = await by_id(unit, circle_id)
    await choose_debits(unit, circle.token, customer_id, wording, given=shares > 0)
    changed = update(CircleSaver).where(
        col(CircleSaver.circle_id) == circle_id,
        col(CircleSaver.customer_id) == customer_id,
        col(CircleSaver.left_at).is_(None),
    )
    found = await unit.session.scalar(changed.values(standing=shares).returning(col(CircleSaver.place)))
    if found is None:
        raise NotFound(ErrorCode.NOT_IN_CIRCLE)


def _require_sensible(rules: SavingRules) -> None:
    bounds = {
        "share_price": rules.share_price > 0,
        "most_shares": 1 <= rules.most_shares <= MOST_SHARES,
        "social_amount": rules.social_amount >= 0,
        "fine_amount": rules.fine_amount >= 0,
        "loan_rate": rules.loan_rate >= 0,
        "meetings": rules.meetings >= FEWEST_MEETINGS,
    }
    for field, is_fine in bounds.items():
        if not is_fine:
            raise InvalidInput(ErrorCode.CIRCLE_SAVING_RULES, field=field)


async def _carry_social_fund(unit: Unit, circle: Circle) -> None:
    if circle.previous_id is None:
        return
    asset = ASSETS[circle.asset]
    before = fund(circle.previous_id, asset)
    left = await ledger.balance(unit, before)
    if left:
        moved = Transfer(before, fund(circle.id, asset), left)
        about = {"circle": circle.id, "previous": circle.previous_id}
        await ledger.post(unit, Entry("circle.social_carried", f"circle:{circle.id}:social", (moved,), about))
