"""Votes of members and acts of two officers: what is open, the card that counts and names nobody, new ones.

What needs more than a person to be said (which place receives when, another name) is asked for in `votes_asked`.
"""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles import agenda, motions
from finance_core.circles.decision_models import MotionState
from finance_core.circles.finding import by_id, officers_of, require_running
from finance_core.circles.leaving import late_people
from finance_core.circles.models import Circle
from finance_core.circles.motions import Tally
from finance_core.circles.queries import names_of
from finance_core.circles.rules.settings import Order
from finance_core.circles.rules.voting import Needs
from finance_core.circles.takeover import Replace, price_of
from finance_core.journeys import circle_leaving
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.kernel.payloads import Payload
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_takeover import free_to_go
from handlers.circles.mine import of_member, of_officer, people_in
from handlers.circles.screens import acts_takeover as takeover_screens
from handlers.circles.screens import votes as screens
from handlers.circles.votes_asked import asked_name, offered, which_place

router = Router(name="circle_votes")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("circlevotes"))
async def votes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List what is being voted on in a circle, from the given one on, and what may be moved."""
    circle, _ = await of_member(talk, argument(arguments))
    open_ones = [await agenda.tally(talk.unit, each.token) for each in await motions.open_motions(talk.unit, circle)]
    return screens.votes(talk.t, circle.code, open_ones, count_in(arguments, 1))


@router.callback_query(Tap("circlemoves"))
async def moves(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List what may be moved: about a member, or (`circlemoves:<code>:rules`) about the circle."""
    circle, _ = await of_member(talk, argument(arguments))
    is_officer = talk.customer.id in (await officers_of(talk.unit, circle)).values()
    about = screens.RULES if argument(arguments, 1) == "rules" else screens.PEOPLE
    return screens.moves(
        talk.t, circle.code, [kind for kind in about if _may_be_moved(circle, kind, is_officer=is_officer)]
    )


def _may_be_moved(circle: Circle, kind: str, *, is_officer: bool) -> bool:
    """Say whether a kind is decided on in such a circle at all, and by who asks."""
    found = agenda.KINDS[kind]
    has_turns = circle.receiving_order in (Order.FIXED, Order.WHOLE)
    return (
        circle.kind in found.circles
        and (is_officer or found.needs is not Needs.OFFICERS or kind == "replace")
        and (has_turns or kind != "out_of_order")
    )


@router.callback_query(Tap("circlevote"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a motion: what it is about, how many yes it takes and has. Raises NotFound: `circle_motion`."""
    return await _card(talk, await agenda.tally(talk.unit, argument(arguments)))


async def _card(talk: Talk, tally: Tally) -> Screen:
    """Return the card of a motion, to who is in its circle or has to agree. Raises NotFound: `circle_motion`."""
    talk.require_joined()
    circle = await by_id(talk.unit, tally.circle_id)
    motion = await motions.find(talk.unit, tally.token)
    voters = await motions.voters_of(talk.unit, circle, tally.needs)
    musts = await agenda.KINDS[tally.kind].must_agree(talk.unit, circle, tally.subject)
    if talk.customer.id not in voters | musts | set(await people_in(talk, circle)):
        raise NotFound(ErrorCode.CIRCLE_MOTION)
    has_voted = await motions.has_voted(talk.unit, motion, talk.customer.id)
    may = talk.customer.id in voters | musts and not has_voted and tally.state is MotionState.OPEN
    until = talk.t.instant(tally.ends_at, talk.unit.zone)
    return screens.vote(talk.t, circle.code, tally, await _about(talk, circle, tally.subject), until, may=may)


async def _about(talk: Talk, circle: Circle, subject: Payload) -> str:
    """Return whom or what a motion is about, as members may read it; "" where its kind says it all."""
    match subject:
        case agenda.Remove(customer=who) | agenda.NewChair(customer=who) | agenda.Suspend(customer=who):
            return (await names_of(talk.unit, talk.cipher, circle, [who])).get(who, "")
        case Replace():
            names = await names_of(talk.unit, talk.cipher, circle, [subject.leaver, subject.newcomer])
            gone, comes = names.get(subject.leaver, ""), names.get(subject.newcomer, "")
            price = await price_of(talk.unit, circle, subject.place)
            return str(talk.t("my_circles.replaces", newcomer=comes, leaver=gone, nr=subject.place, sum=price))
        case agenda.OutOfOrder():
            said = talk.t("my_circles.receives_in", nr=subject.place, round=subject.round)
            return f"{said}; {await _who_must_agree(talk, circle, subject)}"
        case agenda.Rename():
            return agenda.title_in(talk.cipher, circle, subject)
    return ""


async def _who_must_agree(talk: Talk, circle: Circle, subject: agenda.OutOfOrder) -> str:
    """Say who is passed over: without their yes nothing passes."""
    musts = await agenda.KINDS["out_of_order"].must_agree(talk.unit, circle, subject)
    names = await names_of(talk.unit, talk.cipher, circle, sorted(musts))
    return str(talk.t("my_circles.must_agree", name=talk.t.listed(list(names.values()))))


@router.callback_query(Tap("voteyes"))
async def yes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Vote yes. Raises as `circle_leaving.cast`."""
    talk.require_joined()
    return await _card(talk, await circle_leaving.cast(talk.unit, argument(arguments), talk.customer.id, is_yes=True))


@router.callback_query(Tap("voteno"))
async def no(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Vote no. Raises as `motions.vote`."""
    talk.require_joined()
    return await _card(talk, await agenda.cast(talk.unit, argument(arguments), talk.customer.id, is_yes=False))


@router.callback_query(Tap("circlemove"))
async def about_whom(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what a motion is about: `circlemove:<code>:<kind>:<from>`; what is about nothing else is offered at once."""
    circle, kind = (await of_member(talk, argument(arguments)))[0], argument(arguments, 1)
    require_running(circle)
    if kind not in screens.PEOPLE + screens.RULES:
        raise NotFound(ErrorCode.CIRCLE_MOTION)
    if kind == "suspend":
        await of_officer(talk, circle.code)
    match kind:
        case "move_dates":
            return await offered(talk, circle, kind)
        case "rename":
            return await asked_name(talk, circle)
        case "out_of_order":
            return await which_place(talk, circle, count_in(arguments, 2))
        case "replace":
            places = await free_to_go(talk, circle)
            return takeover_screens.which_place(talk.t, circle.code, places, count_in(arguments, 2))
    return await _which_member(talk, circle, kind, count_in(arguments, 2))


async def _which_member(talk: Talk, circle: Circle, kind: str, start: int) -> Screen:
    people = await people_in(talk, circle)
    if kind == "remove":
        late = await late_people(talk.unit, circle)
        people = {person: name for person, name in people.items() if person in late}
    others = {person: name for person, name in people.items() if person != talk.customer.id or kind == "chair"}
    return screens.about_whom(talk.t, circle.code, kind, others, start)


@router.callback_query(Tap("moveabout"))
async def about(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to open a motion about somebody. Raises NotAllowed: `circle_members_only`; NotFound: `circle_motion`."""
    circle, kind = (await of_member(talk, argument(arguments)))[0], argument(arguments, 1)
    person = id_in(arguments, ErrorCode.CIRCLE, 2)
    name = (await people_in(talk, circle)).get(person)
    if name is None:
        raise NotAllowed(ErrorCode.CIRCLE_MEMBERS_ONLY)
    if kind not in screens.PEOPLE or kind == "replace":
        raise NotFound(ErrorCode.CIRCLE_MOTION)
    return await offered(talk, circle, kind, customer=person, name=name)
