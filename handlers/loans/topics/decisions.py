"""From the application to the money: why it was declined, when it is decided, taking it back, where the money is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import events, queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import applications, guarantees, quoting
from finance_core.loans.origination.decision import Decision, Reason
from finance_core.loans.origination.models import ApplicationState, GuaranteeState, LoanApplication
from finance_core.loans.origination.prospects import Prospect, prospects
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.loans.queries import LoanView
from finance_core.notices.contacts import last_contact
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.screens.borrow import product_name
from handlers.loans.screens.prospects import officer_text, tenor_text, what_changes_it, why_not
from handlers.loans.screens.refusals import reason_text
from handlers.loans.topics import person
from handlers.loans.topics.person import ask, borrow_button, pay_all, taps, within
from handlers.locales import Html, Translator

HOURS: Final = 3600


# -- declined -------------------------------------------------------------------------------------------------------


async def why_declined(talk: Talk, asked: Asked) -> Answer:
    """Say what the last refusal was, its reasons and what would change each, and what the check says today."""
    t, unit, me = talk.t, talk.unit, talk.customer
    found = await prospects(unit, me)
    waits = await applications.all_waiting(unit, me.id)
    asked_a_person = next((one for one in waits if one.reasons), None)
    last = asked_a_person or await applications.latest(unit, me.id, ApplicationState.DECLINED)
    if last is None:
        return _never_declined(talk, asked, found, waits)
    today = next((each for each in found if each.product.code == last.product), None)
    text = within(
        _declined(t, talk, last),
        *await _reasons(talk, last),
        t("loan_topics.asked_person", by=_by(t, talk, last)) if asked_a_person is not None else None,
        _check(t, today) if today is not None else None,
    )
    may_ask = asked_a_person is None and _may_ask_a_person(last, waits)
    person_asked = (Button(t("borrow.ask_a_person"), f"person:{last.id}"),) if may_ask else ()
    return Answer(text, (*_smaller(t, last, today), ask(t, "loan.limit_raise"), *person_asked))


def _never_declined(talk: Talk, asked: Asked, found: list[Prospect], waits: list[LoanApplication]) -> Answer:
    """Say that nothing was refused, what waits for an officer, and what the check says today."""
    t, best = talk.t, person.best_of(found, person.product_said(asked))
    if best is not None:
        check = _check(t, best)
    elif found:
        check = t("loan_topics.nothing_now", why=what_changes_it(t, found[0]))
    else:
        check = t("loan_topics.none_sold")
    waiting = [_waits(t, talk, one) for one in waits[:1]]
    text = within(t("loan_topics.never_declined"), *waiting, check, *person.prospect_lines(t, found, but=best))
    return Answer(text, (ask(t, "loan.limit_how_much"), ask(t, "loan.limit_raise")))


def _may_ask_a_person(declined: LoanApplication, waits: list[LoanApplication]) -> bool:
    """Say whether an officer may decide on what the rules have refused."""
    is_by_the_rules = declined.decided_by == applications.RULES and Reason.SELF_EXCLUDED not in declined.reasons
    return is_by_the_rules and not _waits_for(waits, declined)


def _waits_for(waits: list[LoanApplication], last: LoanApplication) -> bool:
    return any(one.product == last.product for one in waits)


def _declined(t: Translator, talk: Talk, last: LoanApplication) -> Html:
    at = last.decided_at or last.asked_at
    day = at.astimezone(talk.unit.zone).date()
    key = (
        "loan_topics.declined_by_officer" if (last.decided_by or "").startswith("operator:") else "loan_topics.declined"
    )
    return t(key, sum=_asked_for(last), product=product_name(t, last.product), day=day)


def _asked_for(application: LoanApplication) -> Money:
    return Money(application.principal, ASSETS[application.asset])


async def _reasons(talk: Talk, last: LoanApplication) -> list[Html]:
    """Return each reason with what would change it, with the figures of its own day where the rules decided."""
    t, known = talk.t, [Reason(reason) for reason in last.reasons if reason in tuple(Reason)]
    decided = await applications.as_decided(talk.unit, last)
    if decided is None or (last.decided_by or applications.RULES) != applications.RULES:
        return [Html(f"• {t(f'borrow.officer_reason_{reason}')}") for reason in known]
    return [Html(f"• {_reason(t, reason, decided)}") for reason in known]


def _reason(t: Translator, reason: Reason, decided: Decision) -> Html:
    return Html(reason_text(t, reason, decided).replace("\n", " "))


def _check(t: Translator, today: Prospect) -> Html:
    name = product_name(t, today.product.code)
    officer = officer_text(t, today)
    if today.is_open and officer is not None:
        return t("loan_topics.today_officer", most=today.most, product=name, officer=officer)
    if today.is_open:
        time = tenor_text(t, today.offered.tenor)
        return t("loan_topics.today_yes", most=today.most, product=name, time=time)
    return t("loan_topics.today_no", product=name, why=why_not(t, today))


def _smaller(t: Translator, last: LoanApplication, today: Prospect | None) -> tuple[Button, ...]:
    if today is None or not today.is_open:
        return ()
    most = min(today.most, _asked_for(last))
    slots = {"product": today.product.code, "amount": most}
    return (Button(t("borrow.borrow_limit", limit=most), taps("borrow", **slots)),)


# -- waiting --------------------------------------------------------------------------------------------------------


async def review_time(talk: Talk, asked: Asked) -> Answer:
    """Say since when an application waits and by when it is decided; or what the last one came to."""
    t, unit, me = talk.t, talk.unit, talk.customer
    waits = await applications.all_waiting(unit, me.id)
    hours = int(applications.DEADLINE.total_seconds()) // HOURS
    if waits:
        first = waits[0]
        texts = [_waits(t, talk, one) for one in waits[: person.MOST_LISTED]]
        back = Button(t("borrow.withdraw"), f"withdraw_application:{first.id}")
        return Answer(within(*texts, t("loan_topics.review_then")), (back,))
    offers = await applications.offers(unit, me.id)
    if offers:
        text = within(_offer(t, talk, offers[0]), t("loan_topics.review_rule", hours=hours))
        return Answer(text, _sign(t, offers[0]))
    last = await applications.latest(unit, me.id)
    text = within(t("loan_topics.none_waits"), _came_to(t, talk, last), t("loan_topics.review_rule", hours=hours))
    why = ask(t, "loan.why_declined")
    is_declined = last is not None and last.state == ApplicationState.DECLINED
    return Answer(text, (why,) if is_declined else (borrow_button(t),))


def _waits(t: Translator, talk: Talk, one: LoanApplication) -> Html:
    is_late = talk.unit.now > applications.due_at(one)
    return t(
        "loan_topics.waits_late" if is_late else "loan_topics.waits",
        sum=_asked_for(one),
        product=product_name(t, one.product),
        since=_instant(t, talk, one.referred_at or one.asked_at),
        by=_by(t, talk, one),
    )


def _by(t: Translator, talk: Talk, one: LoanApplication) -> Html:
    return _instant(t, talk, applications.due_at(one))


def _instant(t: Translator, talk: Talk, at: datetime) -> Html:
    return Html(t.instant(at, talk.customer.zone))


def _offer(t: Translator, talk: Talk, offer: LoanApplication) -> Html:
    assert offer.expires_at is not None
    values = {
        "sum": applications.principal_of(offer),
        "product": product_name(t, offer.product),
        "until": _instant(t, talk, offer.expires_at),
    }
    return t("loan_topics.offer", **values)


def _sign(t: Translator, offer: LoanApplication) -> tuple[Button, ...]:
    return (Button(t("borrow.see_offer"), f"offer:{offer.id}"),)


def _came_to(t: Translator, talk: Talk, last: LoanApplication | None) -> Html | None:
    if last is None:
        return None
    day = (last.decided_at or last.asked_at).astimezone(talk.unit.zone).date()
    values = {"sum": _asked_for(last), "product": product_name(t, last.product), "day": day}
    return t(f"loan_topics.came_to_{last.state}", **values)


# -- taking it back -------------------------------------------------------------------------------------------------


async def cancel(talk: Talk, asked: Asked) -> Answer:
    """Say how to get out: an application, a loan in its cooling-off days, an unsigned offer, else early repayment."""
    t, unit, me = talk.t, talk.unit, talk.customer
    views, waits = await person.running(talk, asked), await applications.all_waiting(unit, me.id)
    if waits:
        first = waits[0]
        text = within(
            t("loan_topics.may_withdraw", sum=_asked_for(first), product=product_name(t, first.product)),
            t("loan_topics.withdraw_rule"),
            *[_way_out(t, view) for view in views[:1]],
        )
        return Answer(text, (Button(t("borrow.withdraw"), f"withdraw_application:{first.id}"), *_gives_back(t, views)))
    newest = sorted(views, key=lambda view: not view.may_be_given_back)
    if newest:
        view = newest[0]
        rule = t("loan_topics.cooling_off_rule") if view.may_be_given_back else await _cooling_off(talk, view)
        text = within(_way_out(t, view), rule, person.others(t, newest))
        return Answer(text, _gives_back(t, newest) or (pay_all(t, view),))
    offers = await applications.offers(unit, me.id)
    rule = await _cooling_off(talk)
    if offers:
        return Answer(within(t("loan_topics.unsigned"), _offer(t, talk, offers[0]), rule), _sign(t, offers[0]))
    return Answer(within(t("loan_topics.nothing_to_cancel"), await person.last_one(talk), rule), (borrow_button(t),))


def _way_out(t: Translator, view: LoanView) -> Html:
    loan, asset = view.loan, view.asset
    values = {
        "loan": person.loan_name(t, loan),
        "principal": Money(loan.principal, asset),
        "until": loan.cooling_off_until,
        "settlement": view.settlement,
    }
    if not view.may_be_given_back:
        was_paid = any(map(queries.is_touched, view.instalments))
        return t("loan_topics.cooling_off_paid" if was_paid else "loan_topics.cooling_off_over", **values)
    if loan.fee_deferred:
        return t("loan_topics.cooling_off_fee", fee=Money(loan.fee_deferred, asset), **values)
    cancelled = view.settlement - view.outstanding
    key = "loan_topics.cooling_off_cost" if cancelled else "loan_topics.cooling_off"
    return t(key, cancelled=cancelled, **values)


def _gives_back(t: Translator, views: list[LoanView]) -> tuple[Button, ...]:
    return tuple(
        Button(t("loans.give_back"), f"giveback:{view.loan.id}") for view in views[:1] if view.may_be_given_back
    )


async def _cooling_off(talk: Talk, view: LoanView | None = None) -> Html:
    """Say for how many days a loan may be given back: by its contract, else one that is signed today."""
    if view is not None:
        product: LoanProduct | None = await person.contract_terms(talk, view.loan)
    else:
        product = next(iter(await quoting.products(talk.unit)), None)
    days = product.cooling_off_days if product is not None else 0
    return talk.t("loan_topics.cooling_off_days", days=talk.t("common.day", count=days))


# -- the money ------------------------------------------------------------------------------------------------------


async def when_paid_out(talk: Talk, asked: Asked) -> Answer:
    """Say when and under which reference the latest loan was paid out, or what is missing until it is."""
    t, unit, me = talk.t, talk.unit, talk.customer
    offers, waits = await applications.offers(unit, me.id), await applications.all_waiting(unit, me.id)
    loans = [loan for loan in await queries.of_customer(unit, me.id) if loan.state != LoanState.VOID]
    rule = t("loan_topics.paid_out_rule")
    if waits:
        text = within(t("loan_topics.not_paid_waits"), _waits(t, talk, waits[0]), rule)
        return Answer(text, (Button(t("borrow.withdraw"), f"withdraw_application:{waits[0].id}"),))
    if offers and (not loans or offers[0].asked_at > loans[-1].signed_at):
        text = within(await _unsigned(talk, offers[0]), rule)
        return Answer(text, _sign(t, offers[0]))
    if not loans:
        return Answer(within(t("loan_topics.no_loan_yet"), rule), (borrow_button(t),))
    loan = next((each for each in loans if str(each.id) == asked.slots.get("loan")), loans[-1])
    draw = (Button(t("borrow.draw_more"), f"draw:{loan.id}"),) if loan.undrawn else ()
    text = within(await _paid_out(talk, loan), await _balance(talk), _undrawn(t, loan), rule)
    return Answer(text, (Button(t("menu.balance"), taps("balance")), Button(t("menu.loans"), taps("loans")), *draw))


async def _paid_out(talk: Talk, loan: Loan) -> Html:
    t, event = talk.t, await events.latest(talk.unit, loan.id, "disbursed")
    asset = ASSETS[loan.asset]
    if event is None:
        return t("loan_topics.paid_out_on", loan=person.loan_name(t, loan), day=loan.disbursed_on)
    return t(
        "loan_topics.paid_out",
        loan=person.loan_name(t, loan),
        received=Money(event.details["amount"] - loan.fee_deferred, asset),
        at=_instant(t, talk, event.at),
        reference=event.details["reference"],
    )


async def _balance(talk: Talk) -> Html:
    return talk.t("loan_topics.balance_now", balance=await person.in_wallet(talk))


def _undrawn(t: Translator, loan: Loan) -> Html | None:
    if not loan.undrawn:
        return None
    left = Money(loan.undrawn, ASSETS[loan.asset])
    return t("loan_topics.line_left", left=left, loan=product_name(t, loan.product), until=loan.draw_until)


async def _unsigned(talk: Talk, offer: LoanApplication) -> Html:
    """Say what an offer lacks: the people who stand for it, else the signature."""
    t = talk.t
    product = await quoting.product_named(talk.unit, offer.product)
    if product.guarantees is not None:
        standing = await guarantees.of_application(talk.unit, offer.id)
        if not guarantees.is_complete(standing):
            accepted = sum(each.state == GuaranteeState.ACCEPTED for each in standing)
            missing = max(product.guarantees.least, len(standing))
            return lines(t("loan_topics.not_paid_people", accepted=accepted, of=missing), _offer(t, talk, offer))
    return lines(t("loan_topics.not_paid_unsigned"), _offer(t, talk, offer))


async def paid_out_to(talk: Talk, asked: Asked) -> Answer:
    """Say that a loan comes into the person's own wallet, and what can be done from there."""
    t = talk.t
    loans = [loan for loan in await queries.of_customer(talk.unit, talk.customer.id) if loan.state != LoanState.VOID]
    text = within(
        t("loan_topics.paid_to_you"),
        await _paid_out(talk, loans[-1]) if loans else None,
        await _balance(talk),
        t("loan_topics.from_there"),
    )
    plus = Button(t("menu.invest"), taps("invest"))
    return Answer(text, (Button(t("menu.send"), taps("send")), Button(t("menu.withdraw"), taps("withdraw")), plus))


async def phone_call(talk: Talk, asked: Asked) -> Answer:
    """Say whether an officer has called, when and about what; and that nobody calls to confirm a loan."""
    t, unit, me = talk.t, talk.unit, talk.customer
    called, waits = await last_contact(unit, me.id, "call"), await applications.all_waiting(unit, me.id)
    text = within(
        await _called(talk, called.about, called.at) if called is not None else t("loan_topics.not_called"),
        t("loan_topics.call_rule"),
        _waits(t, talk, waits[0]) if waits else None,
        t("loan_topics.call_pin"),
    )
    waiting = ask(t, "loan.review_time")
    return Answer(text, (*((waiting,) if waits else ()), ask(t, "contact.why_called")))


async def _called(talk: Talk, subject: str, at: datetime) -> Html:
    t, number = talk.t, subject.removeprefix("loan:")
    loan = await talk.unit.session.get(Loan, int(number)) if number.isdigit() else None
    if loan is None:
        return t("loan_topics.called", at=_instant(t, talk, at))
    return t("loan_topics.called_about", at=_instant(t, talk, at), loan=person.loan_name(t, loan))


TOPICS: Final = (
    Topic("loan.why_declined", why_declined),
    Topic("loan.review_time", review_time),
    Topic("loan.cancel", cancel),
    Topic("loan.when_paid_out", when_paid_out),
    Topic("loan.paid_out_to", paid_out_to),
    Topic("loan.phone_call", phone_call),
)
