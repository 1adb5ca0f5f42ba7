"""Papers, the credit record, standing for others, and not wanting to borrow any more."""

from __future__ import annotations

from datetime import date
from typing import Final

from finance_core.customers import consents
from finance_core.customers.service import display_name
from finance_core.kernel.money import ASSETS, BASE_CURRENCY, Money
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import guarantees, quoting, self_limits
from finance_core.loans.origination.guarantees import Standing
from finance_core.loans.origination.models import SelfLimit
from finance_core.loans.products.product_terms import LoanProduct
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.screens.borrow import product_name
from handlers.loans.topics import person
from handlers.loans.topics.person import borrow_button, taps, within
from handlers.locales import Html, Translator


async def papers(talk: Talk, asked: Asked) -> Answer:
    """Say which papers there are: a settled loan's letter first, contract and statement of the one that runs."""
    t = talk.t
    loans = list(reversed(await queries.of_customer(talk.unit, talk.customer.id)))
    if not loans:
        return Answer(within(t("loan_topics.no_papers"), t("loan_topics.papers_rule")), (borrow_button(t),))
    running = [loan for loan in loans if loan.state == LoanState.ACTIVE]
    settled = [loan for loan in loans if loan.state == LoanState.SETTLED]
    others = running or [loan for loan in loans if loan.state != LoanState.SETTLED]
    loan = next((each for each in loans if str(each.id) == asked.slots.get("loan")), (running or settled or loans)[0])
    said = [
        t("loan_topics.papers_running", loan=person.loan_name(t, each), day=each.disbursed_on) for each in others[:2]
    ]
    text = within(
        _lead(t, running, settled),
        *said,
        *[_settled(t, each) for each in settled[:2]],
        t("loan_topics.papers_rule"),
    )
    letter = tuple(Button(t("loans.letter"), f"letter:{each.id}") for each in settled[:1])
    own = (Button(t("loans.contract"), f"contract:{loan.id}"), Button(t("loans.statement"), f"account:{loan.id}"))
    return Answer(text, (*letter, *own))


def _lead(t: Translator, running: list[Loan], settled: list[Loan]) -> Html:
    if settled and not running:
        return t("loan_topics.papers_owes_nothing")
    return t("loan_topics.papers_letter") if settled else t("loan_topics.papers")


def _settled(t: Translator, loan: Loan) -> Html:
    return t("loan_topics.papers_settled", loan=person.loan_name(t, loan), day=loan.ended_on)


async def credit_record(talk: Talk, asked: Asked) -> Answer:
    """Say whether the person agreed to the bureau being asked, when, and what being late does to the record."""
    t, me = talk.t, talk.customer
    views = await person.running(talk, asked)
    late = next((view for view in views if view.days_past_due), None)
    product = await _terms(talk, late.loan if late is not None else views[0].loan if views else None)
    since = await consents.given_since(talk.unit, me.id, consents.Topic.BUREAU)
    if since is not None:
        day = since.astimezone(talk.unit.zone).date()
        lead = t("loan_topics.bureau_agreed", day=day)
    else:
        lead = t("loan_topics.bureau_not_agreed")
    text = within(
        lead,
        t("loan_topics.bureau_told"),
        _late_now(t, late) if late is not None else None,
        _record_rule(t, product) if product is not None else None,
        t("loan_topics.record_cooling_off"),
    )
    settings = Button(t("menu.settings"), taps("settings"))
    own = (Button(t("loans.timeline"), f"timeline:{views[0].loan.id}"),) if views else ()
    return Answer(text, (*own, settings))


def _late_now(t: Translator, view: queries.LoanView) -> Html:
    days = t("common.day", count=view.days_past_due)
    return t("loan_topics.record_late_now", loan=person.loan_name(t, view.loan), days=days)


async def _terms(talk: Talk, loan: Loan | None) -> LoanProduct | None:
    """Return the terms of a contract, or of the first loan that is sold today."""
    if loan is not None:
        return await person.contract_terms(talk, loan)
    return next(iter(await quoting.products(talk.unit)), None)


def _record_rule(t: Translator, product: LoanProduct) -> Html:
    rules = product.referral
    return t(
        "loan_topics.record_rule",
        days=t("common.day", count=rules.arrears_days),
        within=t("common.day", count=rules.within_days),
    )


async def guarantor(talk: Talk, asked: Asked) -> Answer:
    """Say for whom the person stands, how much at most and what would happen when; and which loans need people."""
    t, found = talk.t, await guarantees.standing_for(talk.unit, talk.customer.id)
    sold = [product for product in await quoting.products(talk.unit) if product.guarantees is not None]
    lead = t("loan_topics.stands_for", count=len(found)) if found else t("loan_topics.stands_for_nobody")
    text = within(
        lead,
        *[_stands(talk, each) for each in found[: person.MOST_LISTED]],
        *[_needs(t, product) for product in sold],
        t("loan_topics.stands_rule"),
    )
    mine = (Button(t("guarantors.mine"), taps("guarantees")),) if found else ()
    pay = tuple(
        Button(t("loan_topics.pay_share", amount=each.to_pay), f"stand_pay:{each.guarantee.id}")
        for each in found
        if each.to_pay
    )
    borrow = tuple(borrow_button(t, product=product.code) for product in sold[:1]) if not found else ()
    return Answer(text, (*pay[:1], *mine, *borrow))


def _stands(talk: Talk, each: Standing) -> Html:
    t = talk.t
    values = {"name": display_name(each.borrower, talk.cipher), "principal": each.principal, "at_most": each.at_most}
    if each.to_pay:
        return t("loan_topics.stands_asked_now", to_pay=each.to_pay, **values)
    if each.claim:
        return t("loan_topics.stands_claim", claim=each.claim, **values)
    return t("loan_topics.stands_line" if each.loan is not None else "loan_topics.stands_unsigned", **values)


def _needs(t: Translator, product: LoanProduct) -> Html:
    rules = product.guarantees
    assert rules is not None
    return t(
        "loan_topics.needs_rule",
        product=product_name(t, product.code),
        least=rules.least,
        most=rules.most,
        days=t("common.day", count=rules.asked_after_days),
    )


async def opt_out(talk: Talk, asked: Asked) -> Answer:
    """Say what is blocked or limited already, that nothing stays open once a loan is paid, and what can be set."""
    t, views = talk.t, await person.running(talk, asked)
    lines_open = [view for view in views if view.loan.undrawn]
    offers = consents.Topic.LOANS in await consents.given_offers(talk.unit, talk.customer.id)
    chosen = await self_limits.current(talk.unit, talk.customer.id)
    is_blocked = await self_limits.blocked_until(talk.unit, talk.customer.id) is not None
    text = within(
        *_set_already(t, chosen, talk.unit.open_on),
        t("loan_topics.opt_out_running", loan=person.loan_name(t, views[0].loan))
        if views
        else t("loan_topics.opt_out"),
        *([] if is_blocked else [_line_ends(t, view) for view in lines_open]),
        t("loan_topics.opt_out_can"),
        t("loan_topics.opt_out_offers_on" if offers else "loan_topics.opt_out_offers_off"),
    )
    stop = (Button(t("loan_topics.no_offers"), taps("offers_stop")),) if offers else ()
    return Answer(text, (Button(t("loan_topics.set_limits"), taps("own_limits")), *stop))


def _set_already(t: Translator, chosen: SelfLimit | None, today: date) -> list[Html]:
    """Say what the person has set for themselves."""
    if chosen is None:
        return []
    until, limit = chosen.no_lending_until, chosen.limit_on(today)
    said = [t("loan_topics.opt_out_blocked", until=until)] if until is not None and today <= until else []
    return [*said, t("loan_topics.opt_out_limit", limit=Money(limit, BASE_CURRENCY))] if limit is not None else said


def _line_ends(t: Translator, view: queries.LoanView) -> Html:
    left = Money(view.loan.undrawn, ASSETS[view.loan.asset])
    return t("loan_topics.opt_out_line", left=left, until=view.loan.draw_until)


TOPICS: Final = (
    Topic("loan.papers", papers),
    Topic("loan.credit_record", credit_record),
    Topic("loan.guarantor", guarantor),
    Topic("loan.opt_out", opt_out),
)
