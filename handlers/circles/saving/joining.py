"""Joining a savings circle in private, and what is done before its cycle begins: shares to be debited, beginning it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.circles.finding import by_code, find, members_of, officers_of, require_member
from finance_core.circles.models import Circle, CircleState, MemberState, Role
from finance_core.circles.queries import names_of
from finance_core.circles.rules.settings import Kind
from finance_core.circles.saving import beginning, forming, going
from finance_core.circles.saving.finding import meetings
from finance_core.circles.sealing import NICKNAME_CHARACTERS
from finance_core.customers.consents import Wording
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, NotFound
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, whole_number
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.links import invitation
from handlers.circles.saving.joining_intents import (
    BeginCycle,
    CycleHasBegun,
    GoFromSaving,
    JoinSaving,
    SavingIsJoined,
    SavingIsLeft,
)
from handlers.circles.saving.opening import terms_of
from handlers.circles.screens import saving_joining as screens
from handlers.circles.screens.joining import ADULT, CIRCLE, ask_adult
from handlers.circles.screens.saving_joining import Forming
from handlers.circles.screens.saving_opening import ALL

router = Router(name="saving_circles_joining")
router.callback_query.middleware(CountsMisses())

WORDING_VERSION: Final = "2026-12-01.1"
"""Of the text `saving_joining.debits`: a new one whenever what it says changes."""
NICKNAME: Final = "saving_nickname"
CARD, VERSION = "card", "version"


async def opened_circle(talk: Talk, circle: Circle) -> Screen:
    """Return a savings circle as who has its link sees it: the way in, or how they stand before it begins."""
    people = await members_of(talk.unit, circle)
    if circle.state == CircleState.OPEN and talk.customer.id in [member.customer_id for member in people]:
        return await standing(talk, circle)
    return await _shown(talk, circle, await _params(talk, circle, 0, ""), None)


async def forming_of(talk: Talk, circle: Circle) -> Forming:
    """Return a savings circle with who is in it, by their names, and who holds which office."""
    people = [member.customer_id for member in await members_of(talk.unit, circle)]
    held = await officers_of(talk.unit, circle)
    names = await names_of(talk.unit, talk.cipher, circle, [*people, *held.values()])
    return Forming(
        token=circle.token,
        code=circle.code,
        terms=await terms_of(talk, circle),
        chair=names.get(held.get(Role.CHAIR, 0), ""),
        people=tuple(names.get(person, "") for person in people),
        officers={role: names.get(held[role], "") for role in Role if role in held},
    )


async def standing(talk: Talk, circle: Circle) -> Screen:
    """Return how a member stands in a circle that has not begun, and the ways on."""
    seen = await forming_of(talk, circle)
    place = await forming.held_place(talk.unit, circle.id, talk.customer.id)
    number = place.standing if place is not None else 0
    is_chair = (await officers_of(talk.unit, circle)).get(Role.CHAIR) == talk.customer.id
    debited = screens.debits(talk.t, number, seen.terms)
    return screens.standing(talk.t, seen, debited, invitation(talk.bot_username, circle.token), is_chair=is_chair)


async def _params(talk: Talk, circle: Circle, number: int, nickname: str) -> JoinSaving:
    terms = await terms_of(talk, circle)
    return JoinSaving(
        token=circle.token,
        standing=number,
        sum=terms.debited(number),
        nickname=nickname,
        first_on=circle.first_due_on,
    )


async def _shown(talk: Talk, circle: Circle, params: JoinSaving, intent: Intent | None) -> Screen:
    """Offer to join; what stands in the way is told with what would change it, or asked for."""
    seen = await forming_of(talk, circle)
    try:
        async with talk.unit.session.begin_nested():
            await forming.require_may_join(talk.unit, circle, talk.customer.id)
    except FinanceError as refused:
        if refused.code == ErrorCode.ADULT_UNCONFIRMED:
            await ask(talk.state, "circle_join", ADULT, {CIRCLE: circle.token})
            return ask_adult(talk.t)
        return screens.refused(talk.t, refusal(talk.t, refused), seen)
    if intent is None:
        intent = await propose(talk, JOIN, params)
    else:
        await intents.replace(talk.unit, talk.cipher, intent, params)
    return screens.card(talk.t, seen, params, (intent.token, intent.version))


@router.callback_query(Tap("joinstand"))
async def choose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how many shares are debited or what the board calls one; or take the number that was chosen."""
    intent, params = await offered(talk, arguments, JOIN)
    what = argument(arguments, 2)
    circle = await find(talk.unit, params.token)
    if what == screens.NICKNAME:
        await ask(talk.state, "join_saving", NICKNAME, {CARD: intent.token, VERSION: str(intent.version)})
        return screens.ask_nickname(talk.t)
    terms, number = await terms_of(talk, circle), whole_number(what)
    if number is None or number > terms.settings.rules.most_shares:
        leads = f"joinstand:{intent.token}:{intent.version}"
        return screens.choose_standing(talk.t, leads, terms.settings.rules.most_shares, terms.price)
    return await _shown(talk, circle, await _params(talk, circle, number, params.nickname), intent)


@router.message(Means("join_saving"))
async def called(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Take a nickname for the board."""
    intent, params = await offered(talk, [slots.get(CARD, ""), slots.get(VERSION, "")], JOIN)
    nickname = " ".join(slots.get(NICKNAME, "").split())[:NICKNAME_CHARACTERS]
    return await _shown(talk, await find(talk.unit, params.token), replace(params, nickname=nickname), intent)


@router.callback_query(Tap("savestand"))
async def change_standing(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how many shares are debited at each meeting, or take the number: choosing it is agreeing to that.

    Raises NotFound: `circle`; as `beginning.stand_for`.
    """
    circle = await _own(talk, argument(arguments))
    terms, number = await terms_of(talk, circle), whole_number(argument(arguments, 1))
    if number is None:
        leads = f"savestand:{circle.code}"
        return screens.choose_standing(talk.t, leads, terms.settings.rules.most_shares, terms.price)
    said = screens.debits(talk.t, number, terms)
    await beginning.stand_for(talk.unit, circle.id, talk.customer.id, number, _wording(talk, said))
    return screens.standing_set(talk.t, circle.code, said, has_begun=circle.started_at is not None)


async def _own(talk: Talk, code: str) -> Circle:
    """Return a savings circle that one is in, by its code.

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`.
    """
    talk.require_joined()
    circle = await by_code(talk.unit, code)
    if circle.kind != Kind.ACCUMULATING:
        raise NotFound(ErrorCode.CIRCLE)
    member = await require_member(talk.unit, circle, talk.customer.id)
    assert member.state == MemberState.JOINED, "who is in it has joined"
    return circle


def _wording(talk: Talk, said: str) -> Wording:
    return Wording(str(said), WORDING_VERSION, talk.t.language, "circle")


@router.callback_query(Tap("savebegin"))
async def offer_to_begin(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the chair to begin with those who are in it; what stands in the way is told with the ways to change it."""
    circle = await _own(talk, argument(arguments))
    seen = await forming_of(talk, circle)
    try:
        async with talk.unit.session.begin_nested():
            await beginning.require_may_begin(talk.unit, circle, talk.customer.id)
    except FinanceError as refused:
        if refused.code not in _CHANGEABLE:
            raise
        link = invitation(talk.bot_username, circle.token)
        return screens.cannot_begin(talk.t, refusal(talk.t, refused), seen, link)
    params = BeginCycle(token=circle.token, members=len(seen.people))
    return await offer(talk, BEGIN, params, screens.begin_card(talk.t, seen))


_CHANGEABLE: Final = (ErrorCode.CIRCLE_MEMBERS, ErrorCode.CIRCLE_OFFICERS_MISSING, ErrorCode.CIRCLE_START_PASSED)


@router.callback_query(Tap("savego"))
async def offer_to_go(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to take one's joining back, free; or to call one's own circle off. Raises NotFound: `circle`."""
    circle = await find(talk.unit, argument(arguments))
    seen, calls_off = await forming_of(talk, circle), argument(arguments, 1) == ALL
    params = GoFromSaving(token=circle.token, calls_off=calls_off)
    return await offer(talk, GO, params, screens.go_card(talk.t, seen, calls_off=calls_off))


async def _moved(talk: Talk, params: JoinSaving, intent: Intent) -> Screen | None:
    """Return the card anew where the chair has moved the first meeting meanwhile."""
    circle = await find(talk.unit, params.token)
    if circle.first_due_on == params.first_on or circle.state != CircleState.OPEN:
        return None
    return await _shown(talk, circle, replace(params, first_on=circle.first_due_on), None)


async def _join(talk: Talk, params: JoinSaving, key: str) -> SavingIsJoined:
    circle = await find(talk.unit, params.token)
    wording = _wording(talk, screens.debits(talk.t, params.standing, await terms_of(talk, circle)))
    await forming.join(
        talk.unit,
        talk.cipher,
        circle.id,
        talk.customer.id,
        nickname=params.nickname,
        standing=params.standing,
        wording=wording,
    )
    return SavingIsJoined(
        title=(await forming.settings_of(talk.unit, circle, talk.cipher)).title,
        code=circle.code,
        link=invitation(talk.bot_username, circle.token),
        members=len(await members_of(talk.unit, circle)),
        is_chair=(await officers_of(talk.unit, circle)).get(Role.CHAIR) == talk.customer.id,
    )


async def _begin(talk: Talk, params: BeginCycle, key: str) -> CycleHasBegun:
    circle = await find(talk.unit, params.token)
    made = await beginning.begin(talk.unit, circle.id, talk.customer.id)
    title = (await forming.settings_of(talk.unit, circle, talk.cipher)).title
    return CycleHasBegun(title=title, code=circle.code, first_on=made[0].held_on)


async def _changed(talk: Talk, params: BeginCycle, intent: Intent) -> Screen | None:
    """Return the card anew where others have joined or gone meanwhile."""
    circle = await find(talk.unit, params.token)
    seen = await forming_of(talk, circle)
    if len(seen.people) == params.members or await meetings(talk.unit, circle.id):
        return None
    now = BeginCycle(token=circle.token, members=len(seen.people))
    return await offer(talk, BEGIN, now, screens.begin_card(talk.t, seen))


async def _go(talk: Talk, params: GoFromSaving, key: str) -> SavingIsLeft:
    circle = await find(talk.unit, params.token)
    if params.calls_off:
        await going.call_off(talk.unit, circle.id, talk.customer.id)
    else:
        await going.go(talk.unit, circle.id, talk.customer.id)
    return SavingIsLeft(title=(await forming.settings_of(talk.unit, circle, talk.cipher)).title)


JOIN: Final = Action(
    "circles.join_saving",
    JoinSaving,
    SavingIsJoined,
    needs_pin=True,
    run=_join,
    done=shows(screens.joined),
    before=_moved,
)
BEGIN: Final = Action(
    "circles.begin_cycle",
    BeginCycle,
    CycleHasBegun,
    needs_pin=True,
    run=_begin,
    done=shows(screens.begun),
    before=_changed,
)
GO: Final = Action(
    "circles.leave_forming", GoFromSaving, SavingIsLeft, needs_pin=False, run=_go, done=shows(screens.gone)
)
ACTIONS: Final = (JOIN, BEGIN, GO)
