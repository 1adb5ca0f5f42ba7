"""Fines of a meeting: one of the officers fines a member for a reason of the rules, or takes it back.

Who is fined pays with the next shares, or without any (`shares`).
"""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.finding import by_code, money_of
from finance_core.circles.models import Circle
from finance_core.circles.saving import voting
from finance_core.circles.saving.finding import savers
from finance_core.circles.saving.models import CircleFine, FineWhy
from finance_core.journeys.saving_circles import views
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.saving.meeting import called, officers_circle, seen_of
from handlers.circles.saving.meeting_intents import FineMember
from handlers.circles.screens import saving_fines as screens

router = Router(name="saving_fines")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("finewhom"))
async def whom(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask which member is fined. Raises NotAllowed: `circle_officers_only`."""
    circle = await officers_circle(talk, argument(arguments))
    return screens.whom(talk.t, circle.code, await _people(talk, circle), count_in(arguments, 1))


async def _people(talk: Talk, circle: Circle) -> dict[int, str]:
    """Return what the members of a cycle are called, by place."""
    people = [each.customer_id for each in await savers(talk.unit, circle.id)]
    names = await called(talk, circle, people)
    return {each: names.get(each, "") for each in people}


@router.callback_query(Tap("finewhy"))
async def why(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what for: the reasons of the rules."""
    circle = await officers_circle(talk, argument(arguments))
    person, name = await _member(talk, circle, arguments)
    return screens.why(talk.t, circle.code, person, name)


async def _member(talk: Talk, circle: Circle, arguments: list[str]) -> tuple[int, str]:
    """Return who is named second. Raises NotFound: `not_in_circle`."""
    person = id_in(arguments, ErrorCode.NOT_IN_CIRCLE, 1)
    name = (await _people(talk, circle)).get(person)
    if name is None:
        raise NotFound(ErrorCode.NOT_IN_CIRCLE)
    return person, name


@router.callback_query(Tap("fineit"))
async def offer_fine(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to fine a member: `fineit:<code>:<member>:<why>`. Raises Conflict: `circle_meeting_closed`."""
    circle = await officers_circle(talk, argument(arguments))
    person, name = await _member(talk, circle, arguments)
    if argument(arguments, 2) not in tuple(FineWhy):
        raise NotFound(ErrorCode.CIRCLE_NO_FINE)
    seen = await seen_of(talk, circle)
    if seen.now is None:
        raise Conflict(ErrorCode.CIRCLE_MEETING_CLOSED)
    if not seen.fund.saving.rules.fine_amount:
        raise InvalidInput(ErrorCode.CIRCLE_NO_FINES)
    amount = money_of(circle, seen.fund.saving.rules.fine_amount)
    params = FineMember(code=circle.code, customer=person, name=name, why=argument(arguments, 2), sum=amount)
    return await offer(talk, FINE, params, screens.fine_card(talk.t, params))


async def _fine(talk: Talk, params: FineMember, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    await voting.fine(talk.unit, circle.id, talk.customer.id, params.customer, FineWhy(params.why))
    return Nothing()


@router.callback_query(Tap("finelist"))
async def to_pay(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List the fines that are not paid: a button takes each back."""
    return await _listed(talk, await officers_circle(talk, argument(arguments)), count_in(arguments, 1))


async def _listed(talk: Talk, circle: Circle, start: int, note: str | None = None) -> Screen:
    found = await views.fines_to_pay(talk.unit, circle.id)
    names = await called(talk, circle, [each.customer_id for each in found])
    rows = [(each, names.get(each.customer_id, ""), money_of(circle, each.amount)) for each in found]
    return screens.to_pay(talk.t, circle.code, rows, start, note)


@router.callback_query(Tap("fineback"))
async def take_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take a fine back that is not paid. Raises as `voting.take_fine_back`; NotFound: another circle's."""
    circle = await officers_circle(talk, argument(arguments))
    fine_id = id_in(arguments, ErrorCode.CIRCLE_NO_FINE, 1)
    found = await talk.unit.session.get(CircleFine, fine_id)
    if found is None or found.circle_id != circle.id:
        raise NotFound(ErrorCode.CIRCLE_NO_FINE)
    await voting.take_fine_back(talk.unit, fine_id, talk.customer.id)
    return await _listed(talk, circle, 0, "saving_meetings.fine_is_back")


FINE: Final = Action("saving.fine", FineMember, Nothing, needs_pin=False, run=_fine, done=shows(screens.fined))
ACTIONS: Final = (FINE,)
