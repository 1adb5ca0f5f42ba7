"""The screens of promises, hardship and a loan's timeline: calm, short, each with a way on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans.contact.rules import HARDSHIP_PAUSE_DAYS, HardshipReason, Proposal
from finance_core.loans.events import EVENT_KINDS
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row
from handlers.loans.intents import PromiseSum
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.contact.events import HistoryEvent
    from finance_core.loans.contact.hardship import Case
    from finance_core.loans.contact.models import Promise
    from finance_core.loans.contact.promises import Offer
    from finance_core.loans.models import Loan

DAYS_TO_TAP: Final = (1, 3, 7)
"""Days ahead that stand on buttons when a day is asked for."""

PAGE_LINES: Final = 8
OFFICERS_ONLY: Final = frozenset({"non_accrual", "accrual_again"})
"""What the book does with a loan is not on the person's own timeline."""


def ask_day(t: Translator, today: date, *, again: bool) -> Screen:
    """Ask by which day; `again` when what was written names none."""
    days = [today + timedelta(days=ahead) for ahead in DAYS_TO_TAP]
    buttons = choices([(t.short_day(day), f"ans:{day.isoformat()}") for day in days])
    question = t("collection.ask_day_again" if again else "collection.ask_day")
    return Screen(question, (*buttons, (_cannot(t),)))


def promise_card(t: Translator, offered: Offer) -> Html:
    """What a promise means, before it is confirmed: it pauses reminders and nothing else."""
    cost = t("collection.cost_a_day", cost=offered.cost_a_day) if offered.cost_a_day else t("collection.cost_goes_on")
    return lines(t("collection.promise_card", sum=offered.amount, day=offered.due_on), t("collection.pauses"), cost)


def promised(t: Translator, params: PromiseSum, result: Nothing) -> Screen:
    """The promise is taken."""
    text = t("collection.promised", sum=params.sum, day=params.due_on)
    return Screen(text, ((_pay(t, params.loan), *menu_row(t)),))


def promise_stands(t: Translator, promise: Promise, amount: Money) -> Screen:
    """There is a promise already."""
    text = t("collection.promise_stands", sum=amount, day=promise.due_on)
    return Screen(text, ((_pay(t, promise.loan_id), _cannot(t)), menu_row(t)))


def pay_today(t: Translator, loan: Loan) -> Screen:
    """The day that was named is today: that needs no promise."""
    return Screen(t("collection.pay_today"), ((_pay(t, loan.id), *menu_row(t)),))


def ask_reason(t: Translator) -> Screen:
    """Say what happens now, and ask what has changed."""
    reasons = [(t(f"collection.reason_{reason}"), f"ans:{reason}") for reason in HardshipReason]
    text = lines(_what_happens(t), "", t("collection.ask_reason"))
    return Screen(text, choices(reasons, per_row=2))


def ask_can_pay(t: Translator, *, is_first: bool) -> Screen:
    """Ask what could be paid; `is_first` when the reason was told with the first words."""
    text = lines(*((_what_happens(t), "") if is_first else ()), t("collection.ask_can_pay"))
    return Screen(text, ((Button(t("collection.nothing_now"), "ans:0"),),))


def hardship_opened(t: Translator, opened: Case) -> Screen:
    """An officer has it; this is what will be proposed."""
    text = lines(
        t("collection.opened"),
        t("collection.we_propose", proposal=proposal_text(t, opened.proposal)),
        t("collection.paused_until", day=opened.case.paused_until),
    )
    return Screen(text, ((Button(t("menu.loans"), "do:loans"), *menu_row(t)),))


def hardship_stands(t: Translator) -> Screen:
    """An officer has it already."""
    return Screen(t("collection.hardship_stands"), ((Button(t("menu.loans"), "do:loans"), *menu_row(t)),))


def proposal_text(t: Translator, proposal: Proposal) -> Html:
    """Return a proposal in words, amounts in the institution's asset."""
    parts = t("collection.parts", count=proposal.instalments, amount=Money(proposal.instalment, BASE_CURRENCY))
    if not proposal.holiday_months:
        return parts
    return t("collection.holiday", months=t("collection.months", count=proposal.holiday_months), parts=parts)


def events(
    t: Translator,
    loan_id: int,
    happened: Sequence[HistoryEvent],
    page: int,
    zone: str,
    *,
    back: str = "",
    all_: bool = False,
) -> Screen:
    """One page of a loan's timeline, newest first; `all_` with officers' lines. `back` is a button's data."""
    shown = [one for one in reversed(happened) if all_ or one.kind not in OFFICERS_ONLY]
    text = lines(t("collection.timeline_title"), "", *event_lines(t, shown, page, zone))
    turn = turn_row(t, f"timeline:{loan_id}", len(shown), page)
    last = (*([Button(t("common.back"), back)] if back else []), *menu_row(t))
    return Screen(text, (turn, last) if turn else (last,))


def event_lines(t: Translator, shown: Sequence[HistoryEvent], page: int, zone: str) -> list[Html]:
    """Return the lines of one page, each with its instant on the wall of `zone`."""
    return [_moment(t, one, zone) for one in shown[page * PAGE_LINES : (page + 1) * PAGE_LINES]]


def turn_row(t: Translator, data: str, count: int, page: int) -> tuple[Button, ...]:
    """Return the buttons to the pages beside `page` of `count` lines; `data` is completed by the page."""
    newer = [Button(t("collection.newer"), f"{data}:{page - 1}")] if page else []
    older = [Button(t("collection.older"), f"{data}:{page + 1}")] if count > (page + 1) * PAGE_LINES else []
    return (*newer, *older)


def _moment(t: Translator, one: HistoryEvent, zone: str) -> Html:
    return t("collection.moment", at=t.instant(one.at, zone), what=_what(t, one))


def _what(t: Translator, one: HistoryEvent) -> Html:
    match one.what:
        case "event":
            return _event(t, one)
        case "call":
            return t("collection.called")
        case "push":
            waited = one.details.get("waited_because")
            why = t("collection.waited", why=t(f"collection.why_{waited}")) if waited else Html("")
            return t("collection.pushed", what=_push(t, one), why=why)
        case "waiting":
            why = t("collection.waited", why=t(f"collection.why_{one.because}")) if one.because else Html("")
            return t("collection.will_push", what=_push(t, one), why=why)
        case _:
            return t("collection.not_pushed", what=_push(t, one), why=t(f"collection.why_{one.because}"))


def _push(t: Translator, one: HistoryEvent) -> Html:
    days = t("common.day", count=one.details.get("days", 0))
    return t(f"collection.push_{one.kind.removeprefix('loan.')}", days=days)


def _event(t: Translator, one: HistoryEvent) -> Html:
    """Return an event's sentence; whatever else was once recorded is "changed"."""
    kind = one.kind if one.kind in EVENT_KINDS else "other"
    return t(f"collection.event_{kind}", **_figures(one.details))


def _figures(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event's sentence may name: its sum, what was missing, its day; empty where it has none."""
    amount, missing, day = details.get("amount"), details.get("missing"), details.get("due_on")
    return {
        "amount": Money(amount, BASE_CURRENCY) if isinstance(amount, int) else "",
        "missing": Money(missing, BASE_CURRENCY) if isinstance(missing, int) else "",
        "day": date.fromisoformat(day) if isinstance(day, str) else "",
    }


def _what_happens(t: Translator) -> Html:
    return t("collection.what_happens", days=t("common.day", count=HARDSHIP_PAUSE_DAYS))


def _pay(t: Translator, loan_id: int) -> Button:
    return Button(t("notice.pay_now"), f"do:repay:loan={loan_id}")


def _cannot(t: Translator) -> Button:
    return Button(t("menu.hardship"), "do:hardship")
