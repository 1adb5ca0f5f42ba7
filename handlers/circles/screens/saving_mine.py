"""A savings circle as its member reads it: their shares, what they are worth today, the fund, the next meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance_core.circles.models import CircleState, Role
from finance_core.circles.saving.models import MeetingState
from finance_core.journeys.saving_circles.leaving import Leaver
from finance_core.journeys.saving_circles.views import Fund, Mine
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.circles.screens import saving_ways, ways
from handlers.circles.screens.saving_opening import Terms, meetings, rules
from handlers.locales import Html, Translator


@dataclass(frozen=True, slots=True)
class Own:
    """What a member reads of themselves. `mine` is None for who has left; `standing` counts while it is agreed to."""

    title: str
    code: str
    fund: Fund
    mine: Mine | None
    standing: int
    roles: tuple[Role, ...]

    @property
    def state(self) -> CircleState:
        """Where the circle stands."""
        return CircleState(self.fund.saving.circle.state)


def worth_of(fund: Fund, shares: int) -> Money:
    """Return what some of a circle's shares are worth today, rounded down; nothing where there are none."""
    whole = fund.worth
    return Money(int(Fraction(whole.amount * shares, fund.shares)) if fund.shares else 0, whole.asset)


def shares(t: Translator, own: Own) -> Html:
    """What one's shares are worth today, for who asks how the money is shared out."""
    assert own.mine is not None
    return lines(
        t("saving_circles.name", title=own.title, code=own.code), _yours(t, own.fund, own.mine), _value(t, own.fund)
    )


def card(t: Translator, own: Own) -> Screen:
    """One's own card, and the ways on."""
    said = lines(
        t("saving_circles.name", title=own.title, code=own.code),
        _state(t, own),
        _meeting(t, own),
        "",
        *_mine(t, own),
        "",
        *_fund(t, own),
        *[t(f"my_circles.role_is_{role}") for role in own.roles],
    )
    return Screen(said, _ways(t, own))


def _state(t: Translator, own: Own) -> Html | None:
    if own.mine is None and own.state in (CircleState.RUNNING, CircleState.SUSPENDED):
        return t("saving_circles.you_left")
    return None if own.state == CircleState.RUNNING else t(f"my_circles.state_{own.state}")


def _meeting(t: Translator, own: Own) -> Html | None:
    meeting = own.fund.meeting
    if own.state != CircleState.RUNNING:
        return None
    if meeting is None:
        return t("saving_boards.all_held")
    key = "saving_boards.is_open" if meeting.state == MeetingState.OPEN else "saving_boards.next"
    return t(key, nr=meeting.nr, count=own.fund.meetings, day=meeting.held_on)


def _mine(t: Translator, own: Own) -> Sequence[Html | None]:
    mine, rules = own.mine, own.fund.saving.rules
    if mine is None or own.state == CircleState.ENDED:
        return ()
    is_open = own.fund.meeting is not None and own.fund.meeting.state == MeetingState.OPEN
    return (
        _yours(t, own.fund, mine),
        t("saving_circles.bought_now", count=mine.bought_now, most=rules.most_shares) if is_open else None,
        t("saving_circles.fines_due", sum=mine.fines) if mine.fines else None,
        *_loan(t, mine),
        t("saving_circles.standing_is", count=own.standing) if own.standing else t("saving_circles.no_standing"),
    )


def _yours(t: Translator, fund: Fund, mine: Mine) -> Html:
    shares = mine.saver.shares
    return t("saving_circles.yours", count=shares, saved=mine.saved, worth=worth_of(fund, shares))


def _value(t: Translator, fund: Fund) -> Html | None:
    return t("saving_circles.value", sum=worth_of(fund, 1)) if fund.shares else None


def _loan(t: Translator, mine: Mine) -> Sequence[Html]:
    if mine.loan is None:
        return ()
    owed = t("saving_circles.loan_owed", sum=mine.loan.settlement)
    if mine.loan.due_now:
        return (owed, t("saving_circles.loan_due", sum=mine.loan.due_now))
    if mine.loan.next_due_on is None:
        return (owed,)
    return (owed, t("saving_circles.loan_next", sum=mine.loan.next_due, on=mine.loan.next_due_on))


def _fund(t: Translator, own: Own) -> Sequence[Html | None]:
    fund = own.fund
    if own.state == CircleState.ENDED:
        return ()
    return (
        _value(t, fund),
        t("saving_boards.pot", cash=fund.cash, lent=fund.lent),
        t("saving_boards.social_fund", sum=fund.social) if fund.saving.rules.social_amount or fund.social else None,
    )


def _ways(t: Translator, own: Own) -> tuple[tuple[Button, ...], ...]:
    code = own.code
    documents = Button(t("my_circles.documents"), f"circledocs:{code}")
    if own.state == CircleState.CALLED_OFF:
        return ((ways.to_circles(t), *menu_row(t)),)
    if own.mine is None:
        return ((documents,), (ways.to_circles(t), *menu_row(t)))
    if own.state == CircleState.ENDED:
        again = ((Button(t("saving_meetings.again"), f"saveagain:{code}"),),) if Role.CHAIR in own.roles else ()
        return ((documents, saving_ways.meeting(t, code)), *again, (ways.to_circles(t), *menu_row(t)))
    standing = Button(t("saving_joining.standing"), f"savestand:{code}")
    return (
        (saving_ways.buy_shares(t, code), saving_ways.meeting(t, code)),
        (standing, documents),
        (Button(t("common.more"), f"circlemore:{code}"), ways.to_circles(t)),
    )


def more(t: Translator, own: Own, terms: Terms) -> Screen:
    """The rules as they were agreed to, and what else may be done."""
    code = own.code
    said = lines(t("saving_circles.name", title=own.title, code=code), *meetings(t, terms), *rules(t, terms))
    who = Button(t("my_circles.who_paid"), f"circleboard:{code}")
    offices = (Button(t("my_circles.offices"), f"circleroles:{code}"),) if own.roles else ()
    wrong = Button(t("my_circles.wrong"), f"circlewrong:{code}")
    leave = Button(t("my_circles.leave"), f"leavesaving:{code}")
    together = (ways.borrow_together(t, code),) if own.state == CircleState.RUNNING and own.mine is not None else ()
    return Screen(said, ((who, *offices), (wrong, leave), (*together, ways.see(t, code))))


def leave_card(t: Translator, title: str, figures: Leaver) -> Html:
    """What leaving a cycle that runs comes to today."""
    return lines(
        t("saving_circles.leave", title=title),
        t("saving_circles.leave_gets", sum=figures.gets),
        t("saving_circles.leave_owed", sum=figures.owed) if figures.owed else None,
        t("saving_circles.leave_fines", sum=figures.fines) if figures.fines else None,
        t("saving_circles.leave_paid", sum=figures.paid),
    )
