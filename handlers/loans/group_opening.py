"""Proposing to borrow together: in which circle, who, how much to each, over how long; then each is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.circles.finding import by_code, member_of, require_running
from finance_core.circles.models import Circle, CircleState, MemberState
from finance_core.circles.queries import circles_of, names_of
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.intents import Intent
from finance_core.journeys import group_loans
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.loans.origination import group_lines, quoting
from finance_core.loans.origination.group_opening import GROUP, LEAST, MOST
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import count_in, id_in
from handlers.chat.confirm import offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.loans.group_card import USUAL, as_it_stands
from handlers.loans.group_intents import GroupLoanIsProposed, ProposeGroupLoan
from handlers.loans.screens import group_opening as screens

router = Router(name="group_opening")


@router.message(Means("group_loan"))
@router.callback_query(Means("group_loan"))
async def group_loan(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show what is under way, else propose to borrow together in the circle that is named or the only one.

    Raises NotFound: `circle`; as `group_loans.require_may_propose`.
    """
    talk.require_joined()
    under_way = await group_lines.of_customer(talk.unit, talk.customer.id)
    if under_way and "circle" not in slots:
        return await as_it_stands(talk, under_way[0].group.id)
    circles = [await _own(talk, slots["circle"])] if "circle" in slots else await may_propose_in(talk)
    if len(circles) != 1:
        titles = [(_title(talk, circle), circle.code) for circle in circles]
        return screens.which_circle(talk.t, titles) if circles else screens.no_circle(talk.t, LEAST)
    return await _begun(talk, circles[0], slots)


async def may_propose_in(talk: Talk) -> list[Circle]:
    """Return the running circles that somebody is in with enough others to borrow together."""
    own = await circles_of(talk.unit, talk.cipher, talk.customer.id)
    running = [each for each in own if each.state is CircleState.RUNNING and each.member is MemberState.JOINED]
    circles = [await by_code(talk.unit, each.code) for each in running]
    return [each for each in circles if len(await group_loans.members(talk.unit, each)) >= LEAST]


async def _own(talk: Talk, code: str) -> Circle:
    circle = await by_code(talk.unit, code)
    if await member_of(talk.unit, circle, talk.customer.id) is None:
        raise NotFound(ErrorCode.CIRCLE)
    return circle


async def _begun(talk: Talk, circle: Circle, slots: Slots) -> Screen:
    open_one = await group_lines.open_of_circle(talk.unit, circle.id)
    if open_one is not None and await group_lines.is_in(talk.unit, open_one.id, talk.customer.id):
        return await as_it_stands(talk, open_one.id)
    require_running(circle)
    members = await group_loans.members(talk.unit, circle)
    people = [talk.customer.id, *(who for who in members if who != talk.customer.id)][:MOST]
    await group_loans.require_may_propose(talk.unit, circle, people, talk.customer.id)
    principal = money_slot(slots)
    if principal is None:
        await ask(talk.state, "group_loan", "amount", {**slots, "circle": circle.code})
        return screens.ask_sum(talk.t, _title(talk, circle), await quoting.product_named(talk.unit, GROUP))
    product = await quoting.product_named(talk.unit, GROUP)
    count = count_slot(slots) or count_slot(slots, USUAL) or product.default.count
    params = ProposeGroupLoan(code=circle.code, people=tuple(people), sum=principal, count=count)
    return await _card(talk, params, None)


async def _card(talk: Talk, params: ProposeGroupLoan, intent: Intent | None) -> Screen:
    """Return the card of a proposal, for the person's own price. Raises as `quoting.quote`."""
    quote = await quoting.quote(talk.unit, talk.customer, params.sum, params.count, GROUP)
    circle = await by_code(talk.unit, params.code)
    names = await names_of(talk.unit, talk.cipher, circle, params.people)
    if intent is None:
        intent = await propose(talk, PROPOSE, params)
    else:
        await intents.replace(talk.unit, talk.cipher, intent, params)
    people = [names.get(who, "") for who in params.people]
    return screens.card(talk.t, _title(talk, circle), people, quote, (intent.token, intent.version))


@router.callback_query(Tap("glcount"))
async def turn_count(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn over how many instalments are proposed; the card is drawn anew."""
    intent, params = await offered(talk, arguments, PROPOSE)
    counts = [tenor.count for tenor in (await quoting.product_named(talk.unit, GROUP)).tenors]
    following = counts[(counts.index(params.count) + 1) % len(counts)] if params.count in counts else counts[0]
    return await _card(talk, replace(params, count=following), intent)


@router.callback_query(Tap("glwho"))
async def who(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show who of the circle is asked, to tap on and off, from a row on."""
    intent, params = await offered(talk, arguments, PROPOSE)
    return await _who(talk, params, intent, count_in(arguments, 2))


@router.callback_query(Tap("glput"))
async def put(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take somebody of the circle in or out; who proposes it is one of them."""
    intent, params = await offered(talk, arguments, PROPOSE)
    person = id_in(arguments, ErrorCode.GROUP_LOAN, 2)
    members = await group_loans.members(talk.unit, await by_code(talk.unit, params.code))
    chosen = set(params.people) ^ {person} if person != talk.customer.id else set(params.people)
    kept = [each for each in dict.fromkeys((talk.customer.id, *members)) if each in chosen]
    params = replace(params, people=tuple(kept))
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return await _who(talk, params, intent, count_in(arguments, 3))


async def _who(talk: Talk, params: ProposeGroupLoan, intent: Intent, start: int) -> Screen:
    circle = await by_code(talk.unit, params.code)
    members = await group_loans.members(talk.unit, circle)
    names = await names_of(talk.unit, talk.cipher, circle, members)
    others = [(each, names.get(each, ""), each in params.people) for each in members if each != talk.customer.id]
    return screens.who(talk.t, others, start, (intent.token, intent.version))


@router.callback_query(Tap("glcard"))
async def back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Go back to the card, if as many are chosen as may borrow together. Raises InvalidInput: `group_loan_count`."""
    intent, params = await offered(talk, arguments, PROPOSE)
    circle = await by_code(talk.unit, params.code)
    await group_loans.require_may_propose(talk.unit, circle, params.people, talk.customer.id)
    return await _card(talk, params, intent)


@router.callback_query(Tap("glsum"))
async def another_sum(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for another sum; who is chosen is chosen anew."""
    _, params = await offered(talk, arguments, PROPOSE)
    circle = await by_code(talk.unit, params.code)
    await ask(talk.state, "group_loan", "amount", {"circle": params.code, USUAL: str(params.count)})
    return screens.ask_sum(talk.t, _title(talk, circle), await quoting.product_named(talk.unit, GROUP))


def _title(talk: Talk, circle: Circle) -> str:
    return words_of(circle.title_sealed, talk.cipher, title_associated_data(circle.token))


async def _propose(talk: Talk, params: ProposeGroupLoan, key: str) -> GroupLoanIsProposed:
    circle = await by_code(talk.unit, params.code)
    proposed: tuple[Money, int] = (params.sum, params.count)
    group = await group_loans.propose(talk.unit, circle, params.people, talk.customer.id, proposed, key)
    return GroupLoanIsProposed(group=group.id)


PROPOSE: Final = Action(
    "group_loan.propose",
    ProposeGroupLoan,
    GroupLoanIsProposed,
    needs_pin=False,
    run=_propose,
    done=shows(screens.proposed),
)
ACTIONS: Final = (PROPOSE,)
