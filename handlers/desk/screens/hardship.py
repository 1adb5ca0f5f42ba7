"""The screens of an officer's desk for hardship."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, page_of
from handlers.desk.intents import CloseCase
from handlers.desk.screens.approvals import desk_row
from handlers.loans.screens.collection import event_lines, proposal_text, turn_row
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.contact.events import HistoryEvent
    from finance_core.loans.contact.hardship import Case
    from finance_core.loans.contact.models import HardshipCase
    from finance_core.loans.models import Loan

CASES_SHOWN: Final = 5


def queue(t: Translator, waiting: Sequence[HardshipCase], late: Sequence[Loan], today: date, start: int = 0) -> Screen:
    """The cases that wait, oldest first, and the loans that are long late without one, longest first, by page."""
    if not waiting and not late:
        return Screen(t("cases.none"), (desk_row(t),))
    text = lines(
        t("cases.waiting", count=len(waiting)) if waiting else t("cases.none"),
        t("cases.late", count=len(late)) if late else None,
    )
    cases = [Button(_label(t, one), f"case:{one.id}") for one in waiting]
    loans = [Button(_late_label(t, one, today), f"deskloan:{one.id}") for one in late]
    page, following = page_of([*cases, *loans], start, CASES_SHOWN)
    more = (Button(t("common.more"), f"cases:{following}"),) if following is not None else ()
    return Screen(text, (*((each,) for _, each in page), (*more, *desk_row(t))))


def _late_label(t: Translator, loan: Loan, today: date) -> str:
    days = (today - loan.overdue_since).days if loan.overdue_since is not None else 0
    return t("cases.late_label", loan=loan.id, days=t("common.day", count=days))


def _label(t: Translator, one: HardshipCase) -> str:
    return t("cases.label", loan=one.loan_id, day=t.short_day(one.opened_on), state=t(f"cases.state_{one.state}"))


def case(t: Translator, seen: Case, name: str, note: str) -> Screen:
    """One case: who, what is owed, what was said, what a rule proposes."""
    view, one = seen.view, seen.case
    text = lines(
        t("cases.title", name=name, loan=one.loan_id),
        t("cases.owed", due=view.due_now, days=t("common.day", count=view.days_past_due), left=view.settlement),
        t("cases.said", reason=t(f"collection.reason_{one.reason}")),
        t("cases.note", note=note) if note else None,
        t("cases.can_pay", sum=seen.can_pay),
        "",
        t("cases.proposal", proposal=proposal_text(t, seen.proposal)),
        None if seen.proposal.fits else t("cases.beyond"),
        t("cases.waits") if one.state == "proposed" else None,
    )
    wanted = f"newplan:{one.loan_id}:{seen.proposal.instalments}:{seen.holiday_periods}"
    propose = () if one.state == "proposed" else ((Button(t("cases.propose"), wanted),),)
    return Screen(
        text,
        (
            *propose,
            (Button(t("cases.call"), f"casecall:{one.id}"), Button(t("cases.timeline"), f"casetimeline:{one.id}")),
            (Button(t("cases.close"), f"caseclose:{one.id}"), Button(t("cases.all"), "do:cases")),
        ),
    )


def phone(t: Translator, number: str, case_id: int) -> Screen:
    """The phone; the call is logged."""
    return Screen(t("cases.phone", phone=number), ((Button(t("common.back"), f"case:{case_id}"),),))


def case_events(t: Translator, case_id: int, happened: Sequence[HistoryEvent], page: int, zone: str) -> Screen:
    """One page of the timeline of a case's loan, in the debtor's time."""
    text = lines(t("cases.timeline_title", zone=zone), "", *event_lines(t, list(reversed(happened)), page, zone))
    turn = turn_row(t, f"casetimeline:{case_id}", len(happened), page)
    back = (Button(t("common.back"), f"case:{case_id}"),)
    return Screen(text, (turn, back) if turn else (back,))


def close_card(t: Translator, seen: Case) -> Html:
    """What closing a case means, before it is confirmed."""
    return t("cases.close_card", loan=seen.case.loan_id)


def closed(t: Translator, params: CloseCase, result: Nothing) -> Screen:
    """The case is closed."""
    return Screen(t("cases.closed"), ((Button(t("cases.all"), "do:cases"), *desk_row(t)),))
