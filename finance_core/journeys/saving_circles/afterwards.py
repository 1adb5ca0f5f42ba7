"""After a cycle: the next one; what debtors pay later is shared; a social fund without a new cycle goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.circles.finding import require_chair
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.rules.dates import round_days
from finance_core.circles.saving.finding import begun, savers
from finance_core.circles.saving.forming import SavingSettings, settings_of
from finance_core.journeys.saving_circles.giving import give
from finance_core.journeys.saving_circles.lending import draft
from finance_core.journeys.saving_circles.sharing_out import by_plan, of_circle
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit, Units

SOCIAL_FUND_WAITS: Final = timedelta(days=30)
CIRCLES: Final = 200

_WITH_MONEY: Final = """
    SELECT c.id FROM circle c JOIN circle_saving r ON r.circle_id = c.id
    WHERE c.state = 'ended' AND EXISTS (
        SELECT FROM account a JOIN balance b ON b.account_id = a.id AND b.amount > 0
        WHERE a.book = 'INST' AND a.asset = c.asset AND a.owner = c.id AND a.code IN ('2032', '2033'))
"""
_HAS_A_NEW_CYCLE: Final = text(
    "SELECT EXISTS (SELECT FROM circle WHERE previous_id = :circle AND started_at IS NOT NULL)"
)


async def again(unit: Unit, cipher: Cipher, circle_id: int, chair_id: int, token: str) -> Circle:
    """Draft the next cycle of a circle that has ended, set alike; each joins anew. Its meetings go on in the rhythm of
    the cycle before, and its social fund comes along.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_ended`. As `lending.draft`.
    """
    before = (await begun(unit, circle_id)).circle
    if before.state != CircleState.ENDED:
        raise Conflict(ErrorCode.CIRCLE_NOT_ENDED)
    await require_chair(unit, before, chair_id)
    settings = await settings_of(unit, before, cipher)
    first_on = _next_day(settings, unit.open_on)
    settings = replace(settings, first_meeting_on=first_on, previous_id=before.id)
    return await draft(unit, cipher, chair_id, settings, token)


def _next_day(settings: SavingSettings, today: date) -> date:
    """Return the first day after today on which the meetings of a cycle would go on after its last one."""
    count = settings.rules.meetings
    while True:
        days = round_days(settings.first_meeting_on, count + 1, settings.period)
        if days[-1] > today:
            return days[-1]
        count += 1


async def share_later(unit: Unit, circle_id: int, on: date) -> None:
    """Share what has come into the cash of a circle that has ended, by the plan that was kept: D 2033 C 2010 each."""
    saving, plan = await begun(unit, circle_id, lock=True), await of_circle(unit, circle_id)
    cash = await ledger.balance(unit, saving.cash)
    if plan is None or not cash:
        return
    for part, amount in by_plan(plan.parts, cash):
        if amount:
            key = f"circle_share_out:{part.share_out_id}:{part.place}:{on}"
            await give(unit, saving, part.customer_id, amount, "shares", key)
            part.later += amount.amount
    await unit.session.flush()


async def give_social_fund_back(unit: Unit, circle_id: int, on: date) -> None:
    """Give the social fund back, equally by places, once a circle has ended for 30 days without a new cycle."""
    saving = await begun(unit, circle_id, lock=True)
    left = await ledger.balance(unit, saving.social)
    ended_at = saving.circle.ended_at
    if not left or ended_at is None or on < ended_at.astimezone(unit.zone).date() + SOCIAL_FUND_WAITS:
        return
    if await unit.session.scalar(_HAS_A_NEW_CYCLE, {"circle": circle_id}):
        return
    people = await savers(unit, circle_id)
    for person, amount in zip(people, left.split([1] * len(people)), strict=True):
        if amount:
            key = f"circle:{circle_id}:social_back:{person.place}"
            await give(unit, saving, person.customer_id, amount, "social", key)


async def _look_after(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        for circle_id in chunk.ids:
            await share_later(unit, circle_id, on)
            await give_social_fund_back(unit, circle_id, on)

    await in_chunks(units, "circles.afterwards", on, _WITH_MONEY, work, rows=CIRCLES)


AFTERWARDS: Final = Step("circles.afterwards", time(9, 0), "open", "circles", _look_after, _WITH_MONEY, rank=431)
