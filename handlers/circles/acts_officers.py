"""What officers of a circle see and do: who is waiting and since when, who asks to join, one nudge a day, offices."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles import joining, membership, officers
from finance_core.circles.finding import member_of, officers_of
from finance_core.circles.models import Circle, Role
from finance_core.circles.officer_cards import officer_card
from finance_core.circles.rules.settings import Kind
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.mine import of_officer, people_in
from handlers.circles.screens import acts_officers as screens

router = Router(name="circle_officers")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("officers"))
async def card(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show who is waiting, who asks to join and what is voted on. Raises NotAllowed: `circle_officers_only`."""
    return await _card(talk, await of_officer(talk, argument(arguments)))


async def _card(talk: Talk, circle: Circle, note: str | None = None) -> Screen:
    seen = await officer_card(talk.unit, talk.cipher, circle, talk.customer.id)
    is_chair = (await officers_of(talk.unit, circle)).get(Role.CHAIR) == talk.customer.id
    return screens.card(talk.t, circle.code, seen, note, is_chair=is_chair)


@router.callback_query(Tap("admit"))
async def admit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say yes to who asks to join. Raises as `joining.approve`."""
    circle = await of_officer(talk, argument(arguments))
    asking = id_in(arguments, ErrorCode.CIRCLE, 1)
    await joining.approve(talk.unit, talk.cipher, circle.token, talk.customer.id, asking)
    return await _card(talk, circle, "my_circles.admitted")


@router.callback_query(Tap("admitno"))
async def refuse(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say no to who asks to join. Raises as `joining.refuse`."""
    circle = await of_officer(talk, argument(arguments))
    await joining.refuse(talk.unit, circle.token, talk.customer.id, id_in(arguments, ErrorCode.CIRCLE, 1))
    return await _card(talk, circle, "my_circles.not_admitted")


@router.callback_query(Tap("nudgecircle"))
async def nudge(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Remind who is waiting, once a day, whoever asks for it. Raises as `membership.nudge`."""
    circle = await of_officer(talk, argument(arguments))
    told = await membership.nudge(talk.unit, circle.token, talk.customer.id)
    return await _card(talk, circle, "my_circles.nudged" if told else "my_circles.nudged_already")


@router.callback_query(Tap("circleroles"))
async def offices(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the offices, and to the chair who may be given a free one."""
    circle = await of_officer(talk, argument(arguments))
    return await _offices(talk, circle, count_in(arguments, 1))


async def _offices(talk: Talk, circle: Circle, start: int) -> Screen:
    held = await officers_of(talk.unit, circle)
    people = await people_in(talk, circle)
    free = next((role for role in (Role.TREASURER, Role.SECRETARY) if role not in held), None)
    is_chair = held.get(Role.CHAIR) == talk.customer.id
    others = {person: name for person, name in people.items() if person not in held.values()}
    called = {role: people.get(person, "") for role, person in held.items()}
    return screens.offices(
        talk.t,
        circle.code,
        called,
        free if is_chair else None,
        others,
        start,
        is_chair=is_chair,
        has_desk=circle.kind == Kind.ROTATING,
    )


@router.callback_query(Tap("appoint"))
async def appoint(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give the next free office to a member. Raises as `officers.appoint`."""
    circle = await of_officer(talk, argument(arguments))
    held = await officers_of(talk.unit, circle)
    free = next((role for role in (Role.TREASURER, Role.SECRETARY) if role not in held), Role.SECRETARY)
    person = id_in(arguments, ErrorCode.CIRCLE, 1)
    if await member_of(talk.unit, circle, person) is None:
        raise NotFound(ErrorCode.CIRCLE)
    await officers.appoint(talk.unit, circle.token, talk.customer.id, person, free)
    return await _offices(talk, circle, 0)


@router.callback_query(Tap("stepdown"))
async def step_down(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give up one's office. Raises as `officers.step_down`."""
    circle = await of_officer(talk, argument(arguments))
    await officers.step_down(talk.unit, circle.token, talk.customer.id)
    return screens.stepped_down(talk.t, circle.code)
