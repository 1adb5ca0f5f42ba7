"""What the answers share: whose loans, which of them is asked about, what was said beside it, texts that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.catalogue import product_version
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import ASSETS, BASE_CURRENCY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import recovery
from finance_core.loans.origination.prospects import Prospect
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.loans.queries import LoanView
from finance_core.wallet import queries as wallet
from handlers.chat.screens import ways
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.slot_values import count_slot
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import MOST_CHARACTERS, Asked
from handlers.loans.screens.borrow import product_name
from handlers.loans.screens.prospects import closed_line, open_line
from handlers.locales import Html, Translator
from handlers.phrases.products import product_in

MOST_LISTED: Final = 3
"""Loans that are named one by one."""


def within(*parts: str | None) -> Html:
    """Return the parts on lines of their own, in their order; one that would make the answer too long is left out."""
    kept: list[str] = []
    for part in parts:
        if part is not None and len("\n".join((*kept, part))) <= MOST_CHARACTERS:
            kept.append(part)
    return lines(*kept)


# -- what was said beside the topic ---------------------------------------------------------------------------------


def count_said(asked: Asked) -> int | None:
    """Return the count that the question names."""
    try:
        return count_slot(asked.slots)
    except FinanceError:
        return None


def unit_said(asked: Asked) -> PeriodUnit | None:
    """Return what the question counts in."""
    said = asked.slots.get("unit")
    return PeriodUnit(said) if said in tuple(PeriodUnit) else None


def product_said(asked: Asked) -> str | None:
    """Return the code of the loan product that the question names."""
    return asked.slots.get("product") or product_in(asked.text)


# -- whose loans ----------------------------------------------------------------------------------------------------


async def running(talk: Talk, asked: Asked) -> list[LoanView]:
    """Return the person's running loans, the one that is asked about first: the one that a button or the question
    named, else what is late longest, else what falls due next.
    """
    loans = await queries.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    views = [await queries.view(talk.unit, loan) for loan in loans]
    named, code, said = asked.slots.get("loan"), product_said(asked), amount_asked(asked)

    def order(view: LoanView) -> tuple[object, ...]:
        loan = view.loan
        is_named = str(loan.id) == named
        is_said = loan.product == code or said == Money(loan.principal, view.asset)
        return (not is_named, not is_said, -view.days_past_due, view.next_due_on or loan.disbursed_on, loan.id)

    return sorted(views, key=order)


async def contract_terms(talk: Talk, loan: Loan) -> LoanProduct:
    """Return the terms that a contract was sold under."""
    return loan_product(await product_version(talk.unit, loan.product, loan.product_version))


def loan_name(t: Translator, loan: Loan) -> Html:
    """Return how a loan is named in a sentence: "⚡ Lightning of ¥3,000.00"."""
    principal = Money(loan.principal, ASSETS[loan.asset])
    return t("loan_topics.loan", product=product_name(t, loan.product), principal=principal)


def others(t: Translator, views: Sequence[LoanView]) -> Html | None:
    """Return the sentence that names the running loans beside the first."""
    rest = views[1 : MOST_LISTED + 1]
    if not rest:
        return None
    return t("loan_topics.others", loans=Html(t.listed([_brief(t, view) for view in rest])))


def _brief(t: Translator, view: LoanView) -> Html:
    name = loan_name(t, view.loan)
    if view.due_now:
        return t("loan_topics.other_due", loan=name, amount=view.due_now)
    if view.next_due_on is None:
        return name
    return t("loan_topics.other_next", loan=name, amount=view.next_due, day=Html(t.short_day(view.next_due_on)))


def other_buttons(t: Translator, topic: str, views: Sequence[LoanView], most: int = 1) -> tuple[Button, ...]:
    """Return the buttons that ask the same of another loan."""
    return tuple(
        Button(loan_name(t, view.loan), taps("ask", topic=topic, loan=view.loan.id)) for view in views[1 : most + 1]
    )


async def nothing_runs(talk: Talk) -> Html:
    """Return the sentence for who has no running loan: what of it is still owed, or how the last one ended."""
    t = talk.t
    closed = await recovery.written_off_of(talk.unit, talk.customer.id)
    if closed:
        loan, left = closed[0]
        return t("loan_topics.written_off", loan=loan_name(t, loan), left=left, day=loan.ended_on)
    ended = [loan for loan in await queries.of_customer(talk.unit, talk.customer.id) if loan.ended_on is not None]
    if not ended:
        return t("loan_topics.no_loan")
    last = max(ended, key=lambda loan: (loan.ended_on, loan.id))
    return t(f"loan_topics.last_{last.state}", loan=loan_name(t, last), day=last.ended_on)


async def last_one(talk: Talk) -> Html | None:
    """Return the same sentence beside what is not about paying; nothing for who has had no loan."""
    return await nothing_runs(talk) if await queries.of_customer(talk.unit, talk.customer.id) else None


async def ways_without_a_loan(talk: Talk) -> tuple[Button, ...]:
    """Return what who has no running loan may do: pay what is owed of a closed one, or borrow."""
    closed = await recovery.written_off_of(talk.unit, talk.customer.id)
    if closed:
        return tuple(
            Button(talk.t("loan_topics.pay_closed", left=left), f"closedloan:{loan.id}")
            for loan, left in closed[:MOST_LISTED]
        )
    return (borrow_button(talk.t),)


async def in_wallet(talk: Talk) -> Money:
    """Return what the person has in the wallet, to use."""
    return await wallet.available(talk.unit, talk.customer.id, BASE_CURRENCY)


# -- buttons --------------------------------------------------------------------------------------------------------


def ask(t: Translator, topic: str, **slots: object) -> Button:
    """Return the button that asks another question, in its words."""
    return ways.ask(t, topic, **_said(slots))


def taps(intent: str, **slots: object) -> str:
    """Return what a tap on a button says: `do:repay:loan=5:amount=200`."""
    return ways.opens(intent, _said(slots))


def _said(slots: Mapping[str, object]) -> dict[str, str]:
    return {name: f"{value.decimal:f}" if isinstance(value, Money) else str(value) for name, value in slots.items()}


def borrow_button(t: Translator, **slots: object) -> Button:
    """Return the way to borrow."""
    return Button(t("menu.borrow"), taps("borrow", **slots))


def pay_buttons(t: Translator, view: LoanView) -> tuple[Button, ...]:
    """Return the buttons that pay what is due, else the next instalment: a card follows, nothing moves."""
    if view.due_now:
        return (Button(t("loans.pay_due", amount=view.due_now), pays(view, view.due_now)),)
    if view.next_due and view.next_due < view.settlement:
        return (Button(t("loans.pay_next", amount=view.next_due), pays(view, view.next_due)),)
    return (pay_all(t, view),)


def pay_all(t: Translator, view: LoanView) -> Button:
    """Return the button that pays a loan off."""
    return Button(t("loans.pay_all", amount=view.settlement), pays(view, view.settlement))


def pays(view: LoanView, amount: Money, **more: object) -> str:
    """Return the tap that opens the card of a payment."""
    return taps("repay", loan=view.loan.id, amount=amount, **more)


# -- products and what a person may have of them --------------------------------------------------------------------


def tenors_text(t: Translator, product: LoanProduct) -> Html:
    """Return all the times of a product: "3, 6, 12 months"."""
    by_unit: dict[str, list[str]] = {}
    for tenor in product.tenors:
        by_unit.setdefault(tenor.unit, []).append(str(tenor.count * tenor.every))
    said = [t(f"loan_topics.tenors_{unit}", counts=Html(t.listed(counts))) for unit, counts in by_unit.items()]
    return Html(t.listed(said))


def prospect_lines(t: Translator, found: Sequence[Prospect], but: Prospect | None = None) -> list[Html]:
    """Return a line for each product `but` one: up to how much, over which time; or why not now.

    Nothing where one thing stands against all of them: that is said once, before.
    """
    if not any(each.is_open for each in found) and len({each.reasons[:1] for each in found}) == 1:
        return []
    return [open_line(t, each) if each.is_open else closed_line(t, each) for each in found if each is not but]


def open_lines(t: Translator, found: Sequence[Prospect]) -> list[Html]:
    """Return the lines of what may be borrowed today."""
    return [open_line(t, each) for each in found if each.is_open]


def best_of(found: Sequence[Prospect], code: str | None = None) -> Prospect | None:
    """Return the product that is asked about, else the one of which most may be had today; None where nothing is."""
    named = [each for each in found if each.product.code == code]
    if named:
        return named[0]
    return max((each for each in found if each.is_open), key=lambda each: each.most, default=None)
