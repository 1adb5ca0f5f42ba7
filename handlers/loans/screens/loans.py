"""The screens of one's own loans: what is owed, what it costs as money, repaying, paying ahead, the past ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, progress_bar
from handlers.loans.intents import Done, GiveBack, Repaid, Repay
from handlers.loans.screens.borrow import PRODUCTS, product_name
from handlers.loans.screens.lateness import by_lateness
from handlers.loans.screens.price import contract_rate, late_loan, lender, lender_circle
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.contact.models import Promise
    from finance_core.loans.models import Loan
    from finance_core.loans.queries import LoanView
    from finance_core.loans.repayment.previews import Preview, StillToPay
    from finance_core.loans.rules.terms import Prepayment

PART_TO_TAP: Final = (4, 2)
"""A quarter and a half of what is left stand on buttons when a part is to be paid early."""

PAST_SHOWN: Final = 5
PAST_LINES: Final = 12


def nothing_owed(t: Translator, *, has_past: bool = False) -> Screen:
    """There is nothing to repay."""
    return _nothing_runs(t, "loans.nothing_owed", has_past=has_past)


def no_running_loan(t: Translator, *, has_past: bool = False) -> Screen:
    """No loan is running, and something is owed all the same: its cards follow."""
    return _nothing_runs(t, "loans.no_running_loan", has_past=has_past)


def _nothing_runs(t: Translator, text: str, *, has_past: bool) -> Screen:
    past = [Button(t("loans.past_loans"), "pastloans")] if has_past else []
    limits = Button(t("self_limits.button"), "do:own_limits")
    return Screen(t(text), ((Button(t("menu.borrow"), "do:borrow"), *past, *menu_row(t)), (limits,)))


def repay_choices(t: Translator, view: LoanView, told: Money | None = None) -> Screen:
    """What could be paid now: what is due, the next instalment, everything; or any sum, written.

    `told` is what a reminder said was due, where that has changed since.
    """
    choices = []
    if view.due_now:
        choices.append(Button(t("loans.pay_due", amount=view.due_now), _repay(view, view.due_now)))
    elif view.next_due and view.next_due < view.settlement:
        choices.append(Button(t("loans.pay_next", amount=view.next_due), _repay(view, view.next_due)))
    choices.append(Button(t("loans.pay_all", amount=view.settlement), _repay(view, view.settlement)))
    differs = t("loans.told_another", told=told, now=view.due_now) if told is not None else None
    text = lines(differs, _owed(t, view), "", t("loans.ask_repayment"))
    return Screen(text, tuple((choice,) for choice in choices))


def with_other_sums(t: Translator, card: Screen, view: LoanView, told: Money | None) -> Screen:
    """The card of the usual payment, with the way to other sums; `told` as in `repay_choices`."""
    differs = t("loans.told_another", told=told, now=view.due_now) if told is not None else None
    others = Button(t("loans.another_sum"), f"do:repay:loan={view.loan.id}:choose=1")
    return replace(card, text=lines(differs, card.text), buttons=(*card.buttons, (others,)))


def early_choices(t: Translator, view: LoanView) -> Screen:
    """What paying everything today saves, as money; or a part, tapped or written."""
    saved = view.interest_to_come
    text = lines(
        t("loans.early_title"),
        t("loans.early_all", amount=view.settlement),
        t("loans.saves", saved=saved) if saved else t("loans.saves_nothing"),
        "",
        t("loans.ask_early"),
    )
    whole = Button(t("loans.pay_all", amount=view.settlement), _repay(view, view.settlement))
    parts = [rounded_part(view.settlement, share) for share in PART_TO_TAP]
    tapped = tuple(Button(t.money(part), _repay(view, part)) for part in parts if part > view.due_now)
    back = (Button(t("common.back"), f"loan:{view.loan.id}"), *menu_row(t))
    return Screen(text, ((whole,), tapped, back) if tapped else ((whole,), back))


def rounded_part(amount: Money, share: int) -> Money:
    """Return one part of `share` in whole hundreds of the major unit, as a person would say it."""
    hundred = 100 * 10**amount.asset.scale
    return Money(amount.amount // share // hundred * hundred, amount.asset)


def repay_card(
    t: Translator,
    view: LoanView,
    amount: Money,
    previews: Mapping[Prepayment, Preview],
    chosen: str | None,
    *,
    left_in_plus: Money | None = None,
    lacking: Money | None = None,
) -> Html:
    """What the payment does, before it is confirmed; of what is ahead of its day, what it makes of the rest.

    `left_in_plus`: what stays in Change Plus when it comes straight from there, None when it comes from the wallet.
    `lacking`: what comes from there where the wallet gives the rest, None where all of it does.
    """
    split = t("loans.from_both", wallet=amount - lacking, plus=lacking) if lacking is not None else None
    source = t("loans.from_change_plus", left=left_in_plus) if left_in_plus is not None else None
    return lines(_what_it_does(t, view, amount, previews, chosen), split, source)


def _what_it_does(
    t: Translator, view: LoanView, amount: Money, previews: Mapping[Prepayment, Preview], chosen: str | None
) -> Html:
    if amount == view.settlement:
        saved = view.interest_to_come
        return lines(t("loans.settle_card", amount=amount), t("loans.saves", saved=saved) if saved else None)
    ahead = next((preview for choice, preview in previews.items() if choice.value == chosen), None)
    return lines(
        t("loans.repay_card", amount=amount, left=view.settlement - amount),
        t("loans.ahead", ahead=amount - view.due_now) if amount > view.due_now else None,
        made_of_it(t, chosen, ahead) if ahead is not None else None,
    )


def made_of_it(t: Translator, chosen: str | None, ahead: Preview) -> Html:
    """What follows when the sum is paid: what is left of each instalment until when, and what it saves as money."""
    what = t(f"loans.ahead_{chosen}", plan=_still_to_pay(t, ahead.to_come))
    return lines(what, t("loans.saves", saved=ahead.saves) if ahead.saves else None)


def _still_to_pay(t: Translator, to_come: Sequence[StillToPay]) -> Html:
    """The instalments to come: the running one by itself where it is another than those that follow."""
    first, following = to_come[0], to_come[1:]
    if not following or first.amount == following[0].amount:
        return _alike(t, to_come)
    return t("loans.plan_then", first=_alike(t, [first]), rest=_alike(t, following))


def _alike(t: Translator, to_come: Sequence[StillToPay]) -> Html:
    """Instalments of one sum, of which the last takes what rounding leaves; else of the least to the most."""
    amounts, until = [each.amount for each in to_come], to_come[-1].due_on
    if len(amounts) == 1:
        return t("loans.plan_one", amount=amounts[0], day=until)
    parts = t("loans.parts_left", count=len(amounts))
    if len(set(amounts)) == 1:
        return t("loans.plan_same", parts=parts, amount=amounts[0], day=until)
    if len(set(amounts[:-1])) == 1:
        return t("loans.plan_last", parts=parts, amount=amounts[0], last=amounts[-1], day=until)
    return t("loans.plan_between", parts=parts, least=min(amounts), most=max(amounts), day=until)


def ahead_buttons(
    t: Translator, previews: Mapping[Prepayment, Preview], chosen: str | None, token: str, version: int
) -> tuple[tuple[Button, ...], ...]:
    """Return the button to the other way of paying ahead, where there is one."""
    others = [choice.value for choice in previews if choice.value != chosen]
    return tuple((Button(t(f"loans.rather_{other}"), f"ahead:{token}:{version}"),) for other in others[:1])


def source_buttons(t: Translator, source: str, token: str, version: int) -> tuple[tuple[Button, ...], ...]:
    """Return the button to the other place that the payment may come from."""
    other = "loans.pay_from_wallet" if source == "plus" else "loans.pay_from_plus"  # of both: from Change Plus alone
    return ((Button(t(other), f"payfrom:{token}:{version}"),),)


def repaid(t: Translator, params: Repay, result: Repaid) -> Screen:
    """What a payment did."""
    text = t("loans.settled" if result.settled else "loans.repaid", amount=result.sum, reference=result.reference)
    return Screen(text, ((Button(t("menu.loans"), "do:loans"), *menu_row(t)),))


@dataclass(frozen=True, slots=True)
class Beside:
    """What a running loan's card says beside its figures."""

    promise: Promise | None = None
    is_with_officer: bool = False
    """Whether an officer looks for a plan, as it cannot be paid."""
    plan_offer_id: int | None = None
    """The new schedule that waits for the borrower's answer."""
    has_past: bool = False
    """Whether there are loans that have ended."""
    lender: str = ""
    """The lender's legal name; empty where none is set."""
    together: str | None = None
    """The circle with whose members it was taken; None: it was not taken together."""
    circle: str = ""
    """The name of the savings circle whose members lend, in the institution's place."""


def loan_card(t: Translator, view: LoanView, beside: Beside) -> Screen:
    """One running loan: its price, owed today, next due, a bar of progress, what it and a late day cost as money, who
    lends, and what can be done.
    """
    loan = view.loan
    done = sum(row.settled_on is not None for row in view.running)
    text = lines(
        t("loans.card_title", principal=Money(loan.principal, view.asset), rate=t.percent(loan.all_in_rate)),
        contract_rate(t, loan.annual_rate),
        product_name(t, loan.product) if loan.product != PRODUCTS[0] else None,
        progress_bar(view.repaid.amount, view.whole.amount),
        t("loans.progress", done=done, count=len(view.running), repaid=view.repaid, whole=view.whole),
        _owed(t, view),
        t("borrow.repaid_in_all", total=_repaid_in_all(view)),
        t("loans.cost_card", cost=view.cost, principal=Money(loan.principal, view.asset)),
        late_loan(t, view),
        _promised(t, view, beside.promise) if beside.promise is not None else None,
        t("group_loans.mark", title=beside.together) if beside.together is not None else None,
        t("loans.with_officer") if beside.is_with_officer else None,
        t("loans.automatic_on" if loan.automatic_debit else "loans.automatic_off"),
        t("loans.plan_offered") if beside.plan_offer_id is not None else None,
        lender_circle(t, beside.circle) if loan.funding_circle is not None else lender(t, beside.lender),
    )
    pay = Button(
        t("loans.pay_now"), _repay(view, view.due_now) if view.due_now else f"do:repay:loan={loan.id}:choose=1"
    )
    early = Button(t("loans.pay_early"), f"early:{loan.id}")
    papers = (Button(t("loans.schedule"), f"schedule:{loan.id}"), Button(t("loans.statement"), f"account:{loan.id}"))
    more_ways = Button(t("loans.more"), f"more:{loan.id}")
    if beside.plan_offer_id is not None:
        look = Button(t("agreement.look"), f"planoffer:{beside.plan_offer_id}")
        return Screen(text, ((look,), (pay, early), papers, (more_ways,)))
    last = Button(t("loans.past_loans"), "pastloans") if beside.has_past else menu_row(t)[0]
    return Screen(text, ((pay, early), papers, (more_ways, last)))


def _repaid_in_all(view: LoanView) -> Money:
    """All that is paid back by the schedule as it stands, paid and to come."""
    return Money(sum(row.paid + row.left for row in view.instalments), view.asset)


def _promised(t: Translator, view: LoanView, promise: Promise) -> Html:
    return t("loans.promised", amount=Money(promise.amount, view.asset), day=promise.due_on)


def more(t: Translator, view: LoanView) -> Screen:
    """What else can be done with a running loan: its papers and timeline, naming a day, the debit, giving it back."""
    loan = view.loan
    debit = Button(t("loans.stop_debit" if loan.automatic_debit else "loans.start_debit"), f"autodebit:{loan.id}")
    late = Button(t("menu.promise"), f"do:promise:loan={loan.id}")
    back = Button(t("common.back"), f"loan:{loan.id}")
    text = lines(
        t("loans.card_title", principal=Money(loan.principal, view.asset), rate=t.percent(loan.all_in_rate)),
        t("loans.automatic_on" if loan.automatic_debit else "loans.automatic_off"),
        t("loans.to_draw", amount=Money(loan.undrawn, view.asset), until=loan.draw_until) if loan.undrawn else None,
    )
    draw = (Button(t("borrow.draw_more"), f"draw:{loan.id}"),) if loan.undrawn else ()
    return Screen(text, (_papers(t, loan), (debit, *draw), (*(_give_back(t, view) or (late,)), back)))


def _papers(t: Translator, loan: Loan) -> tuple[Button, ...]:
    return (Button(t("loans.contract"), f"contract:{loan.id}"), Button(t("loans.timeline"), f"timeline:{loan.id}"))


def _give_back(t: Translator, view: LoanView) -> tuple[Button, ...]:
    """The way out within the cooling-off days, until something has been repaid."""
    return (Button(t("loans.give_back"), f"giveback:{view.loan.id}"),) if view.may_be_given_back else ()


def past_loans(t: Translator, ended: Sequence[Loan]) -> Screen:
    """The loans that have ended, newest first, the latest five to tap."""
    if not ended:
        return Screen(t("loans.no_past_loans"), (menu_row(t),))
    rows = [_past_line(t, loan) for loan in ended]
    buttons = [(Button(_past_label(t, loan), f"pastloan:{loan.id}"),) for loan in ended[:PAST_SHOWN]]
    return Screen(lines(t("loans.past_title"), "", *rows[:PAST_LINES]), tuple(buttons))


def past_loan(t: Translator, view: LoanView) -> Screen:
    """One loan that has ended, what it has cost, and its papers."""
    loan = view.loan
    letter = [Button(t("loans.letter"), f"letter:{loan.id}")] if loan.state == "settled" else []
    text = lines(
        t("loans.card_title", principal=Money(loan.principal, view.asset), rate=t.percent(loan.all_in_rate)),
        _past_line(t, loan),
        t("loans.cost_was", cost=view.cost, principal=Money(loan.principal, view.asset)),
    )
    account = Button(t("loans.statement"), f"account:{loan.id}")
    back = Button(t("common.back"), "pastloans")
    return Screen(text, (_papers(t, loan), (account, *letter), (back, *menu_row(t))))


def _past_line(t: Translator, loan: Loan) -> Html:
    return t(
        "loans.past_line",
        principal=Money(loan.principal, ASSETS[loan.asset]),
        first=loan.disbursed_on,
        state=t(f"loans.state_{loan.state}"),
        last=loan.ended_on or "",
    )


def _past_label(t: Translator, loan: Loan) -> str:
    return f"{t.money(Money(loan.principal, ASSETS[loan.asset]))} · {t.short_day(loan.disbursed_on)}"


def give_back_card(t: Translator, loan: Loan) -> Html:
    """What giving a loan back means, before it is confirmed."""
    return t("loans.give_back_card", amount=Money(loan.principal, ASSETS[loan.asset]), until=loan.cooling_off_until)


def given_back(t: Translator, params: GiveBack, result: Done) -> Screen:
    """The loan is void."""
    return Screen(t("loans.given_back", amount=params.sum, reference=result.reference), (menu_row(t),))


def _owed(t: Translator, view: LoanView) -> Html:
    return lines(
        t("loans.due_now", amount=view.due_now) if view.due_now else t("loans.nothing_due_today"),
        *_how_late(t, view),
        t("loans.next_due", amount=view.next_due, day=view.next_due_on) if view.next_due_on else None,
        t("loans.outstanding", amount=view.outstanding),
    )


def _how_late(t: Translator, view: LoanView) -> list[Html]:
    """How late what is due is; of several due days, each by itself."""
    if not view.days_past_due:
        return []
    if len(view.dues) == 1:
        return [t("loans.late", days=t("common.day", count=view.days_past_due))]
    return by_lateness(t, [(due.days, due.amount) for due in view.dues])


def _repay(view: LoanView, amount: Money) -> str:
    return f"do:repay:loan={view.loan.id}:amount={amount.decimal:f}"
