"""How much, and why not more: what may be borrowed today, what holds it there, what would raise it, what stops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.customers.freezing import freeze_of
from finance_core.customers.rules import PinTries
from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.contact import hardship
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import recovery
from finance_core.loans.origination import applications, self_limits
from finance_core.loans.origination.decision import Reason, may_refinance
from finance_core.loans.origination.models import LoanApplication
from finance_core.loans.origination.prospects import Bound, Prospect, Raise, Raised, prospects, raises
from finance_core.loans.products.product_terms import GRADES
from finance_core.loans.queries import LoanView
from handlers.chat.screens.base import Button
from handlers.chat.screens.ways import talk_to_person
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.screens.borrow import product_name
from handlers.loans.screens.prospects import (
    bound_by_grade,
    bound_by_income,
    bound_text,
    officer_text,
    tenor_text,
    what_changes_it,
)
from handlers.loans.topics import person
from handlers.loans.topics.person import ask, borrow_button, pay_all, pay_buttons, taps, within
from handlers.locales import Html, Translator

PERCENT: Final = 100


# -- how much -------------------------------------------------------------------------------------------------------


async def how_much(talk: Talk, asked: Asked) -> Answer:
    """Say the most that this person may borrow today, by product, what holds it there, and what is left of a line."""
    t, found = talk.t, await prospects(talk.unit, talk.customer)
    views, code = await person.running(talk, asked), person.product_said(asked)
    is_blocked = await self_limits.blocked_until(talk.unit, talk.customer.id) is not None
    lines_left = [view for view in views if view.loan.undrawn and not is_blocked]
    best = person.best_of(found, code)
    is_of_line = any(view.loan.product == code for view in lines_left)
    left = [_line_left(t, view) for view in lines_left]
    others = person.prospect_lines(t, found, but=best)
    said = _how_much(t, found, best, amount_asked(asked))
    text = within(
        *((*left, said) if is_of_line else (said, *left)),
        *(_beside(t, best) if best is not None and best.is_open else ()),
        *others,
    )
    draw = tuple(Button(t("borrow.draw_more"), f"draw:{view.loan.id}") for view in lines_left[:1])
    borrow = (_borrow(t, best),) if best is not None and best.is_open else ()
    opening = borrow or _opening(talk, found)
    return Answer(text, (*draw, *opening, ask(t, "loan.limit_raise")))


def _how_much(t: Translator, found: Sequence[Prospect], best: Prospect | None, said: Money | None) -> Html:
    if best is None or not best.is_open:
        worst = best or next(iter(found), None)
        return t("loan_topics.nothing_now", why=what_changes_it(t, worst)) if worst else t("loan_topics.none_sold")
    name, rate = product_name(t, best.product.code), t.percent(best.offered.all_in_rate)
    values = {"most": best.most, "product": name, "time": tenor_text(t, best.offered.tenor), "rate": rate}
    if said is None:
        return t("loan_topics.most", **values)
    return t("loan_topics.enough" if said <= best.most else "loan_topics.not_enough", said=said, **values)


def _beside(t: Translator, best: Prospect) -> list[Html]:
    """Say what holds the sum there, who else looks at it, and that an income that is still to be said may lower it."""
    officer = officer_text(t, best)
    said = [bound_text(t, best)]
    said += [t("loan_topics.officer_says", officer=officer)] if officer is not None else []
    return [*said, t("loan_topics.income_unsaid")] if best.facts.income is None else said


def _line_left(t: Translator, view: LoanView) -> Html:
    left = Money(view.loan.undrawn, view.asset)
    return t("loan_topics.line_left", left=left, loan=product_name(t, view.loan.product), until=view.loan.draw_until)


def _borrow(t: Translator, best: Prospect) -> Button:
    return Button(
        t("borrow.borrow_limit", limit=best.most), taps("borrow", product=best.product.code, amount=best.most)
    )


# -- why not more ---------------------------------------------------------------------------------------------------


async def why_low(talk: Talk, asked: Asked) -> Answer:
    """Say which of the bounds holds the limit down, with all figures; and where it has changed, since when and why."""
    t, found = talk.t, await prospects(talk.unit, talk.customer)
    each = person.best_of(found, person.product_said(asked)) or next(iter(found), None)
    if each is None:
        return Answer(t("loan_topics.none_sold"))
    if each.is_open:
        lead = t("loan_topics.low", product=product_name(t, each.product.code), most=each.most)
        first = bound_text(t, each)
    else:
        lead, first = t("loan_topics.nothing_now", why=what_changes_it(t, each)), None
    besides = [text for bound, text in _bounds(t, each) if not (each.is_open and bound is each.bound)]
    text = within(lead, first, await _change(talk, each), *besides)
    buttons = (ask(t, "loan.limit_raise"), *_income_button(t, each), *_opening(talk, [each]))
    return Answer(text, buttons)


def _bounds(t: Translator, each: Prospect) -> list[tuple[Bound, Html]]:
    facts = each.facts
    tier = t("loan_topics.bound_tier", tier=facts.tier, limit=facts.tier_limit, owed=facts.owed)
    bounds = [(Bound.TIER, tier), (Bound.GRADE, bound_by_grade(t, each))]
    return [*bounds, (Bound.INCOME, bound_by_income(t, each))] if facts.income is not None else bounds


async def _change(talk: Talk, each: Prospect) -> Html | None:
    """Say what the limit was at the last application of another limit, and what has changed since, as far as its
    facts tell.
    """
    asked = await applications.of_product(talk.unit, talk.customer.id, each.product.code)
    now = each.decided.limit
    earlier = next((one for one in reversed(asked) if one.credit_limit != now.amount), None)
    if earlier is None:
        return None
    day = earlier.asked_at.astimezone(talk.unit.zone).date()
    then = Money(earlier.credit_limit, now.asset)
    loans = await queries.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    since = next((loan for loan in reversed(loans) if loan.signed_at >= earlier.asked_at), None)
    return talk.t("loan_topics.was", day=day, then=then, now=now, why=_why_changed(talk.t, earlier, each, since))


def _why_changed(t: Translator, earlier: LoanApplication, each: Prospect, since: Loan | None) -> Html:
    then, now = applications.applicant_of(earlier.facts, each.product.asset), each.facts
    unknown = t("loan_topics.changed_unknown")
    if then is None:
        return unknown
    own = now.own_limit
    owed = t("loan_topics.changed_owed", then=then.owed, now=now.owed)
    if since is not None:
        loan = person.loan_name(t, since)
        owed = t("loan_topics.changed_by_loan", then=then.owed, now=now.owed, loan=loan, day=since.disbursed_on)
    changes = (
        (own is not None and then.own_limit != own, t("loan_topics.changed_own", limit=own)),
        (then.owed != now.owed, owed),
        (then.tier != now.tier, t("loan_topics.changed_tier", then=then.tier, now=now.tier)),
        (
            then.loans_repaid != now.loans_repaid,
            t("loan_topics.changed_repaid", then=then.loans_repaid, now=now.loans_repaid),
        ),
        (earlier.product_version != each.product.version, t("loan_topics.changed_terms")),
    )
    return next((text for is_so, text in changes if is_so), unknown)


# -- what would raise it --------------------------------------------------------------------------------------------


async def limit_raise(talk: Talk, asked: Asked) -> Answer:
    """Say what would raise the limit of this person, what helps most first, and from when on."""
    t, found = talk.t, await prospects(talk.unit, talk.customer)
    each = person.best_of(found, person.product_said(asked)) or next(iter(found), None)
    if each is None:
        return Answer(t("loan_topics.none_sold"))
    ways = raises(each.facts, each.product) if not each.facts.written_off else []
    wanted = amount_asked(asked)
    reaching = [way for way in ways if wanted is None or way.to >= wanted]
    name = product_name(t, each.product.code)
    if not each.is_open:
        lead = t("loan_topics.nothing_now", why=what_changes_it(t, each))
    elif not ways:
        lead = t("loan_topics.raise_none", product=name, most=each.most)
    elif wanted is not None and not reaching:
        lead = t("loan_topics.raise_not_alone", wanted=wanted, most=ways[0].to)
    else:
        lead = t("loan_topics.raise", product=name, now=each.decided.limit, then=ways[0].to)
    income = bound_by_income(t, each) if each.is_open and each.bound is Bound.INCOME else None
    text = within(
        lead,
        *[_way(t, each, way) for way in ways],
        t("loan_topics.raise_income", bound=income) if income is not None else None,
        t("loan_topics.raise_rule") if ways else None,
    )
    return Answer(text, (*_ways(talk, ways), *_income_button(t, each), *_opening(talk, [each]))[:3])


def _income_button(t: Translator, each: Prospect) -> tuple[Button, ...]:
    """Return the way to say one's income anew, where what was said holds the limit down."""
    is_bound = each.bound is Bound.INCOME or Reason.INCOME in each.decided.reasons
    return (
        (Button(t("borrow.change_income"), taps("own_income")),) if is_bound and each.facts.income is not None else ()
    )


def _way(t: Translator, each: Prospect, way: Raised) -> Html:
    match way.by:
        case Raise.TIER if way.tier == 1:
            return t("loan_topics.way_phone", to=way.to)
        case Raise.TIER:
            return t("loan_topics.way_tier", tier=way.tier, to=way.to)
        case Raise.TOGETHER:
            return t("loan_topics.way_together", tier=way.tier, to=way.to, grade=_next_grade(each))
        case Raise.PAID_OFF:
            return t("loan_topics.way_paid_off", owed=each.facts.owed, to=way.to, grade=_next_grade(each))
        case _:
            return t("loan_topics.way_repaid", to=way.to, grade=each.decided.grade, then=_next_grade(each))


def _next_grade(each: Prospect) -> str:
    return GRADES[min(each.facts.loans_repaid + 1, len(GRADES) - 1)]


def _ways(talk: Talk, ways: Sequence[Raised]) -> tuple[Button, ...]:
    """Return the button to the next level, where that helps."""
    levels = [way.tier for way in ways if way.tier]
    if not levels or not talk.customer.has_joined:
        return ()
    return (ask(talk.t, "identity.how"),) if levels[-1] > 1 else ()


def _opening(talk: Talk, found: Sequence[Prospect]) -> tuple[Button, ...]:
    """Return the button that opens borrowing: join, pay what is late or what runs, or borrow."""
    t = talk.t
    if not talk.customer.has_joined:
        return (Button(t("loan_topics.join"), taps("join")),)
    reasons = {reason for each in found for reason in each.reasons[:1]}
    if any(each.is_open for each in found):
        return (borrow_button(t),)
    if reasons & {Reason.ARREARS, Reason.WRITTEN_OFF}:
        return (Button(t("loans.pay_now"), taps("repay")),)
    if Reason.LOAN_OPEN in reasons:
        return (ask(t, "repay.early"),)
    return ()


# -- not offered, again, stopped ------------------------------------------------------------------------------------


async def not_offered(talk: Talk, asked: Asked) -> Answer:
    """Say that nobody needs an invitation, what is open to this person, and what opens the rest."""
    t, found = talk.t, await prospects(talk.unit, talk.customer)
    best = person.best_of(found)
    if best is not None:
        lead = t("loan_topics.offered")
    else:
        worst = next(iter(found), None)
        why = what_changes_it(t, worst) if worst is not None else t("loan_topics.none_sold")
        lead = t("loan_topics.not_offered", why=why)
    text = within(lead, *person.prospect_lines(t, found), t("loan_topics.offered_rule"))
    return Answer(text, (*_opening(talk, found), ask(t, "loan.who_may")))


async def borrow_again(talk: Talk, asked: Asked) -> Answer:
    """Say whether the person may borrow again now, or when: once the running one is paid, or by refinancing it."""
    t, views = talk.t, await person.running(talk, asked)
    found = await prospects(talk.unit, talk.customer)
    if not views:
        best = person.best_of(found)
        lead = _again_now(t, best) if best is not None else _not_now(t, found[0])
        text = within(lead, await person.last_one(talk), t("loan_topics.again_rule", best=GRADES[-1]))
        return Answer(text, _opening(talk, found))
    view = views[0]
    same = next((each for each in found if each.product.code == view.loan.product), None)
    text = within(
        _again(t, view, same),
        _line_left(t, view) if view.loan.undrawn else None,
        t("loan_topics.again_late", due=view.due_now) if view.days_past_due else None,
        _refinancing(t, view, same),
        t("loan_topics.again_beside") if any(each.is_open for each in found) else None,
        *person.open_lines(t, found),
        t("loan_topics.again_rule", best=GRADES[-1]),
    )
    return Answer(text, (*_refinance(t, view, same), pay_all(t, view), *_borrow_beside(t, found))[:3])


def _again_now(t: Translator, best: Prospect) -> Html:
    """Say that the person may borrow at once, or that an officer looks at it first, and why."""
    values = {"most": best.most, "product": product_name(t, best.product.code)}
    officer = officer_text(t, best)
    if officer is not None:
        return t("loan_topics.today_officer", officer=officer, **values)
    return t("loan_topics.again_now", **values)


def _not_now(t: Translator, each: Prospect) -> Html:
    return t("loan_topics.not_offered", why=what_changes_it(t, each))


def _again(t: Translator, view: LoanView, same: Prospect | None) -> Html:
    values = {
        "loan": person.loan_name(t, view.loan),
        "last": max(row.due_on for row in view.running),
        "settlement": view.settlement,
    }
    is_alone = same is None or same.product.eligibility.one_at_a_time
    return t("loan_topics.again_one", **values) if is_alone else t("loan_topics.again_more", **values)


def _refinancing(t: Translator, view: LoanView, same: Prospect | None) -> Html | None:
    """Say whether the running loan may be paid off by a new one of the same product, and how far it is repaid."""
    least = same.product.eligibility.refinance_from_percent if same is not None else None
    if same is None or least is None:
        return t("loan_topics.no_refinance", product=product_name(t, view.loan.product))
    key = "loan_topics.refinance_now" if may_refinance(same.facts, same.product) else "loan_topics.refinance_later"
    return t(key, least=least, repaid=same.facts.open_repaid_percent)


def _refinance(t: Translator, view: LoanView, same: Prospect | None) -> tuple[Button, ...]:
    if same is None or not may_refinance(same.facts, same.product):
        return ()
    return (Button(t("loan_topics.refinance"), taps("borrow", product=view.loan.product, old=1)),)


def _borrow_beside(t: Translator, found: Sequence[Prospect]) -> tuple[Button, ...]:
    best = person.best_of(found)
    return (borrow_button(t, product=best.product.code),) if best is not None else ()


async def why_stopped(talk: Talk, asked: Asked) -> Answer:
    """Say what is stopped, since when, by whom, and what lifts it; where nothing is, that too."""
    t, views = talk.t, await person.running(talk, asked)
    stops = [*await _freeze_stop(talk), *_account_stops(talk), *await _loan_stops(talk, views)]
    found = await prospects(talk.unit, talk.customer)
    if not stops:
        return Answer(
            within(t("loan_topics.nothing_stopped"), *person.prospect_lines(t, found), t("loan_topics.stop_rule")),
            (*_opening(talk, found), ask(t, "loan.limit_how_much")),
        )
    texts, buttons = [text for text, _ in stops], [button for _, button in stops if button is not None]
    return Answer(within(*texts, t("loan_topics.stop_rule")), tuple(buttons[:3]))


Stop = tuple[Html, Button | None]


async def _freeze_stop(talk: Talk) -> list[Stop]:
    is_frozen = await freeze_of(talk.unit, talk.customer.id) is not None
    return [(talk.t("error.account_frozen"), talk_to_person(talk.t))] if is_frozen else []


def _account_stops(talk: Talk) -> list[Stop]:
    t, me, unit = talk.t, talk.customer, talk.unit
    stops: list[Stop] = []
    if me.outflow_locked_at is not None:
        since = Html(t.instant(me.outflow_locked_at, me.zone))
        stops.append((t("loan_topics.stopped_lock", since=since), Button(t("loan_topics.unlock"), taps("unlock"))))
    tries = PinTries(me.pin_failures, me.pin_failing_since, me.pin_locked_until)
    if tries.needs_operator(unit.now):
        since = Html(t.instant(me.pin_failing_since or unit.now, me.zone))
        stops.append((t("loan_topics.stopped_pin_staff", since=since, count=me.pin_failures), None))
    elif tries.refuses(unit.now) and me.pin_locked_until is not None:
        until = Html(t.instant(me.pin_locked_until, me.zone))
        stops.append((t("loan_topics.stopped_pin", count=me.pin_failures, until=until), None))
    if not me.has_joined:
        stops.append((t("loan_topics.stopped_not_joined"), Button(t("loan_topics.join"), taps("join"))))
    if me.adult_denied_at is not None:
        day = me.adult_denied_at.astimezone(unit.zone).date()
        stops.append((t("loan_topics.stopped_age", day=day), None))
    return stops


async def _loan_stops(talk: Talk, views: Sequence[LoanView]) -> list[Stop]:
    t, stops = talk.t, list[Stop]()
    blocked_until = await self_limits.blocked_until(talk.unit, talk.customer.id)
    if blocked_until is not None:
        stops.append((t("loan_topics.stopped_self", until=blocked_until), _own_limits(t)))
    for view in views:
        name = person.loan_name(t, view.loan)
        if view.days_past_due:
            days = t("common.day", count=view.days_past_due)
            text = t("loan_topics.stopped_late", loan=name, due=view.due_now, days=days)
            stops.append((text, pay_buttons(t, view)[0]))
        case = await hardship.case_of(talk.unit, view.loan.id)
        if case is not None:
            stops.append((t("loan_topics.stopped_hardship", loan=name, day=case.opened_on), None))
    for loan, left in await recovery.written_off_of(talk.unit, talk.customer.id):
        stops.append((_written_off(t, loan, left), _pay_closed(t, loan, left)))
    return stops


def _own_limits(t: Translator) -> Button:
    return Button(t("self_limits.button"), taps("own_limits"))


def _written_off(t: Translator, loan: Loan, left: Money) -> Html:
    return t("loan_topics.stopped_written_off", loan=person.loan_name(t, loan), day=loan.ended_on, left=left)


def _pay_closed(t: Translator, loan: Loan, left: Money) -> Button:
    return Button(t("loan_topics.pay_closed", left=left), f"closedloan:{loan.id}")


TOPICS: Final = (
    Topic("loan.limit_how_much", how_much),
    Topic("loan.limit_why_low", why_low),
    Topic("loan.limit_raise", limit_raise),
    Topic("loan.not_offered", not_offered),
    Topic("loan.borrow_again", borrow_again),
    Topic("loan.why_stopped", why_stopped),
)
