"""A loan that is not lent: why, what would change it, and the button to that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from finance_core.loans.origination.decision import Reason
from finance_core.loans.origination.notices import Declined
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, lines, menu_row
from handlers.chat.screens.ways import act, ask, talk_to_person
from handlers.loans.screens.borrow import borrow_tap, pairs
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.kernel.money import Money
    from finance_core.loans.origination.decision import Decision
    from finance_core.loans.origination.quoting import Quote

LIGHTNING: Final = "lightning"
"""The loan with which a record begins."""

_TO_PAY: Final = frozenset({Reason.ARREARS})
_TO_LOANS: Final = frozenset({Reason.WRITTEN_OFF, Reason.LOAN_OPEN})
_TO_VERIFY: Final = frozenset({Reason.PAPERS, Reason.UNVERIFIED})
_TO_A_PERSON: Final = frozenset({Reason.FROZEN, Reason.UNVERIFIED, Reason.PAPERS, Reason.FRAUD})
NO_OFFICER_HELPS: Final = frozenset({Reason.FROZEN, Reason.SELF_EXCLUDED})


def declined(t: Translator, decision: Decision, quote: Quote, application_id: int) -> Screen:
    """Up to four reasons, what would change each and when to ask again; what would be lent instead; a person to ask."""
    reasons = [f"• {reason_text(t, reason, decision)}" for reason in decision.reasons]
    by_officer = NO_OFFICER_HELPS.isdisjoint(decision.reasons)
    person = (Button(t("borrow.ask_a_person"), f"person:{application_id}"),) if by_officer else ()
    ways = [
        *_instead(t, decision, quote),
        *_pay_off(t, decision, quote),
        *what_helps(t, decision.reasons, has_joined=decision.facts.tier > 0),
    ]
    last = (*person, *menu_row(t))
    return Screen(lines(t("borrow.declined"), *reasons), (*pairs(ways[: MOST_BUTTONS - len(last)]), last))


def declined_by_officer(t: Translator, told: Declined) -> Screen:
    """An officer has declined an application, with what would change it."""
    known = [Reason(reason) for reason in told.reasons]
    reasons = [f"• {t(f'borrow.officer_reason_{reason}')}" for reason in known]
    ways = list(what_helps(t, known))
    return Screen(
        lines(t("borrow.declined_by_officer", sum=told.sum), *reasons),
        (*pairs(ways[: MOST_BUTTONS - 1]), menu_row(t)),
    )


def reason_text(t: Translator, reason: Reason, decision: Decision) -> Html:
    """Return one reason with what would change it, and the day from which on the answer would be another."""
    key = "level" if reason is Reason.TIER and decision.facts.tier > 0 else str(reason)
    said = t(f"borrow.reason_{key}", limit=decision.limit, affordable=decision.affordable or decision.limit)
    day = decision.ask_again_on.get(reason)
    again = "borrow.ask_again_from" if reason is Reason.SELF_EXCLUDED else "borrow.ask_again_on"
    return lines(said, t(again, day=day)) if day else said


def what_helps(t: Translator, reasons: Sequence[Reason], *, has_joined: bool = True) -> Iterator[Button]:
    """Yield the buttons to what would change the answer, each once: to pay, to join, to verify, to say one's income."""
    against = frozenset(reasons)
    if against & _TO_PAY:
        yield act(t, "repay")
    if against & _TO_LOANS:
        yield act(t, "loans")
    if Reason.TIER in against and not has_joined:
        yield act(t, "join", t("onboarding.go_on"))
    elif against & {*_TO_VERIFY, Reason.TIER}:
        yield act(t, "identity")
    if Reason.HISTORY in against:
        yield act(t, "borrow", t(f"borrow.product_{LIGHTNING}"), product=LIGHTNING)
    if Reason.INCOME in against:
        yield act(t, "own_income", t("borrow.change_income"))
    if Reason.ABOVE_LIMIT in against:
        yield ask(t, "loan.limit_raise")
    if Reason.SELF_EXCLUDED in against:
        yield act(t, "own_limits")
    if against & _TO_A_PERSON:
        yield talk_to_person(t, "loan.why_declined")


def _instead(t: Translator, decision: Decision, quote: Quote) -> list[Button]:
    """A smaller sum that would do, where the sum is all that stands against it."""
    least = smaller(decision, quote)
    if least is None:
        return []
    return [Button(t("borrow.borrow_limit", limit=least), borrow_tap(quote.product, least, quote.tenor))]


def smaller(decision: Decision, quote: Quote) -> Money | None:
    """Return a smaller sum that would do, where the sum is all that stands against it."""
    if not set(decision.reasons) <= {Reason.ABOVE_LIMIT, Reason.INCOME}:
        return None
    least = min(decision.limit, decision.affordable if decision.affordable is not None else decision.limit)
    return least if quote.product.minimum <= least < quote.principal else None


def _pay_off(t: Translator, decision: Decision, quote: Quote) -> list[Button]:
    """The way to pay the running loan off out of the new one, once enough of it is repaid."""
    if tuple(decision.reasons) != (Reason.LOAN_OPEN,) or not decision.may_refinance:
        return []
    return [Button(t("borrow.pay_off_first"), f"{borrow_tap(quote.product, quote.principal, quote.tenor)}:old=1")]
