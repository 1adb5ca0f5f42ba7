"""Paying back: how, when, out of what, by itself or by hand, and ahead of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finance_core.journeys import change_plus
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import Money
from finance_core.loans.daily import DEBIT
from finance_core.loans.operations import recovery
from finance_core.loans.queries import LoanView
from finance_core.loans.repayment import previews as previewing
from finance_core.loans.repayment.previews import Preview
from finance_core.loans.rules.terms import Prepayment
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.screens.borrow import product_name
from handlers.loans.screens.loans import PART_TO_TAP, made_of_it, rounded_part
from handlers.loans.screens.prospects import tenor_text
from handlers.loans.topics import person
from handlers.loans.topics.before import quoted
from handlers.loans.topics.person import ask, pay_all, pay_buttons, pays, taps, within
from handlers.locales import Html, Translator


async def how(talk: Talk, asked: Asked) -> Answer:
    """Say what is due and when, that it is debited by itself or not, and how to pay by hand or ahead."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.pay_rule"))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    text = within(
        _what_is_due(t, view),
        await _by_itself(talk, view),
        t("loan_topics.pay_by_hand") if view.due_now else t("loan_topics.pay_ahead", all=view.settlement),
        person.others(t, views),
    )
    ahead = (pay_all(t, view),) if not view.due_now and view.next_due < view.settlement else ()
    return Answer(text, (*pay_buttons(t, view), *ahead, *person.other_buttons(t, "repay.how", views)))


def _what_is_due(t: Translator, view: LoanView) -> Html:
    loan = person.loan_name(t, view.loan)
    if view.days_past_due:
        days = t("common.day", count=view.days_past_due)
        return t("loan_topics.due_late", due=view.due_now, loan=loan, days=days)
    if view.due_now:
        return t("loan_topics.due_today", due=view.due_now, loan=loan)
    if view.next_due_on is None:
        return t("loan_topics.due_nothing", loan=loan)
    return t("loan_topics.due_next", amount=view.next_due, day=view.next_due_on, loan=loan)


async def _by_itself(talk: Talk, view: LoanView) -> Html:
    t, loan = talk.t, view.loan
    if not loan.automatic_debit:
        return t("loan_topics.not_debited")
    key = "loan_topics.debited_both" if loan.debit_from_change_plus else "loan_topics.debited_wallet"
    return t(key, hour=DEBIT.at, balance=await person.in_wallet(talk))


async def when_due(talk: Talk, asked: Asked) -> Answer:
    """Say the next due day and sum, the hour of the debit, until when money counts as on time, and the last day."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        return await _first_due(talk, asked)
    view = views[0]
    loan, last = view.loan, max(row.due_on for row in view.running)
    text = within(
        _what_is_due(t, view),
        t("loan_topics.then_next", amount=view.next_due, day=view.next_due_on)
        if view.due_now and view.next_due_on is not None
        else None,
        t("loan_topics.debit_hour", hour=DEBIT.at) if loan.automatic_debit else t("loan_topics.not_debited"),
        t("loan_topics.on_time", grace=t("common.day", count=loan.grace_days)),
        t("loan_topics.last_due", day=last, left=sum(row.settled_on is None for row in view.running)),
        person.others(t, views),
    )
    schedule = Button(t("loans.schedule"), f"schedule:{loan.id}")
    return Answer(text, (*pay_buttons(t, view), schedule, *person.other_buttons(t, "repay.when_due", views)))


async def _first_due(talk: Talk, asked: Asked) -> Answer:
    """Say when the first instalment of a loan that is signed today would fall due."""
    t = talk.t
    quote, refused = await quoted(talk, asked)
    if quote is None or await recovery.written_off_of(talk.unit, talk.customer.id):
        return Answer(within(await person.nothing_runs(talk), refused), await person.ways_without_a_loan(talk))
    first = quote.schedule.instalments[0]
    text = within(
        await person.nothing_runs(talk),
        t(
            "loan_topics.first_due",
            principal=quote.principal,
            product=product_name(t, quote.product.code),
            time=tenor_text(t, quote.tenor),
            amount=quote.instalment,
            day=first.due_on,
        ),
        t("loan_topics.debit_hour", hour=DEBIT.at),
        t("loan_topics.on_time", grace=t("common.day", count=quote.product.grace_days)),
    )
    return Answer(text, await person.ways_without_a_loan(talk))


async def auto_debit(talk: Talk, asked: Asked) -> Answer:
    """Say whether the consent to be debited is given, in which order and at which hour, and how to withdraw it."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.debit_rule", hour=DEBIT.at))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    loan, name = view.loan, person.loan_name(t, view.loan)
    if not loan.automatic_debit:
        lead = t("loan_topics.debit_off", loan=name)
    else:
        key = "loan_topics.debit_on_both" if loan.debit_from_change_plus else "loan_topics.debit_on_wallet"
        lead = t(key, loan=name, hour=DEBIT.at)
    text = within(
        lead,
        _next(t, view),
        t("loan_topics.debit_withdraw") if loan.automatic_debit else t("loan_topics.debit_agree", hour=DEBIT.at),
        t("loan_topics.debit_tried"),
        person.others(t, views),
    )
    label = "loans.stop_debit" if loan.automatic_debit else "loans.start_debit"
    turn = Button(t(label), f"autodebit:{loan.id}")
    return Answer(text, (turn, *pay_buttons(t, view), *person.other_buttons(t, "repay.auto_debit", views)))


def _next(t: Translator, view: LoanView) -> Html | None:
    return _what_is_due(t, view) if view.due_now or view.next_due_on is not None else None


async def pay_from(talk: Talk, asked: Asked) -> Answer:
    """Say what may pay an instalment, what is there now, and how others' money gets in."""
    t, views = talk.t, await person.running(talk, asked)
    in_wallet, in_plus = await person.in_wallet(talk), await in_change_plus(talk)
    sources = t("loan_topics.sources", wallet=in_wallet, plus=in_plus)
    rule = t("loan_topics.others_pay")
    if not views:
        text = within(await person.nothing_runs(talk), sources, rule)
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    wanted = view.due_now or view.next_due
    text = within(sources, _what_is_due(t, view), _enough(t, wanted, in_wallet, in_plus), rule, person.others(t, views))
    plus = (Button(t("loan_topics.pay_from_plus", amount=wanted), pays(view, wanted, source="plus")),)
    wallet = (Button(t("loan_topics.pay_from_wallet", amount=wanted), pays(view, wanted, source="wallet")),)
    reaching = (*(wallet if in_wallet >= wanted else ()), *(plus if in_plus >= wanted else ()))
    topup, request = Button(t("menu.topup"), taps("topup")), Button(t("menu.request"), taps("request"))
    return Answer(text, (*(reaching if wanted else ()), topup, request)[:3])


def _enough(t: Translator, wanted: Money, in_wallet: Money, in_plus: Money) -> Html | None:
    if not wanted or in_wallet >= wanted or in_plus >= wanted:
        return None
    return t("loan_topics.not_enough_there", missing=wanted - in_wallet)


async def in_change_plus(talk: Talk) -> Money:
    """Return what the person can pay with out of Change Plus now; nothing where no such fund is on sale."""
    try:
        return await change_plus.at_once(talk.unit, talk.customer.id)
    except FinanceError:
        return Money.zero((await person.in_wallet(talk)).asset)


# -- ahead of time --------------------------------------------------------------------------------------------------


async def early(talk: Talk, asked: Asked) -> Answer:
    """Say what paying everything takes today, that it costs nothing, and what it saves in interest."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.early_rule"))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    saved = view.interest_to_come
    values = {"loan": person.loan_name(t, view.loan), "settlement": view.settlement}
    text = within(
        t("loan_topics.early", saved=saved, **values) if saved else t("loan_topics.early_saves_nothing", **values),
        t("loan_topics.early_parts", principal=view.outstanding, rest=view.settlement - view.outstanding),
        t("loan_topics.early_today"),
        await _given_back_instead(talk, view),
        t("loan_topics.early_rule"),
        person.others(t, views),
    )
    part = ask(t, "repay.early_partial", loan=view.loan.id)
    return Answer(text, (pay_all(t, view), part, *person.other_buttons(t, "repay.early", views)))


async def _given_back_instead(talk: Talk, view: LoanView) -> Html | None:
    if not view.may_be_given_back or view.settlement == view.outstanding:
        return None
    principal = Money(view.loan.principal, view.asset)
    return talk.t("loan_topics.give_back_instead", principal=principal, until=view.loan.cooling_off_until)


async def early_partial(talk: Talk, asked: Asked) -> Answer:
    """Say that any sum may be paid ahead, and what a sum would make of the instalments, in both ways."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.part_rule"))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    said = amount_asked(asked)
    amount = min(said or _usual_part(view), view.settlement)
    previews = await previewing.previews(talk.unit, view.loan.id, amount) if amount else {}
    shown = _shown(t, previews)
    if amount == view.settlement:
        lead = t("loan_topics.part_is_all", loan=person.loan_name(t, view.loan), settlement=view.settlement)
    else:
        key = "loan_topics.part" if previews else "loan_topics.part_is_due"
        lead = t(key, amount=amount, loan=person.loan_name(t, view.loan), due=view.due_now)
    text = within(lead, *shown, t("loan_topics.part_rule"), person.others(t, views))
    pay = (Button(t("loan_topics.pay_part", amount=amount), pays(view, amount)),) if amount else ()
    return Answer(text, (*pay, ask(t, "repay.early", loan=view.loan.id)))


def _shown(t: Translator, previews: Mapping[Prepayment, Preview]) -> list[Html]:
    """Return what each choice makes of the rest; where both make the same of it, one of them, and that."""
    shown = [made_of_it(t, choice.value, preview) for choice, preview in previews.items()]
    if len(shown) > 1 and len(set(previews.values())) == 1:
        return [shown[0], t("loan_topics.part_either")]
    return shown


def _usual_part(view: LoanView) -> Money:
    """Return the part that is shown where none was said: what stands on the screen's buttons, the smallest first."""
    parts = [rounded_part(view.settlement, share) for share in PART_TO_TAP]
    fitting = [part for part in parts if view.due_now < part]
    return fitting[0] if fitting else Money(view.settlement.amount // 2, view.asset)


TOPICS: Final = (
    Topic("repay.how", how),
    Topic("repay.when_due", when_due),
    Topic("repay.auto_debit", auto_debit),
    Topic("repay.pay_from", pay_from),
    Topic("repay.early", early),
    Topic("repay.early_partial", early_partial),
)
