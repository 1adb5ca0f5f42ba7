"""What circles look like to operators: everything but picks, keys and sealed bids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.circles.cards import OperatorCard, RoundCard
from finance_core.circles.decision_models import CircleCaseKind
from finance_core.circles.desk import Sign
from finance_core.circles.models import CircleState, MemberState
from finance_core.circles.rules.settings import Order
from finance_core.circles.suspending import Resolution, Verdict
from finance_core.journeys.saving_circles.views import Fund
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines
from handlers.circles.acts_intents import DecideCircleCase
from handlers.locales import Html, Translator

SIGNS: Final = ("many_new", "new_people", "first_again", "pays_the_next", "promises")
_SHORT: Final = 5


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be decided: its id and kind, the circle, the round of a dispute, by when."""

    id: int
    kind: CircleCaseKind
    code: str
    round: int | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """What only who may see customers reads of a circle: what people call it, and its chair."""

    title: str
    chair: str


def listed(
    t: Translator, found: Sequence[tuple[str, str, str, int]], cases: Sequence[Case], zone: ZoneInfo, *, full: bool
) -> Screen:
    """What is to be decided, and circles (code, name, state, id), the newest first."""
    said = lines(
        t("my_circles.desk_title"),
        *[_case_line(t, each, zone) for each in cases],
        "",
        *([_listed(t, *each) for each in found] or [t("my_circles.desk_none")]),
    )
    first = [(Button(t("my_circles.desk_decide", code=each.code), f"circase:{each.id}"),) for each in cases[:1]]
    rows = choices([(code, f"deskcircle:{code}") for code, *_ in found[: 4 - len(first)]], per_row=2)
    more = (Button(t("common.more"), f"deskcircles:{found[-1][3]}"),) if full else ()
    return Screen(said, (*first, *rows, (*more, _desk(t))))


def _desk(t: Translator) -> Button:
    return Button(t("my_circles.desk"), "do:operator")


def _listed(t: Translator, code: str, title: str, state: str, _id: int) -> Html:
    said = t(f"my_circles.desk_{state}")
    if not title:
        return t("my_circles.desk_line_bare", code=code, state=said)
    return t("my_circles.desk_line", code=code, title=title, state=said)


def _case_line(t: Translator, each: Case, zone: ZoneInfo) -> Html:
    until = t.instant(each.due_at, zone)
    return t(f"my_circles.case_{each.kind}", code=each.code, until=until)


@dataclass(frozen=True, slots=True)
class SavingFund:
    """What an accumulating circle has, how many are late with its loans, and how its share-out stands."""

    fund: Fund
    late: int
    share_out: str | None


def card(
    t: Translator,
    seen: OperatorCard,
    named: Named | None,
    cases: Sequence[Case],
    signs: Sequence[Sign],
    saving: SavingFund | None,
    *,
    may_propose: bool,
) -> Screen:
    """A circle: how it is set, who is in, its rounds, what is short, what is to be decided; of one that accumulates,
    its meetings and funds. `named`: see there.
    """
    circle, code = seen.circle, seen.circle.code
    joined = sum(member.state == MemberState.JOINED for member in seen.members)
    paid = sum(each.state in ("paid", "short") for each in seen.rounds)
    said = lines(
        t("my_circles.name", title=named.title, code=code) if named else t("my_circles.desk_code", code=code),
        t(f"my_circles.desk_{circle.state}"),
        _terms(t, seen),
        t("my_circles.desk_people", chair=named.chair, count=joined)
        if named
        else t("my_circles.desk_members", count=joined),
        *(_saving(t, saving) if saving is not None else ()),
        t("my_circles.desk_rounds", paid=paid, rounds=len(seen.rounds)) if seen.rounds else None,
        *[_short(t, round_) for round_ in seen.shortfalls[-_SHORT:]],
        *[t(f"my_circles.sign_{sign.what}", count=sign.count) for sign in signs],
        t("my_circles.desk_cases", count=len(cases)) if cases else None,
    )
    decide = [(Button(t("my_circles.desk_decide", code=code), f"circase:{cases[0].id}"),)] if cases else []
    turns = {CircleState.RUNNING: "my_circles.desk_suspend", CircleState.SUSPENDED: "my_circles.desk_resume"}
    turn = turns.get(CircleState(circle.state))
    change = [(Button(t(turn), f"suspendcircle:{code}"),)] if turn is not None and may_propose else []
    return Screen(said, (*decide, *change, (Button(t("my_circles.desk_all"), "do:circle_desk"), _desk(t))))


def _terms(t: Translator, seen: OperatorCard) -> Html:
    settings = seen.settings
    order = t(f"my_circles.order_{settings.order}")
    if settings.order is Order.NONE:
        period = t(f"circle_opening.period_{settings.period}")
        return t("saving_meetings.desk_terms", sum=settings.contribution, period=period, order=order)
    each = t(f"my_circles.each_{settings.period}", sum=settings.contribution)
    return t("my_circles.terms", each=each, places=settings.places, order=order)


def _saving(t: Translator, saving: SavingFund) -> tuple[Html | None, ...]:
    fund = saving.fund
    rules, asset = fund.saving.rules, fund.saving.asset
    coming = fund.meeting.nr if fund.meeting is not None else fund.meetings
    fine, social = Money(rules.fine_amount, asset), Money(rules.social_amount, asset)
    return (
        t("saving_meetings.desk_rules", rate=t.percent(rules.loan_rate), fine=fine, social=social),
        t("saving_meetings.desk_meetings", nr=coming, meetings=fund.meetings, count=fund.shares),
        t("saving_meetings.fund", cash=fund.cash, lent=fund.lent),
        t("saving_meetings.social_fund", sum=fund.social),
        t("saving_meetings.desk_late", count=saving.late) if saving.late else None,
        t(f"saving_meetings.desk_{saving.share_out}") if saving.share_out is not None else None,
    )


def _short(t: Translator, each: RoundCard) -> Html:
    return t("my_circles.desk_short", nr=each.nr, on=each.due_on, paid=each.paid, due=each.due)


def case(
    t: Translator,
    found: Case,
    by: str,
    about: str,
    said: str,
    zone: ZoneInfo,
    decisions: Sequence[Verdict | Resolution],
) -> Screen:
    """What is to be decided, and the decisions there are."""
    text = lines(
        _case_line(t, found, zone),
        t("my_circles.case_round", nr=found.round) if found.round is not None else None,
        t("my_circles.case_by", name=by) if by else None,
        t("my_circles.case_about", name=about) if about else None,
        t("my_circles.quoted", words=said) if said else None,
    )
    rows = choices([(t(f"my_circles.decide_{each}"), f"decidecase:{found.id}:{each}") for each in decisions], per_row=2)
    return Screen(text, (*rows, (Button(t("my_circles.desk_see"), f"deskcircle:{found.code}"),)))


def ask_why(t: Translator, decision: str) -> Screen:
    """Ask for the reason."""
    return Screen(lines(t(f"my_circles.decided_{decision}"), t("my_circles.ask_reason")))


def ask_nominee(t: Translator, named: str) -> Screen:
    """Ask who takes the places over; `named` is whom the member named when joining."""
    named_was = t("my_circles.nominee_was", name=named) if named else t("my_circles.nominee_was_nobody")
    return Screen(lines(t("my_circles.decided_taken_over"), named_was, t("my_circles.ask_nominee")))


def decide_card(t: Translator, params: DecideCircleCase, nominee: str) -> Html:
    """The decision and its reason, before it is confirmed."""
    return lines(
        t(f"my_circles.decided_{params.decision}"),
        t("my_circles.about", about=nominee) if nominee else None,
        t("my_circles.reason", reason=params.reason),
        t("my_circles.both_are_told"),
    )


def decided(t: Translator, params: DecideCircleCase, result: Nothing) -> Screen:
    """It is decided; both sides are told."""
    see = Button(t("my_circles.desk_see"), f"deskcircle:{params.code}")
    if params.decision != Verdict.UPHELD:
        return Screen(t("my_circles.is_decided"), ((see,),))
    goodwill = Button(t("my_circles.desk_goodwill"), f"circlegoodwill:{params.case}")
    return Screen(t("my_circles.is_decided"), ((goodwill,), (see,)))
