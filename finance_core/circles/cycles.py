"""The next cycle of a circle that has ended, and a paper circle that is brought in while it runs (CIRCLES §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from finance_core.circles.book.models import CircleRound, RoundState
from finance_core.circles.drafts import draft, settings_of
from finance_core.circles.finding import find, officers_of, places_of
from finance_core.circles.models import Circle, CirclePlace, CircleState, PlaceState, Role
from finance_core.circles.product import circles_on_sale
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.settings import Order, Settings, checked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def again(unit: Unit, cipher: Cipher, token: str, chair_id: int, first_due_on: date, new_token: str) -> Circle:
    """Draft the next cycle of a circle that has ended, set alike; each joins anew. The same new token: the same draft.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_ended`.
        InvalidInput: as `rules.settings.checked`.
    """
    before = await find(unit, token)
    if before.state != CircleState.ENDED:
        raise Conflict(ErrorCode.CIRCLE_NOT_ENDED)
    if (await officers_of(unit, before)).get(Role.CHAIR) != chair_id:
        raise NotAllowed(ErrorCode.CIRCLE_CHAIR_ONLY)
    settings = replace(settings_of(before, cipher), first_due_on=first_due_on)
    if before.rounds is not None:
        settings = replace(settings, places=before.rounds)
    drafted = await draft(unit, cipher, chair_id, settings, new_token)
    drafted.previous_id = before.id
    await unit.session.flush()
    return drafted


async def draft_paper(unit: Unit, cipher: Cipher, organiser_id: int, settings: Settings, token: str) -> Circle:
    """Write a paper circle down that runs already: its rounds until it is opened are history, without entries.

    Members pick the turns that they have on paper; by joining each confirms what was paid before. It starts when all
    its places are taken.

    Args:
        settings: of a fixed order; `first_due_on` is the day of its first round on paper, in the past.

    Raises InvalidInput: `circle_order` (none that is fixed), `circle_start` (it has not begun, or no two rounds are to
        come), and as `rules.settings.checked`. As `drafts.draft`.
    """
    today = unit.local_now().date()
    if settings.order is not Order.FIXED:
        raise InvalidInput(ErrorCode.CIRCLE_ORDER)
    days = round_days(settings.first_due_on, settings.places, settings.period)
    coming = [day for day in days if day > today]
    if len(coming) == len(days) or len(coming) <= 1:
        raise InvalidInput(ErrorCode.CIRCLE_START, from_on=today, until_on=today)
    bounds = (await circles_on_sale(unit)).bounds
    checked(replace(settings, members_pick=True, first_due_on=coming[0]), bounds, today)
    drafted = await draft(
        unit, cipher, organiser_id, replace(settings, members_pick=True, first_due_on=coming[0]), token
    )
    drafted.first_due_on, drafted.is_paper = settings.first_due_on, True
    await unit.session.flush()
    return drafted


def history_of(circle: Circle, opened_on: date) -> Sequence[date]:
    """Return the due days of a paper circle that lie before it was opened; none of another circle."""
    if not circle.is_paper:
        return ()
    days = round_days(circle.first_due_on, circle.places, Period(circle.period))
    return [day for day in days if day <= opened_on]


async def write_history(unit: Unit, circle: Circle) -> None:
    """Write the rounds of a paper circle from before it was brought in: who had those turns has received."""
    assert circle.opened_at is not None, "it was opened"
    days = history_of(circle, circle.opened_at.astimezone(unit.zone).date())
    by_turn = {place.turn: place for place in await places_of(unit, circle, PlaceState.HELD)}
    for nr, day in enumerate(days, 1):
        _received(unit, by_turn[nr], nr)
        unit.session.add(
            CircleRound(
                circle_id=circle.id,
                nr=nr,
                due_on=day,
                first_due_on=day,
                state=RoundState.PAID,
                receiver_place=by_turn[nr].nr,
                is_history=True,
            )
        )
    await unit.session.flush()


def _received(unit: Unit, place: CirclePlace, nr: int) -> None:
    place.received_round, place.received_at = nr, unit.now
