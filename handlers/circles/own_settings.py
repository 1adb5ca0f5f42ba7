"""What is one's own to set in a circle: debits, where a pot goes, who stands for the own places."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.models import Circle, CircleMember, Destination
from finance_core.circles.rules.settings import Security
from finance_core.journeys import circles
from finance_core.journeys.circles import Place
from finance_core.journeys.plans import queries as plans
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.loans import queries as loans
from handlers.chat.arguments import argument, count_in, whole_number
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.mine import of_member
from handlers.circles.screens import own_settings as screens
from handlers.loans.screens.borrow import product_name

router = Router(name="circle_own_settings")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("circleown"))
async def own(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what one has set for oneself, and what changes it. Raises NotFound: `circle`."""
    return await _card(talk, *await of_member(talk, argument(arguments)))


async def _card(talk: Talk, circle: Circle, member: CircleMember) -> Screen:
    goes_to = await _called(talk, Place(Destination(member.destination), member.destination_id))
    asks = circle.security == Security.GUARANTORS
    return screens.card(talk.t, circle.code, goes_to, debited=member.automatic_debit, asks_guarantors=asks)


@router.callback_query(Tap("circlegoes"))
async def where(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask where one's pot is to go: `circlegoes:<code>:<from>`."""
    circle, _ = await of_member(talk, argument(arguments))
    places = await circles.destinations_of(talk.unit, talk.customer.id)
    called = [(await _called(talk, place), place) for place in places]
    return screens.ask_where(talk.t, circle.code, called, count_in(arguments, 1))


async def _called(talk: Talk, place: Place) -> str:
    """Return what a place for a pot is called; a goal or a loan that is over, as what it was."""
    if place.kind is Destination.GOAL:
        goal = await plans.by_id(talk.unit, place.of or 0, talk.customer.id)
        return str(talk.t("my_circles.goes_goal", name=plans.name_of(goal, talk.cipher)))
    if place.kind is Destination.LOAN:
        loan = await loans.by_id(talk.unit, place.of or 0, talk.customer.id)
        return str(talk.t("my_circles.goes_loan", name=product_name(talk.t, loan.product)))
    return str(talk.t(f"my_circles.goes_{place.kind}"))


@router.callback_query(Tap("circlegoto"))
async def choose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Let one's pot go there: `circlegoto:<code>:<kind>:<id>`. Raises NotFound: `circle_destination`."""
    circle, member = await of_member(talk, argument(arguments))
    if argument(arguments, 1) not in tuple(Destination):
        raise NotFound(ErrorCode.CIRCLE_DESTINATION)
    place = Place(Destination(argument(arguments, 1)), whole_number(argument(arguments, 2), 18) or None)
    await circles.choose_destination(talk.unit, circle.token, talk.customer.id, place)
    return await _card(talk, circle, member)
