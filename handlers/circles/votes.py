"""Votes of members and acts of two officers: what is open, the card that counts and names nobody, new ones."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles import agenda, motions
from finance_core.circles.decision_models import MotionState
from finance_core.circles.finding import by_code, by_id, officers_of, require_running
from finance_core.circles.leaving import late_people
from finance_core.circles.models import Circle
from finance_core.circles.motions import Tally
from finance_core.circles.queries import names_of
from finance_core.circles.takeover import Replace
from finance_core.friends.packets import new_token
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.kernel.payloads import Nothing, Payload
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import MoveInCircle
from handlers.circles.mine import of_member, of_officer, people_in
from handlers.circles.screens import votes as screens

router = Router(name="circle_votes")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("circlevotes"))
async def votes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List what is being voted on in a circle, and what may be moved."""
    circle, _ = await of_member(talk, argument(arguments))
    open_ones = [await agenda.tally(talk.unit, each.token) for each in await motions.open_motions(talk.unit, circle)]
    is_officer = talk.customer.id in (await officers_of(talk.unit, circle)).values()
    may_move = [kind for kind in screens.MOVED if circle.kind in agenda.KINDS[kind].circles]
    return screens.votes(talk.t, circle.code, open_ones, may_move, is_officer=is_officer)


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
            return str(talk.t("my_circles.replaces", newcomer=comes, leaver=gone, nr=subject.place))
        case agenda.OutOfOrder():
            return str(talk.t("my_circles.receives_in", nr=subject.place, round=subject.round))
    return ""


@router.callback_query(Tap("voteyes"))
async def yes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Vote yes. Raises as `motions.vote`."""
    talk.require_joined()
    return await _card(talk, await agenda.cast(talk.unit, argument(arguments), talk.customer.id, is_yes=True))


@router.callback_query(Tap("voteno"))
async def no(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Vote no. Raises as `motions.vote`."""
    talk.require_joined()
    return await _card(talk, await agenda.cast(talk.unit, argument(arguments), talk.customer.id, is_yes=False))


@router.callback_query(Tap("circlemove"))
async def about_whom(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask whom a motion is about: `circlemove:<code>:<kind>`; what is about nobody is offered at once."""
    circle, kind = (await of_member(talk, argument(arguments)))[0], argument(arguments, 1)
    require_running(circle)
    if kind == "move_dates":
        return await _offered(talk, circle, kind, 0, "")
    if kind == "suspend":
        await of_officer(talk, circle.code)
    people = await people_in(talk, circle)
    if kind == "remove":
        late = await late_people(talk.unit, circle)
        people = {person: name for person, name in people.items() if person in late}
    others = {person: name for person, name in people.items() if person != talk.customer.id or kind == "chair"}
    return screens.about_whom(talk.t, circle.code, kind, others, count_in(arguments, 2))


@router.callback_query(Tap("moveabout"))
async def about(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to open a motion about somebody. Raises NotAllowed: `circle_members_only`."""
    circle, kind = (await of_member(talk, argument(arguments)))[0], argument(arguments, 1)
    person = id_in(arguments, ErrorCode.CIRCLE, 2)
    name = (await people_in(talk, circle)).get(person)
    if name is None:
        raise NotAllowed(ErrorCode.CIRCLE_MEMBERS_ONLY)
    return await _offered(talk, circle, kind, person, name)


async def _offered(talk: Talk, circle: Circle, kind: str, person: int, name: str) -> Screen:
    if kind not in _SUBJECTS:
        raise NotFound(ErrorCode.CIRCLE_MOTION)
    params = MoveInCircle(code=circle.code, kind=kind, customer=person, place=0, round=0, name=name, token=new_token())
    voters = len(await people_in(talk, circle))
    return await offer(talk, MOVE, params, screens.move_card(talk.t, params, voters))


def _subject(params: MoveInCircle) -> Payload:
    if params.kind == "move_dates":
        return agenda.MoveDates()
    return {"remove": agenda.Remove, "chair": agenda.NewChair, "suspend": agenda.Suspend}[params.kind](params.customer)


_SUBJECTS: Final = ("remove", "chair", "suspend", "move_dates")


async def _move(talk: Talk, params: MoveInCircle, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    await agenda.open_motion(talk.unit, circle.token, talk.customer.id, _subject(params), params.token)
    return Nothing()


MOVE: Final = Action("circles.move", MoveInCircle, Nothing, needs_pin=False, run=_move, done=shows(screens.moved))
ACTIONS: Final = (MOVE,)
