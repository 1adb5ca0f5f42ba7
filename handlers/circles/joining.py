"""Joining a circle in private: what it comes to, its rules, the PIN; waiting, asking, going again before the start."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.circles import going, queries, starting
from finance_core.circles import joining as core
from finance_core.circles.cards import StrangerCard
from finance_core.circles.chains import DRAWN
from finance_core.circles.finding import by_code, find, held_by, member_of, members_of, money_of, officers_of, places_of
from finance_core.circles.models import Circle, CircleMember, CircleState, MemberState, PlaceState, Role
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.draws import normal_pick
from finance_core.circles.rules.limits import most_places_each
from finance_core.circles.rules.settings import Kind, Order
from finance_core.customers.consents import Wording
from finance_core.intents import Intent
from finance_core.journeys import circle_limits
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, InvalidInput, NotFound
from finance_core.kernel.money import Money
from handlers.chat.actions import Action, shows
from handlers.chat.age import take_age
from handlers.chat.arguments import argument, minor_units, whole_number
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.circles.forming_intents import (
    CircleIsJoined,
    CircleStands,
    ConfirmCircle,
    GoFromCircle,
    JoinCircle,
    StartCircle,
)
from handlers.circles.links import invitation
from handlers.circles.saving import joining as saving
from handlers.circles.screens import joining as screens
from handlers.circles.screens.joining import ADULT, CIRCLE
from handlers.groups.screens.privately import waits_for_joining

router = Router(name="circles_joining")
router.callback_query.middleware(CountsMisses())

WORDING_VERSION: Final = "2026-12-01.1"
"""Of the text `circle_joining.debits`: a new one whenever what it says changes."""
ANSWER, WANTS, CARD, VERSION = "circle_answer", "wants", "card", "version"
CODE_CHARACTERS: Final = 9
INCOME: Final = "circle_income"


async def opened_circle(talk: Talk, token: str) -> Screen:
    """Return a circle as who has its link sees it: the way in, or how they stand. Raises NotFound: `circle`."""
    circle = await find(talk.unit, token)
    if circle.state == CircleState.DRAFT:
        raise NotFound(ErrorCode.CIRCLE)
    if not talk.customer.has_joined:
        return waits_for_joining(talk.t)
    if circle.kind == Kind.ACCUMULATING:
        return await saving.opened_circle(talk, circle)
    member = await member_of(talk.unit, circle, talk.customer.id)
    if member is not None and member.state in (MemberState.JOINED, *core.ON_THE_WAY):
        return await standing(talk, circle, member)
    return await _offer_to_join(talk, circle, 1, None)


async def standing(talk: Talk, circle: Circle, member: CircleMember) -> Screen:
    """Return how somebody stands in a circle that has not started: what waits for them, and the way out."""
    if circle.state not in (CircleState.OPEN, CircleState.CONFIRMING):
        return screens.runs(talk.t, await _card(talk, circle))
    if member.state == MemberState.APPROVED:
        return await _offer_to_join(talk, circle, member.places, None)
    seen = await queries.member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    chair = (await officers_of(talk.unit, circle)).get(Role.CHAIR) == talk.customer.id
    link = invitation(talk.bot_username, circle.token)
    picks = _picks(circle) and member.state == MemberState.JOINED
    return screens.standing(talk.t, seen, link, is_chair=chair, picks=picks)


@router.callback_query(Tap("joincircle"))
async def look(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a circle and the way in; a number of places may be named. Raises NotFound: `circle`."""
    count = whole_number(argument(arguments, 1)) or 0
    circle = await find(talk.unit, argument(arguments))
    if not count or circle.kind == Kind.ACCUMULATING:
        return await opened_circle(talk, circle.token)
    retention = minor_units(argument(arguments, 2))
    kept = money_of(circle, retention) if retention else None
    return await _offer_to_join(talk, circle, count, kept)


async def _offer_to_join(talk: Talk, circle: Circle, count: int, retention: Money | None) -> Screen:
    """Offer to join; what stands in the way is told with what would change it, or asked for."""
    params = JoinCircle(
        token=circle.token,
        sum=money_of(circle, 0),
        places=count,
        turns=(),
        picks=(),
        nickname="",
        nominee="",
        automatic_debit=True,
        retention=retention,
    )
    return await _shown(talk, circle, params, None)


async def _shown(talk: Talk, circle: Circle, params: JoinCircle, intent: Intent | None) -> Screen:
    request = _request(params)
    try:
        async with talk.unit.session.begin_nested():
            await circle_limits.check(talk.unit, circle.token, talk.customer.id, request)
    except FinanceError as refused:
        return await _instead(talk, circle, params, refused)
    promised = await core.promised(talk.unit, circle, request)
    params = replace(params, sum=money_of(circle, promised.paid_in))
    seen = await _card(talk, circle)
    if intent is None:
        intent = await propose(talk, JOIN, params)
    else:
        await intents.replace(talk.unit, talk.cipher, intent, params)
    position = len(await _waiting(talk, circle)) + 1 if seen.free < params.places else None
    said = screens.Asked(
        promised,
        position,
        seen.free_turns if circle.members_pick else (),
        _picks(circle),
        most_places_each(circle.places),
    )
    return screens.card(talk.t, seen, params, said, (intent.token, intent.version))


async def _instead(talk: Talk, circle: Circle, params: JoinCircle, refused: FinanceError) -> Screen:
    """Return what is shown in place of the card: what stands in the way, and what would change it."""
    if refused.code == ErrorCode.CIRCLE_INCOME_UNSAID:
        await ask(talk.state, "circle_join", INCOME, {CIRCLE: circle.token})
        return screens.ask_income(talk.t)
    if refused.code == ErrorCode.ADULT_UNCONFIRMED:
        await ask(talk.state, "circle_join", ADULT, {CIRCLE: circle.token})
        return screens.ask_adult(talk.t)
    later = await _later_turns(talk, circle, params, refused)
    if later:
        return await _shown(talk, circle, replace(params, turns=later), None)
    told = refusal(talk.t, refused)
    more = refused.details.get("retention")
    if isinstance(more, Money):
        return screens.would_keep(talk.t, told, circle.token, params.places, more)
    if params.places > 1:
        return screens.with_fewer(talk.t, told, circle.token)
    return screens.refused(talk.t, told, await _card(talk, circle))


async def _later_turns(talk: Talk, circle: Circle, params: JoinCircle, refused: FinanceError) -> tuple[int, ...]:
    """Return the first turns that the chair of a first circle may have, where turns are picked; none: no such thing."""
    first = refused.details.get("turn")
    if refused.code != ErrorCode.CIRCLE_CHAIR_EARLY or circle.receiving_order != Order.FIXED or params.turns:
        return ()
    free = await places_of(talk.unit, circle, PlaceState.FREE)
    turns = sorted(place.turn for place in free if place.turn is not None and place.turn >= (first or 1))
    return tuple(turns[: params.places]) if len(turns) >= params.places else ()


@router.message(Means("circle_join"))
@router.callback_query(Means("circle_join"))
async def answered(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take what was asked on the way in: income, age, a word for the draw, a turn, a nickname, a nominee.

    Without any, tell where the way in is: on a circle's board, or by its invitation.
    """
    if INCOME in slots:
        amount = money_slot(slots, INCOME)
        talk.customer.monthly_income = amount.amount if amount is not None else None
        await talk.unit.session.flush()
        return await opened_circle(talk, slots[CIRCLE])
    if ADULT in slots:
        if await take_age(talk, slots[ADULT]) is None:
            await ask(talk.state, "circle_join", ADULT, {CIRCLE: slots[CIRCLE]})
            return screens.ask_adult(talk.t)
        return await opened_circle(talk, slots[CIRCLE])
    if ANSWER not in slots:
        return screens.where_to_join(talk.t)
    return await _with_answer(talk, slots)


async def _with_answer(talk: Talk, slots: Slots) -> Screen:
    intent, params = await offered(talk, [slots[CARD], slots[VERSION]], JOIN)
    circle = await find(talk.unit, params.token)
    try:
        anew = _answered(params, slots[WANTS], slots[ANSWER].strip())
        if slots[WANTS] == screens.TURN:
            async with talk.unit.session.begin_nested():
                await circle_limits.check(talk.unit, circle.token, talk.customer.id, _request(anew))
    except FinanceError as refused:
        return await _asks(talk, slots[WANTS], intent, refusal(talk.t, refused).text)
    return await _shown(talk, circle, anew, intent)


def _answered(params: JoinCircle, wanted: str, said: str) -> JoinCircle:
    """Return what is offered with an answer in it. Raises InvalidInput: `circle_pick`, `circle_turn`."""
    if wanted == screens.PICK:
        return replace(params, picks=words_in(said)[: params.places])
    if wanted == screens.TURN:
        turns = [whole_number(each) for each in said.replace(",", " ").replace("，", " ").split()]
        if len(turns) != params.places or None in turns:
            raise InvalidInput(ErrorCode.CIRCLE_TURN)
        return replace(params, turns=tuple(turn for turn in turns if turn is not None))
    if wanted == screens.NICKNAME:
        return replace(params, nickname=" ".join(said.split())[:32])
    return replace(params, nominee=" ".join(said.split())[:200])


def words_in(said: str) -> tuple[str, ...]:
    """Return the words for the draws that somebody wrote, one a line. Raises InvalidInput: `circle_pick`."""
    words = tuple(each.strip() for each in said.split("\n") if each.strip())
    if not words or any(normal_pick(each) is None for each in words):
        raise InvalidInput(ErrorCode.CIRCLE_PICK)
    return words


@router.callback_query(Tap("joinask"))
async def ask_more(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for a word for the draw, a turn, a nickname or a nominee."""
    intent, _ = await offered(talk, arguments, JOIN)
    wanted = argument(arguments, 2)
    return await _asks(talk, wanted if wanted in screens.ASKED else screens.NICKNAME, intent)


async def _asks(talk: Talk, wanted: str, intent: Intent, refused: str | None = None) -> Screen:
    known = {WANTS: wanted, CARD: intent.token, VERSION: str(intent.version)}
    await ask(talk.state, "circle_join", ANSWER, known)
    return screens.asks(talk.t, wanted, refused)


@router.callback_query(Tap("joinset"))
async def turn(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Change how many places are taken, or whether contributions are debited; or show what else can be said."""
    intent, params = await offered(talk, arguments, JOIN)
    what = argument(arguments, 2)
    if what == screens.MORE:
        return screens.more(talk.t, params, (intent.token, intent.version))
    if what == screens.DEBITS:
        params = replace(params, automatic_debit=not params.automatic_debit)
    count = whole_number(what)
    if count:
        params = replace(params, places=count, turns=(), picks=params.picks[:count])
    return await _shown(talk, await find(talk.unit, params.token), params, intent)


@router.callback_query(Tap("startcircle"))
async def offer_to_start(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the chair to start with those who are in: what each then pays in all, and when. Raises as `start`."""
    circle = await starting.check(talk.unit, argument(arguments), talk.customer.id)
    held = len(await places_of(talk.unit, circle, PlaceState.HELD))
    params = StartCircle(token=circle.token, places=held, sum=money_of(circle, circle.contribution * held))
    card = screens.start_card(talk.t, await _card(talk, circle), params, _days(circle, held))
    return await offer(talk, START, params, card)


@router.callback_query(Tap("confirmcircle"))
async def offer_to_confirm(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to confirm the new total of a circle that starts with fewer. Raises NotFound: `circle`."""
    said = argument(arguments)
    circle = await (by_code(talk.unit, said) if _is_code(said) else find(talk.unit, said))
    held = len(await places_of(talk.unit, circle, PlaceState.HELD))
    mine = len(await held_by(talk.unit, circle, talk.customer.id))
    params = ConfirmCircle(token=circle.token, places=held, sum=money_of(circle, circle.contribution * held * mine))
    days = _days(circle, held)
    return await offer(talk, CONFIRM, params, screens.confirm_card(talk.t, await _card(talk, circle), params, days))


@router.callback_query(Tap("gocircle"))
async def offer_to_go(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to take one's joining back, free; or to call one's own circle off. Raises NotFound: `circle`."""
    circle = await find(talk.unit, argument(arguments))
    calls_off = argument(arguments, 1) == screens.ALL
    params = GoFromCircle(token=circle.token, calls_off=calls_off)
    return await offer(talk, GO, params, screens.go_card(talk.t, await _card(talk, circle), calls_off=calls_off))


def _is_code(said: str) -> bool:
    return len(said) == CODE_CHARACTERS and said[4:5] == "-"


async def _card(talk: Talk, circle: Circle) -> StrangerCard:
    return await queries.stranger_card(talk.unit, talk.cipher, circle)


async def _waiting(talk: Talk, circle: Circle) -> list[CircleMember]:
    return await members_of(talk.unit, circle, MemberState.WAITING)


def _days(circle: Circle, places: int) -> list[Any]:
    return round_days(circle.first_due_on, places, Period(circle.period))


def _picks(circle: Circle) -> bool:
    return circle.receiving_order in DRAWN


def _request(params: JoinCircle) -> JoinRequest:
    return JoinRequest(
        places=params.places,
        turns=params.turns,
        picks=params.picks,
        nickname=params.nickname,
        nominee=params.nominee,
        automatic_debit=params.automatic_debit,
        retention=params.retention,
    )


async def _join(talk: Talk, params: JoinCircle, key: str) -> CircleIsJoined:
    wording = Wording(str(talk.t("circle_joining.debits")), WORDING_VERSION, talk.t.language, "circle")
    joined = await circle_limits.join(talk.unit, talk.cipher, params.token, talk.customer.id, _request(params), wording)
    seen = await _card(talk, await find(talk.unit, params.token))
    return CircleIsJoined(
        state=joined.state,
        title=seen.settings.title,
        code=seen.code,
        link=invitation(talk.bot_username, params.token),
        places=joined.places,
        turns=joined.turns,
        position=joined.position,
        started=joined.started,
    )


async def _start(talk: Talk, params: StartCircle, key: str) -> CircleStands:
    return await _stands(talk, await starting.start(talk.unit, talk.cipher, params.token, talk.customer.id))


async def _confirm(talk: Talk, params: ConfirmCircle, key: str) -> CircleStands:
    return await _stands(talk, await starting.confirm(talk.unit, talk.cipher, params.token, talk.customer.id))


async def _go(talk: Talk, params: GoFromCircle, key: str) -> CircleStands:
    if params.calls_off:
        return await _stands(talk, await going.call_off(talk.unit, talk.customer.id, params.token))
    await going.go(talk.unit, talk.cipher, params.token, talk.customer.id)
    return await _stands(talk, await find(talk.unit, params.token))


async def _stands(talk: Talk, circle: Circle) -> CircleStands:
    seen = await _card(talk, circle)
    return CircleStands(title=seen.settings.title, code=seen.code, runs=circle.state == CircleState.RUNNING)


JOIN: Final = Action("circles.join", JoinCircle, CircleIsJoined, needs_pin=True, run=_join, done=shows(screens.joined))
START: Final = Action(
    "circles.start", StartCircle, CircleStands, needs_pin=True, run=_start, done=shows(screens.starts)
)
CONFIRM: Final = Action(
    "circles.confirm", ConfirmCircle, CircleStands, needs_pin=True, run=_confirm, done=shows(screens.confirmed)
)
GO: Final = Action("circles.take_back", GoFromCircle, CircleStands, needs_pin=False, run=_go, done=shows(screens.gone))
ACTIONS: Final = (JOIN, START, CONFIRM, GO)
