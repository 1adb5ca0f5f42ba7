"""When it does not go as planned: something is late, a debit did not reach, more time is wanted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.kernel.rounding import Rounding, rounded
from finance_core.loans import events
from finance_core.loans.contact import hardship, promises
from finance_core.loans.contact.rules import HARDSHIP_PAUSE_DAYS, OFFICER_FROM_DAYS, PROMISE_DAYS, cost_a_day
from finance_core.loans.daily import DEBIT
from finance_core.loans.models import LoanEvent
from finance_core.loans.operations.finding import offer_for
from finance_core.loans.origination import quoting
from finance_core.loans.origination.prospects import DAYS
from finance_core.loans.products.product_terms import DAYS_A_YEAR
from finance_core.loans.queries import LoanView
from finance_core.notices.contact_rules import CONTACTS_A_DAY
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.topics import person
from handlers.loans.topics.paying import in_change_plus
from handlers.loans.topics.person import pay_buttons, pays, taps, within
from handlers.locales import Html, Translator
from handlers.phrases.readers.days import day_of

A_WEEK: Final = 7
PERCENT: Final = 100


# -- late -----------------------------------------------------------------------------------------------------------


async def late(talk: Talk, asked: Asked) -> Answer:
    """Say whether anything is late, since when, how much, what of it is penalty, what a day costs, what comes next."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(
            await person.nothing_runs(talk), await _late_rule(talk), t("loan_topics.contact_rule", most=CONTACTS_A_DAY)
        )
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    said = (await _is_late(talk, view)) if view.days_past_due else _would_be_late(t, view, asked)
    buttons = pay_buttons(t, view)
    if view.days_past_due:
        loan = view.loan.id
        promise = Button(t("menu.promise"), taps("promise", loan=loan))
        buttons = (*buttons, promise, Button(t("menu.hardship"), taps("hardship", loan=loan)))
    return Answer(within(*said, person.others(t, views)), buttons)


async def _is_late(talk: Talk, view: LoanView) -> list[Html | None]:
    t, loan = talk.t, view.loan
    since = talk.unit.open_on - timedelta(days=view.days_past_due)
    return [
        t(
            "loan_topics.late",
            due=view.due_now,
            loan=person.loan_name(t, loan),
            days=t("common.day", count=view.days_past_due),
            since=since,
        ),
        _of_it_penalty(t, view, talk.unit.open_on),
        _in_grace(t, view, since, talk.unit.open_on),
        _a_day(t, view, since, talk.unit.open_on),
        await _what_comes(talk, view, since),
        t("loan_topics.contact_rule", most=CONTACTS_A_DAY),
    ]


def _of_it_penalty(t: Translator, view: LoanView, today: date) -> Html | None:
    """Say what being late has cost so far of what is due: penalty, interest beyond the schedule's, late fee."""
    due = [row for row in view.instalments if row.due_on <= today and row.settled_on is None]
    penalty = Money(sum(row.penalty - row.paid_penalty for row in due), view.asset)
    late_fee = Money(sum(row.late_fee for row in due), view.asset)
    if late_fee:
        return t("loan_topics.of_it_fee", penalty=penalty, fee=late_fee)
    return t("loan_topics.of_it_penalty", penalty=penalty) if penalty else t("loan_topics.of_it_no_penalty")


def _in_grace(t: Translator, view: LoanView, since: date, today: date) -> Html:
    until = since + timedelta(days=view.loan.grace_days)
    key = "loan_topics.grace_until" if today <= until else "loan_topics.grace_over"
    return t(key, until=until, since=since)


def _a_day(t: Translator, view: LoanView, since: date, today: date) -> Html:
    """Say what one more day costs: the contract's interest on the principal that is overdue, and beyond the days of
    grace the penalty.
    """
    overdue = sum(
        row.principal - row.paid_principal for row in view.instalments if row.due_on < today and row.settled_on is None
    )
    loan, values = view.loan, {"overdue": Money(overdue, view.asset)}
    rate = t.percent(loan.annual_rate + loan.penalty_rate)
    if today <= since + timedelta(days=loan.grace_days):
        cost = Money(cost_a_day(overdue, loan.late_rate, Decimal(0)), view.asset)
        return t("loan_topics.late_a_day_in_grace", cost=cost, annual=t.percent(loan.annual_rate), rate=rate, **values)
    cost = Money(cost_a_day(overdue, loan.late_rate, loan.penalty_rate), view.asset)
    return t("loan_topics.late_a_day", cost=cost, rate=rate, **values)


async def _what_comes(talk: Talk, view: LoanView, since: date) -> Html:
    """Say when the next reminder comes, or what keeps it away."""
    t, today = talk.t, talk.unit.open_on
    promise = await promises.running_of(talk.unit, view.loan.id)
    if promise is not None:
        return t("loan_topics.promise_stands", amount=Money(promise.amount, view.asset), day=promise.due_on)
    case = await hardship.case_of(talk.unit, view.loan.id)
    if case is not None:
        return t("loan_topics.case_stands", day=case.opened_on)
    terms = await person.contract_terms(talk, view.loan)
    ahead = [since + timedelta(days=days) for days in sorted(terms.reminder_days)]
    following = next((day for day in ahead if day > today), None)
    if following is None:
        return t("loan_topics.officer_looks", days=OFFICER_FROM_DAYS)
    return t("loan_topics.next_reminder", day=following, officer=since + timedelta(days=OFFICER_FROM_DAYS))


def _would_be_late(t: Translator, view: LoanView, asked: Asked) -> list[Html | None]:
    """Say that nothing is late, and what it would cost if the next instalment were, in money."""
    lead = t("loan_topics.nothing_late", loan=person.loan_name(t, view.loan))
    row = next((row for row in view.running if row.settled_on is None and row.due_on == view.next_due_on), None)
    if view.due_now:
        lead = t("loan_topics.due_today", due=view.due_now, loan=person.loan_name(t, view.loan))
        row = next(row for row in view.running if row.settled_on is None)
    if row is None:
        return [lead]
    days, principal = _days_said(asked), row.principal - row.paid_principal
    loan = view.loan
    cost = Money(cost_of(days, principal, loan.annual_rate, loan.penalty_rate, loan.grace_days), view.asset)
    values = {"days": t("common.day", count=days), "day": row.due_on, "cost": cost, "left": Money(row.left, view.asset)}
    return [
        lead,
        t("loan_topics.if_late", **values),
        t("loan_topics.late_fee", fee=Money(loan.late_fee, view.asset)) if loan.late_fee else None,
        _grace_rule(t, loan.grace_days, loan.annual_rate, loan.penalty_rate),
        t("loan_topics.contact_rule", most=CONTACTS_A_DAY),
    ]


def _days_said(asked: Asked) -> int:
    """Return how late the question has it, in days: a week where it says nothing."""
    count, unit = person.count_said(asked), person.unit_said(asked)
    return count * DAYS[unit or PeriodUnit.DAY] if count else A_WEEK


def cost_of(days: int, principal: int, annual_rate: Decimal, penalty_rate: Decimal, grace_days: int) -> int:
    """Return what being late for `days` costs beyond the instalment, in minor units: the contract's interest, and
    beyond the grace days the penalty from the due day on.
    """
    rate = annual_rate + penalty_rate if days > grace_days else annual_rate
    return int(rounded(principal * rate * days / (PERCENT * DAYS_A_YEAR), Rounding.HALF_UP))


def _grace_rule(t: Translator, grace_days: int, annual_rate: Decimal, penalty_rate: Decimal) -> Html:
    return t(
        "loan_topics.grace_rule",
        grace=t("common.day", count=grace_days),
        annual=t.percent(annual_rate),
        rate=t.percent(annual_rate + penalty_rate),
    )


async def _late_rule(talk: Talk) -> Html | None:
    """Return the rule of the first loan that is sold today, at its riskiest grade."""
    product = next(iter(await quoting.products(talk.unit)), None)
    if product is None:
        return None
    annual = max(product.rates.values())
    return _grace_rule(talk.t, product.grace_days, annual, product.penalty_rate(annual, talk.unit.open_on))


# -- a debit that did not reach ----------------------------------------------------------------------------------------


async def failed(talk: Talk, asked: Asked) -> Answer:
    """Say when the last debit was tried, what was due, taken and missing, when it is tried again, and what to do."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.debit_rule", hour=DEBIT.at))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    loan, in_wallet = view.loan, await person.in_wallet(talk)
    tried = await events.latest(talk.unit, loan.id, "debited", "debit_short")
    text = within(
        *_last_try(talk, view, tried),
        _still_due(t, view) if view.due_now else None,
        await _what_is_there(talk, view, in_wallet),
        _tried_again(talk, view),
        person.others(t, views),
    )
    topup = (Button(t("menu.topup"), taps("topup")),) if view.due_now > in_wallet else ()
    pay = pay_buttons(t, view) if view.due_now else ()
    in_plus = await in_change_plus(talk) if view.due_now else Money.zero(view.asset)
    plus = (Button(t("loan_topics.pay_from_plus", amount=view.due_now), pays(view, view.due_now, source="plus")),)
    buttons = (*topup, *pay, *(plus if view.due_now and in_plus >= view.due_now else ()))
    return Answer(text, buttons or (Button(t("menu.loans"), taps("loans")),))


def _last_try(talk: Talk, view: LoanView, tried: LoanEvent | None) -> list[Html]:
    t, loan = talk.t, view.loan
    name = person.loan_name(t, loan)
    if not loan.automatic_debit and (tried is None or view.due_now):
        return [t("loan_topics.no_debit", loan=name)]
    if tried is None:
        return [t("loan_topics.never_tried", loan=name)]
    asset, at = ASSETS[loan.asset], Html(t.instant(tried.at, talk.customer.zone))
    taken = Money(tried.details["amount"], asset)
    if tried.kind == "debited":
        reference = tried.details["reference"]
        return [t("loan_topics.last_debited", at=at, amount=taken, reference=reference, loan=name)]
    missing = Money(tried.details["missing"], asset)
    values = {"at": at, "due": taken + missing, "taken": taken, "missing": missing, "loan": name}
    return [t("loan_topics.last_short", **values)]


def _still_due(t: Translator, view: LoanView) -> Html:
    if not view.days_past_due:
        return t("loan_topics.still_due", due=view.due_now)
    days = t("common.day", count=view.days_past_due)
    return t("loan_topics.still_due_late", due=view.due_now, days=days)


async def _what_is_there(talk: Talk, view: LoanView, in_wallet: Money) -> Html:
    if view.due_now and in_wallet < view.due_now:
        return talk.t("loan_topics.there_lacks", balance=in_wallet, missing=view.due_now - in_wallet)
    return talk.t("loan_topics.balance_now", balance=in_wallet)


def _tried_again(talk: Talk, view: LoanView) -> Html:
    """Say when the next debit is: this morning, after the next money, at 09:00 of tomorrow or of the next due day."""
    t, unit = talk.t, talk.unit
    if not view.loan.automatic_debit:
        return t("loan_topics.pay_by_hand")
    if not view.due_now:
        if view.next_due_on is None:
            return t("loan_topics.debit_tried")
        return t("loan_topics.tried_on", day=view.next_due_on, hour=DEBIT.at)
    if unit.local_now().time() < DEBIT.at and unit.local_now().date() == unit.open_on:
        return t("loan_topics.tried_today", hour=DEBIT.at)
    return t("loan_topics.tried_again", hour=DEBIT.at)


# -- more time ------------------------------------------------------------------------------------------------------


async def more_time(talk: Talk, asked: Asked) -> Answer:
    """Say until when a day may be named and what waiting costs, or what stands already; else the way to an officer."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.time_rule", most=PROMISE_DAYS))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    loan = view.loan
    offered = await offer_for(talk.unit, loan.id)
    if offered is not None:
        text = within(t("loan_topics.plan_waits"), t("loan_topics.plan_rule"))
        return Answer(text, (Button(t("agreement.look"), f"planoffer:{offered.id}"),))
    promise, case = await promises.running_of(talk.unit, loan.id), await hardship.case_of(talk.unit, loan.id)
    hard = Button(t("menu.hardship"), taps("hardship", loan=loan.id))
    if case is not None:
        until = (
            t("loan_topics.case_paused", until=case.paused_until) if case.paused_until >= talk.unit.open_on else None
        )
        text = within(t("loan_topics.case_stands", day=case.opened_on), until, t("loan_topics.plan_rule"))
        return Answer(text, pay_buttons(t, view))
    if promise is not None:
        stands = t("loan_topics.promise_stands", amount=Money(promise.amount, view.asset), day=promise.due_on)
        return Answer(within(stands, t("loan_topics.penalty_goes_on"), _cannot(t)), (*pay_buttons(t, view), hard))
    lead, when = await _offered_day(talk, view, asked)
    promise_button = Button(t("menu.promise"), taps("promise", loan=loan.id, **when))
    text = within(
        lead, t("loan_topics.penalty_goes_on"), _cannot(t), t("loan_topics.plan_rule"), person.others(t, views)
    )
    return Answer(text, (promise_button, hard))


def _cannot(t: Translator) -> Html:
    return t("loan_topics.cannot_pay", days=t("common.day", count=HARDSHIP_PAUSE_DAYS))


async def _offered_day(talk: Talk, view: LoanView, asked: Asked) -> tuple[Html, dict[str, str]]:
    """Say what a promise for the day that was named would be, else for the last day that may be named."""
    t, unit = talk.t, talk.unit
    latest = unit.open_on + timedelta(days=PROMISE_DAYS)
    said = _day_said(talk, asked)
    due_on = said or latest
    try:
        offer = await promises.offer(unit, view.loan, due_on, amount_asked(asked))
    except RuleViolation as why:
        lead = Html(refusal(t, why).text)
        return within(lead, t("loan_topics.time_until", latest=latest, most=PROMISE_DAYS)), {}
    key = "loan_topics.time_that_day" if said is not None else "loan_topics.time_latest"
    values = {"day": due_on, "amount": offer.amount, "cost": offer.cost_a_day, "most": PROMISE_DAYS}
    return t(key, **values), {"when": due_on.isoformat()} if said is not None else {}


def _day_said(talk: Talk, asked: Asked) -> date | None:
    """Return the day that the question names, by the person's own calendar."""
    said = asked.slots.get("day")
    try:
        return date.fromisoformat(said) if said else _read(talk, asked.slots.get("when"))
    except ValueError:
        return None


def _read(talk: Talk, when: str | None) -> date | None:
    today = talk.unit.now.astimezone(ZoneInfo(talk.customer.zone)).date()
    return day_of(when, today) if when else None


TOPICS: Final = (
    Topic("repay.late", late),
    Topic("repay.failed", failed),
    Topic("repay.more_time", more_time),
)
