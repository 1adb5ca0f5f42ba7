"""Borrowing: which loan, the quote, the questions of a first application, the decision, signing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination import applications, group_lines, guarantees, quoting, signing
from finance_core.loans.origination.decision import Outcome
from finance_core.loans.origination.models import LoanApplication
from finance_core.loans.origination.quoting import Quote
from finance_core.loans.products.product_terms import LoanProduct
from handlers.chat.actions import Action, AnyAction, R, shows
from handlers.chat.arguments import argument, id_in, minor_units
from handlers.chat.confirm import offered, propose
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.loans import group_asking
from handlers.loans.documents.contract import writer
from handlers.loans.drafts import draft_of, named_on
from handlers.loans.first_application import Answer, next_question, take_answer
from handlers.loans.group_card import as_it_stands
from handlers.loans.guarantors import group_screen
from handlers.loans.how_much import how_much, which_product
from handlers.loans.intents import Applied, QuotedLoan, Signed
from handlers.loans.loan_request import LoanRequest, fitting, paid_out, quoted_loan, request_of, unit_slot
from handlers.loans.screens import borrow as screens
from handlers.loans.screens.borrow import DEBITS, PARTS, Card
from handlers.loans.screens.refusals import declined
from handlers.locales import Html

router = Router(name="borrow")


# -- from a word to a card ------------------------------------------------------------------------------------------


@router.message(Means("borrow"))
@router.callback_query(Means("borrow"))
async def borrow(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Quote a loan and decide on it; the card ends in Confirm and Cancel, or says why not and what would change it."""
    unit = unit_slot(slots)
    sold = await quoting.products(talk.unit)
    several = fitting(sold, slots, unit)
    if len(several) > 1:
        return await which_product(talk, several, slots)
    product = several[0]
    principal = money_slot(slots)
    going_on = await _going_on(talk, product, principal)
    if going_on is not None:
        return going_on
    if principal is None:
        return await how_much(talk, product, slots, [each for each in sold if each != product])
    request = LoanRequest(product.code, principal, count_slot(slots), unit, refinances=slots.get("old") == "1")
    try:
        return await _answered(talk, request, with_counts="count" not in slots)
    except InvalidInput as refused:
        if refused.code != ErrorCode.LOAN_COUNT:
            raise
        return await _count_asked(talk, product, principal, slots, refused)


async def _count_asked(
    talk: Talk, product: LoanProduct, principal: Money, slots: Slots, refused: InvalidInput
) -> Screen:
    """Say in how many parts it may be repaid, and take the next number as the answer."""
    said = {name: value for name, value in slots.items() if name != "count"}
    await ask(talk.state, "borrow", "count", {**said, "product": product.code})
    why, refinances = refusal(talk.t, refused).text, slots.get("old") == "1"
    return screens.which_count(talk.t, why, product, principal, refinances=refinances)


def _waits(talk: Talk, application: LoanApplication) -> Screen:
    return screens.application_waits(talk.t, application, is_late=talk.unit.now > applications.due_at(application))


async def _going_on(talk: Talk, product: LoanProduct, principal: Money | None) -> Screen | None:
    """Return what is under way of this product: an officer's decision, the offer that came of it (unless a larger sum
    is asked for), or who stands for it.
    """
    waits = await applications.waiting(talk.unit, talk.customer.id, product.code)
    if waits is not None:
        return _waits(talk, waits)
    approved = await applications.officers_offer(talk.unit, talk.customer.id, product.code)
    if approved is not None and (principal is None or principal <= applications.principal_of(approved)):
        return await _offered(talk, approved, principal)
    if product.guarantees is None:
        return None
    together = await group_lines.of_customer(talk.unit, talk.customer.id)
    if together and principal is None:
        return await as_it_stands(talk, together[0].group.id)
    asked = await guarantees.open_application(talk.unit, talk.customer.id, product.code)
    return await group_screen(talk, asked.id) if asked is not None else None


async def _answered(talk: Talk, request: LoanRequest, *, with_counts: bool = False) -> Screen:
    """Quote and decide; the card of an offer, of what an officer has to look at, or the reasons against it."""
    quote = await _quote(talk, request)
    decided = await quoting.decision(talk.unit, talk.customer, quote, refinances=request.refinances)
    if request.application is not None:
        application = await applications.of_customer(talk.unit, request.application, talk.customer.id)
        applications.require_usable(talk.unit, application, request.principal)
        standing = await guarantees.of_application(talk.unit, application.id)
        if quote.product.guarantees is not None and not guarantees.is_complete(standing):
            return await group_screen(talk, application.id)
        return await _card(talk, request, quote, SIGN)
    if request.refinances and decided.outcome is not Outcome.DECLINED:
        settlement = await signing.takes_to_pay_off(talk.unit, talk.customer.id, request.product)
        if settlement is not None:
            signing.require_pays_off(quote, settlement)
    if decided.outcome is Outcome.REFERRED:
        return await _card(talk, request, quote, APPLY, with_counts=with_counts)
    made = await applications.apply(talk.unit, talk.customer, quote, decided, refinances=request.refinances)
    if decided.outcome is Outcome.DECLINED:
        return declined(talk.t, decided, quote, made.id)
    request = replace(request, application=made.id)
    if quote.product.guarantees is None:
        return await _card(talk, request, quote, SIGN, with_counts=with_counts)
    return await _card(talk, request, quote, GROUP, with_counts=with_counts)


async def _quote(talk: Talk, request: LoanRequest) -> Quote:
    return await quoting.quote(
        talk.unit, talk.customer, request.principal, request.count, request.product, request.unit
    )


async def _card(
    talk: Talk, request: LoanRequest, quote: Quote, action: Action[QuotedLoan, R], *, with_counts: bool = False
) -> Screen:
    params = quoted_loan(request, quote, talk.unit.open_on)
    return _drawn(talk, quote, await propose(talk, action, params), params, with_counts=with_counts)


def _drawn(talk: Talk, quote: Quote, intent: Intent, params: QuotedLoan, *, with_counts: bool = False) -> Screen:
    card = Card(
        quote=quote,
        debit=params.debit,
        part=params.part,
        paid_out=paid_out(quote, params.part),
        refinances=params.old,
        is_referral=intent.action == APPLY.name,
        needs_guarantors=intent.action == GROUP.name,
        token=intent.token,
        version=intent.version,
        lender=talk.institution,
    )
    return screens.offer_card(talk.t, card, with_counts=with_counts)


# -- what may be turned on a card, and what stands behind it --------------------------------------------------------


@router.callback_query(Tap("debit"))
async def turn_debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn the consent to automatic debit over, before signing; the card is drawn anew and its old buttons end."""
    intent, params = await offered(talk, arguments, SIGN, GROUP, APPLY)
    return await _turned(talk, intent, replace(params, debit=_next(DEBITS, params.debit)))


@router.callback_query(Tap("part"))
async def turn_part(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn over how much of a line is paid out at signing."""
    intent, params = await offered(talk, arguments, SIGN, GROUP, APPLY)
    return await _turned(talk, intent, replace(params, part=_next(PARTS, params.part)))


def _next(choices: tuple[str, ...], chosen: str) -> str:
    return choices[(choices.index(chosen) + 1) % len(choices)]


async def _turned(talk: Talk, intent: Intent, params: QuotedLoan) -> Screen:
    params = replace(params, quoted_on=talk.unit.open_on)
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return _drawn(talk, await _quote(talk, request_of(params)), intent, params)


@router.callback_query(Tap("planned"))
async def planned(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what a card offers instalment by instalment: principal, interest and fee of each."""
    intent, params = await offered(talk, arguments, SIGN, GROUP, APPLY)
    quote = await _quote(talk, request_of(params))
    return screens.planned_schedule(talk.t, quote, intent.token, intent.version)


@router.callback_query(Tap("quoted"))
async def quoted_card(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Come back to the card from its instalments."""
    intent, params = await offered(talk, arguments, SIGN, GROUP, APPLY)
    if not await _still_holds(talk, params):
        return await _quote_again(talk, params)
    quote = await _quote(talk, request_of(params))
    return _drawn(talk, quote, intent, params, with_counts=not await _is_an_officers(talk, params))


async def _is_an_officers(talk: Talk, params: QuotedLoan) -> bool:
    """Say whether an officer has offered it: for that time, then, and no other."""
    if params.application is None:
        return False
    application = await applications.of_customer(talk.unit, params.application, talk.customer.id)
    return application.decided_by != applications.RULES


@router.callback_query(Tap("draft"))
async def read_first(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the contract to be read before it is signed."""
    _, params = await offered(talk, arguments, SIGN, GROUP, APPLY)
    request = request_of(params)
    return await draft_of(talk, request, await _quote(talk, request), params.part)


@router.callback_query(Tap("tenors"))
async def tenors(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show all the times over which a sum may be repaid."""
    amount = minor_units(argument(arguments, 1))
    if amount is None:
        raise NotFound(ErrorCode.LOAN)
    product = await quoting.product_named(talk.unit, argument(arguments))
    is_refinanced = argument(arguments, 2) == "1"
    return screens.other_tenors(talk.t, product, Money(amount, BASE_CURRENCY), refinances=is_refinanced)


@router.callback_query(Tap("offer"))
async def officers_offer(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what an officer has approved, ready to be signed; a group's line is signed with the others."""
    number = id_in(arguments, ErrorCode.APPLICATION)
    application = await applications.of_customer(talk.unit, number, talk.customer.id)
    group = await group_lines.group_of(talk.unit, number)
    return await as_it_stands(talk, group.id) if group is not None else await _offered(talk, application)


async def _offered(talk: Talk, application: LoanApplication, less: Money | None = None) -> Screen:
    """Show the card of an offer, for `less` than what was approved if that is wanted."""
    principal = less or applications.principal_of(application)
    applications.require_usable(talk.unit, application, principal)
    request = LoanRequest(
        application.product,
        principal,
        application.count,
        PeriodUnit(application.unit),
        refinances=application.refinances,
        application=application.id,
    )
    return await _answered(talk, request)


@router.callback_query(Tap("person"))
async def ask_a_person(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Let an officer look at what the rules declined."""
    application = await applications.ask_a_person(talk.unit, id_in(arguments, ErrorCode.APPLICATION), talk.customer.id)
    return _waits(talk, application)


@router.callback_query(Tap("withdraw_application"))
async def withdraw(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take an application back while it waits."""
    await applications.withdraw(talk.unit, id_in(arguments, ErrorCode.APPLICATION), talk.customer.id)
    return screens.application_withdrawn(talk.t)


# -- the questions of a first application ---------------------------------------------------------------------------


async def _before_signing(talk: Talk, params: QuotedLoan, intent: Intent) -> Screen | None:
    """Ask what a first contract needs, one question at a time; None when all is known and the quote is of today."""
    missing = await next_question(talk)
    if missing is None:
        return None if await _still_holds(talk, params) else await _quote_again(talk, params)
    if missing == "adult" and talk.customer.adult_denied_at is not None:
        return screens.application_stopped(talk.t, is_adult=False)
    await ask(talk.state, "apply", missing, {"token": intent.token, "version": str(intent.version)})
    return screens.application_question(talk.t, missing)


@router.message(Means("apply"))
@router.callback_query(Means("apply"))
async def answer(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take one answer of a first application, then ask the next or come back to the card, decided anew."""
    if await take_answer(talk, slots) is Answer.NO:
        return screens.application_stopped(talk.t, is_adult="adult" not in slots)
    missing = await next_question(talk)
    if missing is not None:
        await ask(talk.state, "apply", missing, {name: slots[name] for name in ("token", "version")})
        return screens.application_question(talk.t, missing)
    return await _come_back(talk, slots)


async def _come_back(talk: Talk, slots: Slots) -> Screen:
    """Come back to the card before which the questions were asked, one's own alone or a group's line."""
    intent, params = await offered(talk, [slots["token"], slots["version"]], *_ASKING_FIRST)
    if intent.action == group_asking.ASK.name:
        return await group_asking.again(talk, params)
    return await _quote_again(talk, params)


async def _quote_again(talk: Talk, params: QuotedLoan) -> Screen:
    """Come back to the card; what the rules offered is decided anew, an officer's offer stands."""
    request = request_of(params)
    if request.application is not None:
        application = await applications.of_customer(talk.unit, request.application, talk.customer.id)
        is_stood_for = bool(await guarantees.of_application(talk.unit, application.id))
        if application.decided_by == applications.RULES and not is_stood_for:
            request = replace(request, application=None)
    return await _answered(talk, request)


async def _still_holds(talk: Talk, params: QuotedLoan) -> bool:
    """Say whether what the card shows still holds: another business date gives other due days, terms another price."""
    if params.quoted_on != talk.unit.open_on or params.all_in is None:
        return params.quoted_on == talk.unit.open_on
    return (await _quote(talk, request_of(params))).all_in_rate == params.all_in


async def _why_again(talk: Talk, before: QuotedLoan, now: QuotedLoan, intent: Intent) -> Html:
    """Say why a loan is offered for other days, or at another price, than the card said."""
    if before.all_in is None or now.all_in is None or before.all_in == now.all_in:
        return talk.t("borrow.back_day")
    return talk.t("borrow.back_price", before=talk.t.percent(before.all_in), now=talk.t.percent(now.all_in))


# -- what Confirm does ----------------------------------------------------------------------------------------------


async def _sign(talk: Talk, params: QuotedLoan, key: str) -> Signed:
    if params.quoted_on != talk.unit.open_on:
        raise Conflict(ErrorCode.INTENT_EXPIRED)
    request = request_of(params)
    names = await named_on(talk, request)
    loan, reference = await signing.sign(
        talk.unit,
        talk.customer.id,
        request.principal,
        request.count,
        key,
        automatic_debit=request.debit != "none",
        from_change_plus=request.debit == "both",
        product=request.product,
        period=request.unit,
        application_id=request.application,
        refinances=request.refinances,
        pay_out=None if params.part == PARTS[0] else paid_out(await _quote(talk, request), params.part),
        write=writer(talk.t, talk.cipher, talk.unit.zone, names),
    )
    if params.all_in is not None and loan.all_in_rate != params.all_in:
        raise Conflict(ErrorCode.INTENT_OUTDATED)  # the price changed under the PIN: nothing is signed at another one
    return Signed(
        loan=loan.id,
        reference=reference,
        received=Money(loan.principal - loan.fee_deferred, request.principal.asset),
        old=request.refinances,
        is_line=loan.undrawn > 0,
    )


async def _group(talk: Talk, params: QuotedLoan, key: str) -> Applied:
    """Begin to name who stands for it: the offer is kept open for that."""
    assert params.application is not None
    return Applied(application=params.application)


async def _apply(talk: Talk, params: QuotedLoan, key: str) -> Applied:
    request = request_of(params)
    quote = await _quote(talk, request)
    decided = await quoting.decision(talk.unit, talk.customer, quote, refinances=request.refinances)
    if decided.outcome is not Outcome.REFERRED:
        raise Conflict(ErrorCode.INTENT_EXPIRED)
    application = await applications.apply(talk.unit, talk.customer, quote, decided, refinances=request.refinances)
    return Applied(application=application.id)


SIGN: Final = Action(
    "loan.sign",
    QuotedLoan,
    Signed,
    needs_pin=True,
    run=_sign,
    done=shows(screens.signed),
    before=_before_signing,
    why=_why_again,
)
GROUP: Final = Action(
    "loan.group",
    QuotedLoan,
    Applied,
    needs_pin=False,
    run=_group,
    done=shows(screens.group_begun),
    before=_before_signing,
    why=_why_again,
)
APPLY: Final = Action(
    "loan.apply",
    QuotedLoan,
    Applied,
    needs_pin=False,
    run=_apply,
    done=shows(screens.applied),
    before=_before_signing,
    why=_why_again,
)
ACTIONS: Final = (SIGN, GROUP, APPLY)
_ASKING_FIRST: Final[tuple[AnyAction, ...]] = (*ACTIONS, group_asking.ASK)
"""Cards before which the questions of a first application are asked."""
