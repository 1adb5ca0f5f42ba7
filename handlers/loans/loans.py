"""One's own loans: what is owed, repaying, paying ahead, giving back, the ones that have ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.circles.finding import by_id as circle_by_id
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.customers.consents import Wording
from finance_core.intents import Intent
from finance_core.journeys import change_plus, pay_from_change_plus
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans import queries
from finance_core.loans.contact import hardship, promises
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations.finding import offer_for
from finance_core.loans.origination import signing
from finance_core.loans.queries import LoanView
from finance_core.loans.repayment import previews as previewing
from finance_core.loans.repayment import repayment
from finance_core.loans.repayment.previews import Preview
from finance_core.loans.rules.terms import Prepayment
from finance_core.wallet import queries as wallet
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in, minor_units
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import confirm_buttons
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.loans.agreement import closed_loans, pay_closed
from handlers.loans.group_card import together_in
from handlers.loans.guarantors import claim_screens, standing_screens
from handlers.loans.intents import Done, GiveBack, Repaid, Repay
from handlers.loans.owing import without_a_running_loan
from handlers.loans.screens import loan_statements as statement_screens
from handlers.loans.screens import loans as screens
from handlers.locales import Html

router = Router(name="loans")

DEBIT_VERSION: Final = "2026-12-01.2"
"""Of the words on the buttons that agree to a debit and take it back."""

WALLET, CHANGE_PLUS, BOTH = "wallet", "plus", "both"
"""`BOTH`: what is in the wallet, and out of Change Plus what that lacks."""
Previews: TypeAlias = Mapping[Prepayment, Preview]
"""What each way to use what is paid ahead would make of a loan."""

SOURCES: Final = (WALLET, CHANGE_PLUS, BOTH)
"""Where a payment can come from, as a slot says it."""

# -- repay --------------------------------------------------------------------------------------------------------


@router.message(Means("repay"))
@router.callback_query(Means("repay"))
async def repay(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen | list[Screen]:
    """Offer a repayment: of a sum, of what is due, or of everything; what a reminder told is held against today. Where
    no loan runs it is of one that was written off.
    """
    running = await _running(talk)
    if not running or slots.get("loan") not in (None, *(str(loan.id) for loan in running)):
        closed = await pay_closed(talk, slots)
        if closed is not None:
            return closed
    if not running:
        return await without_a_running_loan(talk)
    view = await queries.view(talk.unit, await _chosen(talk, slots, running))
    amount = view.settlement if "all" in slots else money_slot(slots)
    if amount is not None:
        return await _offer_payment(talk, view, min(amount, view.settlement), slots.get("source", ""))
    if slots.get("hint") == "early":
        return await _early(talk, view)
    if isinstance(event, CallbackQuery) and "choose" not in slots:
        return await _usual_payment(talk, view, slots)
    said = {"source": slots["source"]} if "source" in slots else {}
    await ask(talk.state, "repay", "amount", {"loan": str(view.loan.id), **said})
    return screens.repay_choices(talk.t, view, told=_told(slots, view))


async def _usual_payment(talk: Talk, view: LoanView, slots: Slots) -> Screen:
    """Offer at once what is due, or the next instalment: two taps pay. Another sum may be written, or is a tap away."""
    amount = view.due_now or view.next_due or view.settlement
    card = await _offer_payment(talk, view, min(amount, view.settlement), slots.get("source", ""))
    await ask(talk.state, "repay", "amount", {"loan": str(view.loan.id)})
    return screens.with_other_sums(talk.t, card, view, told=_told(slots, view))


@router.callback_query(Tap("early"))
async def early(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what paying early saves: in full, or a part of one's choice."""
    return await _early(talk, await queries.view(talk.unit, await mine(talk, arguments)))


async def _early(talk: Talk, view: LoanView) -> Screen:
    await ask(talk.state, "repay", "amount", {"loan": str(view.loan.id)})
    return screens.early_choices(talk.t, view)


async def _offer_payment(talk: Talk, view: LoanView, amount: Money, source: str) -> Screen:
    previews = await previewing.previews(talk.unit, view.loan.id, amount)
    source = source if source in SOURCES else await _first_source(talk, amount)
    params = Repay(
        sum=amount,
        loan=view.loan.id,
        all=amount == view.settlement,
        ahead=previewing.CHOICES[0] if previews else None,
        source=source,
        lacking=await _lacking(talk, amount) if source == BOTH else None,
    )
    return await _payment_card(talk, view, await propose(talk, REPAY, params), params, previews)


async def _first_source(talk: Talk, amount: Money) -> str:
    """Return where a payment comes from unless one says otherwise: Change Plus adds what the wallet lacks."""
    lacking = await _lacking(talk, amount)
    if not lacking or lacking > await change_plus.at_once(talk.unit, talk.customer.id):
        return WALLET
    return CHANGE_PLUS if lacking == amount else BOTH


async def _lacking(talk: Talk, amount: Money) -> Money:
    """Return what the wallet lacks to a sum, zero where it reaches."""
    in_wallet = await wallet.available(talk.unit, talk.customer.id, amount.asset)
    zero = Money.zero(amount.asset)
    return max(amount - max(in_wallet, zero), zero)


@router.callback_query(Tap("payfrom"))
async def turn_source(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn a payment over: from the wallet, or straight from Change Plus; the card is drawn anew.

    Where the wallet alone does not reach, it is turned between Change Plus alone and both.
    """
    intent, params = await offered(talk, arguments, REPAY)
    loan, previews = await _planned(talk, params)
    turned = await _first_source(talk, params.sum) if params.source == CHANGE_PLUS else CHANGE_PLUS
    lacking = await _lacking(talk, params.sum) if turned == BOTH else None
    return await _turned(talk, loan, intent, replace(params, source=turned, lacking=lacking), previews)


@router.callback_query(Tap("ahead"))
async def turn_ahead(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn what is paid ahead over: smaller instalments, or fewer; the card is drawn anew and its old buttons end."""
    intent, params = await offered(talk, arguments, REPAY)
    loan, previews = await _planned(talk, params)
    turned = next((choice for choice in previews if choice != params.ahead), None)
    return await _turned(talk, loan, intent, replace(params, ahead=turned), previews)


async def _planned(talk: Talk, params: Repay) -> tuple[Loan, Previews]:
    loan = await queries.by_id(talk.unit, params.loan, talk.customer.id)
    return loan, await previewing.previews(talk.unit, loan.id, params.sum)


async def _turned(talk: Talk, loan: Loan, intent: Intent, params: Repay, previews: Previews) -> Screen:
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return await _payment_card(talk, await queries.view(talk.unit, loan), intent, params, previews)


async def _payment_card(talk: Talk, view: LoanView, intent: Intent, params: Repay, previews: Previews) -> Screen:
    amount, chosen, source = params.sum, params.ahead, params.source
    reach = await change_plus.at_once(talk.unit, talk.customer.id)
    out_of_plus = {CHANGE_PLUS: amount, BOTH: params.lacking}.get(source)
    left = await change_plus.left_after(talk.unit, talk.customer.id, out_of_plus) if out_of_plus is not None else None
    text = screens.repay_card(talk.t, view, amount, previews, chosen, left_in_plus=left, lacking=params.lacking)
    ahead = screens.ahead_buttons(talk.t, previews, chosen, intent.token, intent.version)
    may_turn = reach >= amount if source != CHANGE_PLUS else await _first_source(talk, amount) != CHANGE_PLUS
    turn = screens.source_buttons(talk.t, source, intent.token, intent.version) if may_turn else ()
    return Screen(text, (*confirm_buttons(talk.t, intent.token, intent.version), *ahead, *turn))


async def _before_repaying(talk: Talk, params: Repay, intent: Intent) -> Screen | None:
    """Show the card anew when what settles the loan, or what the wallet lacks, is another sum than it says."""
    is_split_so = params.lacking is None or params.lacking == await _lacking(talk, params.sum)
    if not params.all and is_split_so:
        return None
    view = await queries.view(talk.unit, await queries.by_id(talk.unit, params.loan, talk.customer.id))
    if is_split_so and view.settlement == params.sum:
        return None
    amount = view.settlement if params.all else min(params.sum, view.settlement)
    return await _offer_payment(talk, view, amount, params.source if is_split_so else "")


async def _why_again(talk: Talk, before: Repay, now: Repay, intent: Intent) -> Html:
    if before.sum != now.sum:
        return talk.t("loans.back_sum", before=before.sum, now=now.sum)
    return talk.t("loans.back_wallet")


async def _do_repay(talk: Talk, params: Repay, key: str) -> Repaid:
    loan = await queries.by_id(talk.unit, params.loan, talk.customer.id)
    amount, ahead = None if params.all else params.sum, params.ahead
    if params.source in (CHANGE_PLUS, BOTH):
        repaid = await pay_from_change_plus.repay(
            talk.unit, talk.customer.id, loan.id, amount, key, ahead=ahead, part=params.lacking
        )
    else:
        repaid = await repayment.repay(talk.unit, loan.id, amount, key, ahead=ahead)
    return Repaid(reference=repaid.reference, settled=repaid.settled, sum=repaid.amount)


def _told(slots: Slots, view: LoanView) -> Money | None:
    """Return the sum that a reminder told, where what is due now is another."""
    said = minor_units(slots.get("told", ""))
    told = Money(said, view.asset) if said is not None else None
    return told if told is not None and view.due_now and told != view.due_now else None


# -- my loans -----------------------------------------------------------------------------------------------------


@router.message(Means("loans", "owe"))
@router.callback_query(Means("loans", "owe"))
async def my_loans(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> list[Screen]:
    """Show each running loan on a card: owed today, next due, progress, what it costs; past ones behind a button."""
    everything = await queries.of_customer(talk.unit, talk.customer.id)
    running = [loan for loan in everything if loan.state == LoanState.ACTIVE]
    if not running:
        return [*await without_a_running_loan(talk, has_past=bool(everything)), *await standing_screens(talk)]
    if slots.get("hint") == "schedule" and len(running) == 1:
        return [statement_screens.schedule(talk.t, await queries.view(talk.unit, running[0]), 0)]
    cards = [await _loan_card(talk, loan, has_past=len(everything) > len(running)) for loan in running]
    return [*cards, *await closed_loans(talk), *await claim_screens(talk), *await standing_screens(talk)]


@router.callback_query(Tap("loan"))
async def one_loan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the card of one running loan again."""
    return await _loan_card(talk, await mine(talk, arguments))


@router.callback_query(Tap("more"))
async def more(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what else can be done with a running loan."""
    return await _more(talk, await mine(talk, arguments))


@router.callback_query(Tap("pastloans"))
async def past_loans(callback: CallbackQuery, talk: Talk) -> Screen:
    """Show the loans that have ended, newest first."""
    everything = await queries.of_customer(talk.unit, talk.customer.id)
    return screens.past_loans(talk.t, [loan for loan in reversed(everything) if loan.state != LoanState.ACTIVE])


@router.callback_query(Tap("pastloan"))
async def past_loan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one loan that has ended: its statement, its papers, its timeline."""
    return screens.past_loan(talk.t, await queries.view(talk.unit, await mine(talk, arguments)))


@router.callback_query(Tap("autodebit"))
async def automatic_debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give or withdraw the consent to be debited on due days."""
    loan = await mine(talk, arguments)
    consent = not loan.automatic_debit
    label = str(talk.t("loans.start_debit" if consent else "loans.stop_debit"))
    wording = Wording(label, DEBIT_VERSION, talk.t.language, "loan")
    await signing.choose_automatic_debit(talk.unit, loan.id, talk.customer.id, wording, consent=consent)
    return await _more(talk, loan)


@router.callback_query(Tap("giveback"))
async def give_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to give a loan back within its cooling-off days, at no cost."""
    loan = await mine(talk, arguments)
    params = GiveBack(loan=loan.id, sum=Money(loan.principal, BASE_CURRENCY))
    return await offer(talk, GIVE_BACK, params, screens.give_back_card(talk.t, loan))


async def _do_give_back(talk: Talk, params: GiveBack, key: str) -> Done:
    loan = await queries.by_id(talk.unit, params.loan, talk.customer.id)
    return Done(reference=(await repayment.give_back(talk.unit, loan.id, key)).reference)


async def _loan_card(talk: Talk, loan: Loan, *, has_past: bool = False) -> Screen:
    view = await queries.view(talk.unit, loan)
    offered_plan, case = await offer_for(talk.unit, loan.id), await hardship.case_of(talk.unit, loan.id)
    is_helped = case is not None and loan.restructured_on is not None and loan.restructured_on >= case.opened_on
    beside = screens.Beside(
        promise=await promises.running_of(talk.unit, loan.id),
        is_with_officer=case is not None and not is_helped,
        plan_offer_id=offered_plan.id if offered_plan is not None else None,
        has_past=has_past,
        lender=talk.institution,
        together=await together_in(talk, loan),
        circle=await _circle_of(talk, loan),
    )
    return screens.loan_card(talk.t, view, beside)


async def _circle_of(talk: Talk, loan: Loan) -> str:
    """Return the name of the circle whose members have lent it, "" where the institution has."""
    if loan.funding_circle is None:
        return ""
    circle = await circle_by_id(talk.unit, loan.funding_circle)
    return words_of(circle.title_sealed, talk.cipher, title_associated_data(circle.token))


async def _more(talk: Talk, loan: Loan) -> Screen:
    return screens.more(talk.t, await queries.view(talk.unit, loan))


async def _running(talk: Talk) -> list[Loan]:
    return await queries.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)


async def _chosen(talk: Talk, slots: Slots, running: list[Loan]) -> Loan:
    """Return the loan that a button named, else the oldest."""
    return next((loan for loan in running if str(loan.id) == slots.get("loan")), running[0])


async def mine(talk: Talk, arguments: list[str]) -> Loan:
    """Return the person's own loan that a button names first. Raises NotFound: `loan`, for another's too."""
    return await queries.by_id(talk.unit, id_in(arguments, ErrorCode.LOAN), talk.customer.id)


REPAY: Final = Action(
    "loan.repay",
    Repay,
    Repaid,
    needs_pin=False,
    run=_do_repay,
    done=shows(screens.repaid),
    before=_before_repaying,
    why=_why_again,
)
GIVE_BACK: Final = Action(
    "loan.give_back", GiveBack, Done, needs_pin=False, run=_do_give_back, done=shows(screens.given_back)
)
ACTIONS: Final = (REPAY, GIVE_BACK)
