"""Taking a place over: who has it or an officer passes its link on, who comes asks for it with the PIN.

Who leaves and two of the three officers then agree by their votes; what was paid in is paid in the same entry.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles.board_view import BoardPlace, circle_board
from finance_core.circles.finding import find, held_by, money_of, officers_of, places_of, require_running
from finance_core.circles.leaving import late_people, owed_by
from finance_core.circles.models import Circle, PlaceState
from finance_core.circles.queries import rounds_of, stranger_card
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.settings import Security
from finance_core.circles.takeover import price_of
from finance_core.customers.consents import Wording
from finance_core.friends.packets import new_token
from finance_core.journeys import circle_leaving, circle_limits
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.age import take_age
from handlers.chat.arguments import argument, count_in, minor_units, whole_number
from handlers.chat.confirm import propose
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import TakeOver
from handlers.circles.joining import INCOME, WORDING_VERSION
from handlers.circles.links import takeover_link
from handlers.circles.mine import of_member
from handlers.circles.screens import acts_takeover as screens
from handlers.circles.screens.joining import ADULT, ask_adult, ask_income
from handlers.groups.screens.privately import waits_for_joining

router = Router(name="circle_takeovers")
router.callback_query.middleware(CountsMisses())

OFFICERS_NEEDED: Final = 2
_OF_THE_PLACE: Final = (
    ErrorCode.CIRCLE_PLACE,
    ErrorCode.CIRCLE_RECEIVED,
    ErrorCode.CIRCLE_LATE,
    ErrorCode.CIRCLE_LEAVE_TURN,
)
"""What stands in the way is about the place and who has it, not about who would come."""


@router.callback_query(Tap("placeover"))
async def hand_over(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what a place can be taken over for, and the link to pass on: `placeover:<code>:<place>`.

    Raises NotFound: `circle`; Conflict: `circle_place`: it is not one's own, or has received, and one is no officer;
    RuleViolation: `circle_leaver_stands`.
    """
    circle, _ = await of_member(talk, argument(arguments))
    require_running(circle)
    place = next((each for each in await free_to_go(talk, circle) if each.nr == count_in(arguments, 1)), None)
    if place is None:
        raise Conflict(ErrorCode.CIRCLE_PLACE)
    if any(each.nr == place.nr for each in await held_by(talk.unit, circle, talk.customer.id)):
        await circle_leaving.require_may_leave(talk.unit, circle, talk.customer.id)
    officers = await officers_of(talk.unit, circle)
    price = await price_of(talk.unit, circle, place.nr)
    link = takeover_link(talk.bot_username, circle.token, place.nr)
    return screens.passed_on(talk.t, circle.code, place, price, link, enough=len(officers) >= OFFICERS_NEEDED)


async def free_to_go(talk: Talk, circle: Circle) -> list[BoardPlace]:
    """Return the places that can be taken over, as far as one may offer them: the own ones, an officer all."""
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    held = {each.nr: each.customer_id for each in await places_of(talk.unit, circle, PlaceState.HELD)}
    late = await late_people(talk.unit, circle)
    is_officer = talk.customer.id in (await officers_of(talk.unit, circle)).values()
    mine = [nr for nr, who in held.items() if who not in late and (is_officer or who == talk.customer.id)]
    return [each for each in board.people if each.nr in mine and not each.has_received]


async def opened_takeover(talk: Talk, said: str) -> Screen:
    """Return what a place that may be taken over costs and brings: `said` is its circle's token and its number.

    Raises NotFound: `circle`; as `circle_limits.check_take_over` what nothing of one's own would change.
    """
    token, _, number = said.rpartition("-")
    circle = await find(talk.unit, token)
    if not talk.customer.has_joined:
        return waits_for_joining(talk.t)
    return await _offered(talk, circle, whole_number(number) or 0, None, automatic=True)


@router.callback_query(Tap("takeplace"))
async def anew(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer it another way: `takeplace:<token>:<place>:<kept back>:<by hand>`. Raises as `opened_takeover`."""
    circle = await find(talk.unit, argument(arguments))
    kept = minor_units(argument(arguments, 2))
    retention = money_of(circle, kept) if kept else None
    is_by_hand = argument(arguments, 3) == screens.BY_HAND
    return await _offered(talk, circle, count_in(arguments, 1), retention, automatic=not is_by_hand)


async def _offered(talk: Talk, circle: Circle, nr: int, retention: Money | None, *, automatic: bool) -> Screen:
    require_running(circle)
    params = TakeOver(sum=await price_of(talk.unit, circle, nr), token=circle.token, code=circle.code, place=nr,
                      retention=retention, automatic_debit=automatic, motion=new_token())  # fmt: skip
    try:
        await circle_limits.check_take_over(
            talk.unit, talk.cipher, circle.token, talk.customer.id, nr, _request(params), _wording(talk)
        )
    except FinanceError as refused:
        return await _instead(talk, circle, params, refused)
    seen = await stranger_card(talk.unit, talk.cipher, circle)
    intent = await propose(talk, TAKE, params)
    said = screens.Costs(
        await owed_by(talk.unit, circle, nr),
        await _receives_on(talk, circle, nr),
        asks_guarantors=circle.security == Security.GUARANTORS,
    )
    return screens.card(talk.t, seen, params, said, (intent.token, intent.version))


async def _receives_on(talk: Talk, circle: Circle, nr: int) -> date | None:
    turn = next((each.turn for each in await places_of(talk.unit, circle, PlaceState.HELD) if each.nr == nr), None)
    return next((each.due_on for each in await rounds_of(talk.unit, circle) if each.nr == turn), None)


async def _instead(talk: Talk, circle: Circle, params: TakeOver, refused: FinanceError) -> Screen:
    """Return what is shown in place of the card: what stands in the way, and what would change it."""
    known = {"circle": circle.token, "place": str(params.place)}
    if refused.code == ErrorCode.CIRCLE_INCOME_UNSAID:
        await ask(talk.state, "take_over", INCOME, known)
        return ask_income(talk.t)
    if refused.code == ErrorCode.ADULT_UNCONFIRMED:
        await ask(talk.state, "take_over", ADULT, known)
        return ask_adult(talk.t)
    if refused.code in _OF_THE_PLACE:
        return screens.not_now(talk.t)
    more = refused.details.get("retention")
    kept = more if isinstance(more, Money) else None
    return screens.refused(talk.t, refusal(talk.t, refused), params, kept)


@router.message(Means("take_over"))
@router.callback_query(Means("take_over"))
async def answered(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take what was asked on the way in: what one earns, whether one is of age."""
    if INCOME in slots:
        amount = money_slot(slots, INCOME)
        talk.customer.monthly_income = amount.amount if amount is not None else None
        await talk.unit.session.flush()
    elif await take_age(talk, slots.get(ADULT, "")) is None:
        await ask(talk.state, "take_over", ADULT, {name: slots[name] for name in ("circle", "place")})
        return ask_adult(talk.t)
    return await opened_takeover(talk, f"{slots['circle']}-{slots['place']}")


def _request(params: TakeOver) -> JoinRequest:
    return JoinRequest(automatic_debit=params.automatic_debit, retention=params.retention)


def _wording(talk: Talk) -> Wording:
    return Wording(str(talk.t("circle_joining.debits")), WORDING_VERSION, talk.t.language, "circle")


async def _take(talk: Talk, params: TakeOver, key: str) -> Nothing:
    await circle_limits.ask_to_take_over(
        talk.unit, talk.cipher, params.token, talk.customer.id, params.place, _request(params), _wording(talk),
        params.motion,
    )  # fmt: skip
    return Nothing()


TAKE: Final = Action("circles.take_over", TakeOver, Nothing, needs_pin=True, run=_take, done=shows(screens.asked))
ACTIONS: Final = (TAKE,)
