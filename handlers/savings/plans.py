"""Plans: a fixed sum each week or month, round-ups of sends, goals with a day; pause, resume, stop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.deposits.product import deposit_on_sale
from finance_core.funds import service as funds
from finance_core.funds.product import fund_on_sale, funds_on_sale, named
from finance_core.intents import Intent
from finance_core.journeys.plans import queries, service, targets
from finance_core.journeys.plans.models import NearDue, Plan, PlanKind
from finance_core.journeys.plans.queries import Progress
from finance_core.journeys.plans.rules import Every, first_due
from finance_core.journeys.plans.service import NAME_CHARACTERS, Wanted, towards
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.money import BASE_CURRENCY, Money
from handlers.chat.actions import Action, shows
from handlers.chat.age import take_age
from handlers.chat.arguments import id_in, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import CALLBACK_BYTES, Button, Screen
from handlers.chat.slot_values import money_slot, start_slot
from handlers.chat.talk import Talk
from handlers.funds.screens import funds as fund_screens
from handlers.funds.screens.funds import BuyFigures
from handlers.funds.suitability import unless_unsuitable
from handlers.locales import Html
from handlers.phrases.readers.saving import goal_day
from handlers.phrases.words import valued
from handlers.savings.intents import MakePlan, PlanMade, RoundUp, ShownPlan
from handlers.savings.screens import plans as screens

router = Router(name="plans")
PICTURE_RUNS: Final = 200
"""Runs that a picture looks back over."""

_DEPOSIT, _FUND, _ELSEWHERE = "d", "f", "?"
ZERO: Final = Money.zero(BASE_CURRENCY)


# -- a fixed sum --------------------------------------------------------------------------------------------------


@router.message(Means("plan"))
@router.callback_query(Means("plan"))
async def plan(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask what is missing of a sum and a rhythm, then offer the plan."""
    return await _plan(talk, slots)


async def _plan(talk: Talk, slots: Slots) -> Screen:
    slots = await _with_target(talk, slots)
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "plan", "amount", slots)
        return screens.ask_amount(talk.t)
    every = _rhythm(slots.get("every", "").strip().lower())
    if every is None:
        await ask(talk.state, "plan", "every", {**slots, "amount": f"{amount.decimal:f}"})
        return screens.ask_every(talk.t, amount)
    wanted = _wanted(talk, slots, amount, every)
    return await (_ask_where(talk, wanted) if slots.get("target") == _ELSEWHERE else _offer_plan(talk, slots, wanted))


async def _with_target(talk: Talk, slots: Slots) -> Slots:
    """Put the fund that was named in words where a button would have put it."""
    fund = named(await funds_on_sale(talk.unit), slots["fund"]) if "fund" in slots and "target" not in slots else None
    return {**slots, "target": f"{_FUND}{fund.code}"} if fund is not None else slots


def _rhythm(said: str) -> Every | None:
    """Return how often somebody wants it, None for what says nothing of it."""
    found = valued("plans", "rhythms").get(said)
    return Every(found) if found is not None else None


def _wanted(talk: Talk, slots: Slots, amount: Money, every: Every) -> Wanted:
    day = whole_number(slots.get("day", ""))
    if every == Every.WEEK:
        first_on = first_due(every, talk.unit.open_on, weekday=day if day in screens.WEEKDAYS else None)
        return Wanted(amount, every, first_on, target=_target(slots))
    due_day = min(max(day, 1), 31) if day is not None else None
    first_on = first_due(every, talk.unit.open_on, due_day=due_day)
    return Wanted(amount, every, first_on, due_day=due_day, target=_target(slots))


def _target(slots: Slots) -> str:
    """A button names a deposit's days as "d90", a fund as "fbonds"."""
    said = slots.get("target", "")
    kind, of = said[:1], said[1:]
    days = whole_number(of)
    if kind == _DEPOSIT and days is not None:
        return targets.deposit_target(days)
    return targets.fund_target(of) if kind == _FUND and of else targets.CHANGE_PLUS


# -- a goal -------------------------------------------------------------------------------------------------------


@router.message(Means("goal"))
@router.callback_query(Means("goal"))
async def goal(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask what is missing of a sum and a day, then say what it takes and offer it."""
    return await _goal(talk, slots)


async def _goal(talk: Talk, slots: Slots) -> Screen:
    wanted = money_slot(slots)
    if wanted is None:
        await ask(talk.state, "goal", "amount", slots)
        return screens.ask_goal(talk.t)
    by = goal_day(slots["by"], talk.unit.open_on) if "by" in slots else None
    if by is None:
        kept = {name: value for name, value in slots.items() if name != "by"}
        await ask(talk.state, "goal", "by", {**kept, "amount": f"{wanted.decimal:f}"})
        return screens.ask_by(talk.t, wanted, unclear="by" in slots)
    every = _rhythm(slots.get("every", "")) or Every.WEEK
    return await _offer_plan(talk, slots, towards(wanted, by, every, talk.unit.open_on, slots.get("name", "")))


async def _offer_plan(talk: Talk, slots: Slots, wanted: Wanted) -> Screen:
    talk.require_joined()
    await service.require_may_make(talk.unit, talk.customer.id, wanted.amount, wanted.target)
    return await _unless_unsuitable(talk, slots, wanted, lambda: _plan_card(talk, slots, wanted))


async def _unless_unsuitable(talk: Talk, slots: Slots, wanted: Wanted, card: Callable[[], Awaitable[Screen]]) -> Screen:
    """Show the card, or why this person may not buy the fund that the plan would; the age is asked for later."""
    kind, _, code = wanted.target.partition(":")
    if kind != targets.FUND or talk.customer.adult_confirmed_at is None:
        return await card()

    async def checked() -> Screen:
        await targets.require_may_have(talk.unit, talk.customer, wanted.target, wanted.amount)
        return await card()

    said = {"amount": f"{wanted.amount.decimal:f}", "every": str(wanted.every)}
    said |= {"day": slots["day"]} if whole_number(slots.get("day", "")) is not None else {}
    return await unless_unsuitable(talk, await fund_on_sale(talk.unit, code), checked, said)


async def _plan_card(talk: Talk, slots: Slots, wanted: Wanted) -> Screen:
    kind, _, code = wanted.target.partition(":")
    fund = await fund_on_sale(talk.unit, code) if kind == targets.FUND else None
    each = fund_screens.each_purchase(talk.t, fund, BuyFigures.of(fund, wanted.amount, None, ZERO)) if fund else None
    name = talk.t.own(fund.name) if fund is not None else ""
    text = screens.plan_card(talk.t, wanted, name, each)
    kept = screens.plan_card(talk.t, replace(wanted, name=""), name, each)  # a sale keeps it: nobody's own words
    shown = ShownPlan(language=talk.t.language, text=kept, fund=name)
    card = await offer(talk, MAKE, _offered(wanted, slots, shown), text)
    if wanted.goal is not None or wanted.target != targets.CHANGE_PLUS:
        return card
    elsewhere = Button(talk.t("plans.elsewhere"), f"{_again_as(wanted)}:target={_ELSEWHERE}")
    return replace(card, buttons=(*card.buttons, (elsewhere,)))


def _again_as(wanted: Wanted) -> str:
    """Return the button's data that says the same plan once more."""
    day = wanted.day_of_month if wanted.every == Every.MONTH else wanted.first_on.weekday()
    return f"do:plan:amount={wanted.amount.decimal.normalize():f}:every={wanted.every}:day={day}"


async def _ask_where(talk: Talk, wanted: Wanted) -> Screen:
    """Show where else the money may go: deposits by their days, and the funds that fit the person."""
    product, same = await deposit_on_sale(talk.unit), _again_as(wanted)
    deposits = [(days, f"{same}:target={_DEPOSIT}{days}") for days in product.rates]
    fitting = [(talk.t.own(fund.name), f"{same}:target={_FUND}{fund.code}")
               for fund in await funds.fitting(talk.unit, talk.customer.id)]  # fmt: skip
    return screens.ask_where(talk.t, deposits, [each for each in fitting if len(each[1]) <= CALLBACK_BYTES])


def _offered(wanted: Wanted, slots: Slots, shown: ShownPlan) -> MakePlan:
    return MakePlan(
        sum=wanted.amount,
        every=wanted.every,
        first_on=wanted.first_on,
        due_day=wanted.due_day,
        target=wanted.target,
        name=wanted.name[:NAME_CHARACTERS],
        goal=wanted.goal,
        goal_on=wanted.goal_on,
        slots=slots,
        shown=shown,
    )


def _wanted_of(params: MakePlan) -> Wanted:
    return Wanted(
        amount=params.sum,
        every=params.every,
        first_on=params.first_on,
        due_day=params.due_day,
        target=params.target,
        name=params.name,
        goal=params.goal,
        goal_on=params.goal_on,
        shown={"language": params.shown.language, "text": params.shown.text, "fund": params.shown.fund},
    )


async def _before_making(talk: Talk, params: MakePlan, intent: Intent) -> Screen | None:
    """Ask a first contract's question; and show the card anew when its first day has come meanwhile."""
    if talk.customer.adult_confirmed_at is None:
        return await _ask_adult(talk, MAKE.name, params.slots)
    return await _again(talk, MAKE.name, params.slots) if params.first_on <= talk.unit.open_on else None


async def _why_again(talk: Talk, before: MakePlan, now: MakePlan, intent: Intent) -> Html:
    return talk.t("common.back_day")


async def _before_rounding_up(talk: Talk, params: RoundUp, intent: Intent) -> Screen | None:
    """Ask a first contract's question."""
    if talk.customer.adult_confirmed_at is None:
        return await _ask_adult(talk, ROUND_UP.name, params.slots)
    return None


async def _ask_adult(talk: Talk, action: str, slots: Slots) -> Screen:
    if talk.customer.adult_denied_at is not None:
        return screens.too_young(talk.t)
    await ask(talk.state, "plan_adult", "adult", {"for": action, **slots})
    return screens.ask_adult(talk.t)


@router.message(Means("plan_adult"))
@router.callback_query(Means("plan_adult"))
async def adult(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take the answer of a first contract, then come back to the card."""
    said = {name: value for name, value in slots.items() if name not in ("adult", "for")}
    if not await take_age(talk, slots.get("adult", "")):
        return await _ask_adult(talk, slots["for"], said)
    return await _again(talk, slots["for"], said)


async def _again(talk: Talk, action: str, slots: Slots) -> Screen:
    if action == ROUND_UP.name:
        return await _round_up_card(talk, slots["step"])
    return await _goal(talk, slots) if "by" in slots else await _plan(talk, slots)


async def _do_make(talk: Talk, params: MakePlan, key: str) -> PlanMade:
    made = await service.make(talk.unit, talk.cipher, talk.customer.id, _wanted_of(params), key)
    return PlanMade(plan=made.id, first_on=made.starts_on)


# -- round-ups ----------------------------------------------------------------------------------------------------


@router.message(Means("round_ups"))
@router.callback_query(Means("round_ups"))
async def round_ups(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the plan by which sends are rounded up, or ask to what."""
    found = await service.round_ups(talk.unit, talk.customer.id)
    return screens.ask_step(talk.t) if found is None else await _card(talk, found)


@router.callback_query(Tap("roundup"))
async def round_up(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to round sends up to whole yuan, or to ten."""
    step = arguments[0] if arguments else ""
    if step not in tuple(map(str, screens.STEPS)):
        return screens.ask_step(talk.t)
    return await _round_up_card(talk, step)


async def _round_up_card(talk: Talk, step: str) -> Screen:
    talk.require_joined()
    text = screens.round_up_card(talk.t, Money.of(step, BASE_CURRENCY))
    return await offer(talk, ROUND_UP, RoundUp(step=step, slots={"step": step}), text)


async def _do_round_up(talk: Talk, params: RoundUp, key: str) -> PlanMade:
    made = await service.round_up_sends(talk.unit, talk.customer.id, Money.of(params.step, BASE_CURRENCY), key)
    return PlanMade(plan=made.id, first_on=None)


# -- what there is ------------------------------------------------------------------------------------------------


@router.message(Means("plans"))
@router.callback_query(Means("plans"))
async def plans(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show all plans with how far they are."""
    return await _all(talk, start_slot(slots))


async def _all(talk: Talk, start: int = 0) -> Screen:
    running = await queries.of_customer(talk.unit, talk.customer.id)
    return screens.plans(talk.t, [(each, _progress(talk, each)) for each in running], start)


@router.callback_query(Tap("plan"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one plan and what can be done with it."""
    return await _card(talk, await _mine(talk, arguments))


@router.callback_query(Tap("planact"))
async def act(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Pause, resume or stop a plan, raise its sum to what the goal takes, or show its picture."""
    found = await _mine(talk, arguments)
    verb = arguments[1] if len(arguments) > 1 else ""
    far = _progress(talk, found)
    if verb == "picture" and far is not None:
        runs = await queries.last_runs(talk.unit, found.id, PICTURE_RUNS)
        return screens.picture(talk.t, found, far, runs, talk.unit.open_on)
    if verb == "raise" and far is not None:
        return await _card(talk, await service.change_amount(talk.unit, found.id, talk.customer.id, far.needed))
    if verb == "skip" and found.near_due == NearDue.SKIP:
        return await _card(talk, found)
    if verb in ("dues", "skip"):
        return await _card(talk, await service.turn_near_due(talk.unit, found.id, talk.customer.id))
    do = {"pause": service.pause, "resume": service.resume, "stop": service.stop}.get(verb)
    if do is None:
        return await _card(talk, found)
    await do(talk.unit, found.id, talk.customer.id)
    return await _all(talk)


async def _card(talk: Talk, found: Plan) -> Screen:
    return screens.plan(talk.t, found, _progress(talk, found), await queries.last_runs(talk.unit, found.id))


def _progress(talk: Talk, found: Plan) -> Progress | None:
    return queries.progress(talk.unit, talk.cipher, found) if found.kind == PlanKind.GOAL else None


async def _mine(talk: Talk, arguments: list[str]) -> Plan:
    return await queries.by_id(talk.unit, id_in(arguments, ErrorCode.PLAN), talk.customer.id)


MAKE: Final = Action(
    "plan.make",
    MakePlan,
    PlanMade,
    needs_pin=True,
    run=_do_make,
    done=shows(screens.made),
    before=_before_making,
    why=_why_again,
)
ROUND_UP: Final = Action(
    "plan.round_up",
    RoundUp,
    PlanMade,
    needs_pin=True,
    run=_do_round_up,
    done=shows(screens.round_up_made),
    before=_before_rounding_up,
)
ACTIONS: Final = (MAKE, ROUND_UP)
