"""Circles at the operators' desk: the list, a circle's card, disputes and suspensions, and suspending it by two.

Each look is on record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.approvals import audit
from finance_core.circles import operating, suspending
from finance_core.circles.decision_models import CircleCase, CircleCaseKind
from finance_core.circles.desk import all_circles, operator_card, signs_of
from finance_core.circles.finding import by_code, by_id
from finance_core.circles.goodwill import service_case_of
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.nominees import nominee_of
from finance_core.circles.rules.settings import Kind
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.circles.suspending import Resolution, Verdict
from finance_core.customers.queries import by_id as customer_by_id
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.customers.service import display_name
from finance_core.journeys.saving_circles import sharing_out, views
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, id_in, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.mentions import as_written, person_named
from handlers.chat.permissions import needs, operators_only
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import DecideCircleCase
from handlers.circles.screens import desk as screens
from handlers.desk.approvals import ask_reason, name_of
from handlers.desk.support import asked_goodwill

router = operators_only(Router(name="circle_desk"))
SEES: Final = needs(Permission.SEE_DESK)
"""Who is at the desk sees circles; what people are called, and call their circle, takes `see_customers`."""
DECIDES: Final = needs(Permission.ANSWER_CASES)
_PAGE: Final = 4
_LISTED: Final = (
    CircleState.OPEN,
    CircleState.CONFIRMING,
    CircleState.RUNNING,
    CircleState.SUSPENDED,
    CircleState.ENDED,
)


@router.message(Means("circle_desk"), flags=SEES)
@router.callback_query(Means("circle_desk"), flags=SEES)
async def desk(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """List what is to be decided, the first deadline first, and the newest circles."""
    return await _listed(talk, 0)


@router.callback_query(Tap("deskcircles"), flags=SEES)
async def older(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List circles before the one that was shown last."""
    return await _listed(talk, whole_number(argument(arguments), 18) or 0)


async def _listed(talk: Talk, after: int) -> Screen:
    audit.record(talk.unit, talk.customer.id, "look", "circles")
    found = await all_circles(talk.unit, *_LISTED, limit=_PAGE, after=after)
    decides = Permission.ANSWER_CASES in await _granted(talk)
    cases = await suspending.open_cases(talk.unit) if decides and not after else []
    may_name = await _may_name(talk)
    rows = [(each.code, _title(talk, each) if may_name else "", each.state, each.id) for each in found]
    waiting = [await _case(talk, each) for each in cases]
    return screens.listed(talk.t, rows, waiting, talk.unit.zone, full=len(found) == _PAGE)


async def _granted(talk: Talk) -> Collection[Permission]:
    return permissions_of(await roles_of(talk.unit, talk.customer.id))


async def _may_name(talk: Talk) -> bool:
    return Permission.SEE_CUSTOMERS in await _granted(talk)


def _title(talk: Talk, circle: Circle) -> str:
    return words_of(circle.title_sealed, talk.cipher, title_associated_data(circle.token))


async def _case(talk: Talk, case: CircleCase) -> screens.Case:
    circle = await by_id(talk.unit, case.circle_id)
    return screens.Case(case.id, CircleCaseKind(case.kind), circle.code, case.round, case.due_at)


@router.callback_query(Tap("deskcircle"), flags=SEES)
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a circle: how it is set, its rounds and shortfalls, what is to be decided, signs of a pyramid."""
    circle = await by_code(talk.unit, argument(arguments))
    audit.record(talk.unit, talk.customer.id, "look", f"circle:{circle.id}")
    card = await operator_card(talk.unit, talk.cipher, circle)
    signs = await signs_of(talk.unit, talk.cipher, circle, talk.t("my_circles.promising").split(","))
    granted, named = await _granted(talk), None
    if Permission.SEE_CUSTOMERS in granted:
        named = screens.Named(card.settings.title, await name_of(talk, circle.organiser_id))
    cases = [await _case(talk, each) for each in card.cases] if Permission.ANSWER_CASES in granted else []
    may = Permission.PROPOSE_CIRCLE_CHANGE in granted
    fund = await _fund(talk, circle)
    return screens.card(talk.t, card, named, cases, signs, fund, may_propose=may)


async def _fund(talk: Talk, circle: Circle) -> screens.SavingFund | None:
    """Return what an accumulating circle that has begun has; None of any other."""
    if circle.kind != Kind.ACCUMULATING or circle.started_at is None:
        return None
    plan = await sharing_out.of_circle(talk.unit, circle.id)
    late = await views.late_borrowers(talk.unit, circle.id)
    state = plan.share_out.state if plan is not None else None
    return screens.SavingFund(await views.fund(talk.unit, circle.id), len(late), state)


@router.callback_query(Tap("suspendcircle"), flags=needs(Permission.PROPOSE_CIRCLE_CHANGE))
async def suspend(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Propose to suspend a circle, or to let it go on: another operator approves it. The reason is asked."""
    circle = await by_code(talk.unit, argument(arguments))
    action = operating.RESUME if circle.state == CircleState.SUSPENDED else operating.SUSPEND
    return await ask_reason(talk, action, await operating.subject_of(talk.unit, circle.code), {})


@router.callback_query(Tap("circase"), flags=DECIDES)
async def case_card(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what is to be decided: by whom, about whom, what was said, until when."""
    case = await _found(talk, id_in(arguments, ErrorCode.CIRCLE_CASE))
    circle = await by_id(talk.unit, case.circle_id)
    audit.record(talk.unit, talk.customer.id, "look", f"circle:{circle.id}", {"case": case.id})
    by = display_name(await customer_by_id(talk.unit, case.customer_id), talk.cipher) if case.customer_id else ""
    about = display_name(await customer_by_id(talk.unit, case.about_id), talk.cipher) if case.about_id else ""
    said = suspending.said_in(case, talk.cipher)
    decisions = _decisions(circle, CircleCaseKind(case.kind))
    return screens.case(talk.t, await _case(talk, case), by, about, said, talk.unit.zone, decisions)


def _decisions(circle: Circle, kind: CircleCaseKind) -> Sequence[Verdict | Resolution]:
    """Return what can be decided."""
    return tuple(Verdict) if kind is CircleCaseKind.DISPUTE else suspending.resolutions_of(circle)


async def _found(talk: Talk, case_id: int) -> CircleCase:
    """Return a case that is open. Raises NotFound: `circle_case`; Conflict: `circle_case_decided`."""
    case = await talk.unit.session.get(CircleCase, case_id, populate_existing=True)
    if case is None:
        raise NotFound(ErrorCode.CIRCLE_CASE)
    if case.decided_at is not None:
        raise Conflict(ErrorCode.CIRCLE_CASE_DECIDED)
    return case


@router.callback_query(Tap("decidecase"), flags=DECIDES)
async def decide(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the reason of a decision, which both sides are told."""
    case, decision = await _found(talk, id_in(arguments, ErrorCode.CIRCLE_CASE)), argument(arguments, 1)
    circle = await by_id(talk.unit, case.circle_id)
    if decision not in _decisions(circle, CircleCaseKind(case.kind)):
        raise NotFound(ErrorCode.CIRCLE_CASE)
    known = {"case": str(case.id), "decision": decision}
    if decision != Resolution.TAKEN_OVER:
        return await _asks_why(talk, known)
    await ask(talk.state, "decide_circle", "nominee_named", known)
    return screens.ask_nominee(talk.t, await nominee_of(talk.unit, talk.cipher, circle, case))


async def _asks_why(talk: Talk, known: Slots) -> Screen:
    await ask(talk.state, "decide_circle", "why_so", known)
    return screens.ask_why(talk.t, known["decision"])


@router.message(Means("decide_circle"), flags=DECIDES)
async def reason_written(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Take who takes over, or offer the decision with its reason. Raises NotFound: `payee_unknown`."""
    case = await _found(talk, whole_number(slots.get("case", ""), 18) or 0)
    if "why_so" not in slots:
        known = {name: slots[name] for name in ("case", "decision")}
        return await _asks_why(talk, known | {"nominee": str(await _nominee(talk, slots))})
    circle, nominee = await by_id(talk.unit, case.circle_id), whole_number(slots.get("nominee", ""), 18)
    params = DecideCircleCase(case=case.id, decision=slots.get("decision", ""), reason=slots["why_so"],
                              code=circle.code, nominee=nominee)  # fmt: skip
    name = await name_of(talk, nominee) if nominee is not None else ""
    return await offer(talk, DECIDE, params, screens.decide_card(talk.t, params, name))


async def _nominee(talk: Talk, slots: Slots) -> int:
    said = slots.get("nominee_named", "").strip()
    found = await person_named(talk, said)
    if found is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, said))
    return found.id


async def _decide(talk: Talk, params: DecideCircleCase, key: str) -> Nothing:
    case = await _found(talk, params.case)
    if case.kind == CircleCaseKind.DISPUTE:
        verdict = Verdict(params.decision)
        await suspending.decide_dispute(talk.unit, talk.cipher, case.id, talk.customer.id, verdict, params.reason)
    else:
        how = Resolution(params.decision)
        await suspending.decide_suspension(
            talk.unit, talk.cipher, case.id, talk.customer.id, how, params.reason, nominee_id=params.nominee
        )
    return Nothing()


@router.callback_query(Tap("circlegoodwill"), flags=needs(Permission.PROPOSE_GOODWILL))
async def goodwill(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Go on to goodwill for who has won a dispute: a case of theirs, a sum, a reason, and a second operator."""
    number = id_in(arguments, ErrorCode.CIRCLE_CASE)
    made = await service_case_of(talk.unit, talk.cipher, number, talk.customer.id)
    return await asked_goodwill(talk, made.id)


DECIDE: Final = Action(
    "circles.decide",
    DecideCircleCase,
    Nothing,
    needs_pin=False,
    run=_decide,
    done=shows(screens.decided),
    permission=Permission.ANSWER_CASES,
)
ACTIONS: Final = (DECIDE,)
