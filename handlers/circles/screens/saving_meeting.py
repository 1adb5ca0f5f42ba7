"""What a meeting looks like to its members and its officers: counts and sums; who voted how, nobody reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from finance_core.circles.models import CircleState, Role
from finance_core.circles.saving.models import CircleRequest, CircleShareOut, RequestState, ShareOutState
from finance_core.circles.saving.voting import Count
from finance_core.journeys.saving_circles.views import Fund, Mine, Minutes
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.saving.meeting_intents import CloseMeeting
from handlers.circles.screens import saving_ways, ways
from handlers.locales import Html, Translator

_NAMED: Final = 30
_SHOWN: Final = 8
"""Requests on a meeting's card; all are in its minutes."""
BETWEEN: Final = ("is_seen", "is_paying", "waits_for_share_out")
"""How a cycle stands after its last meeting."""
_OFFICERS: Final = (Role.CHAIR, Role.TREASURER, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member sees of a cycle. `now`: the meeting that is open; `names` of who is there or asks; `me`: who looks.

    `share_out`: where one has been looked at or approved.
    """

    code: str
    title: str
    me: int
    fund: Fund
    now: Minutes | None
    mine: Mine
    names: Mapping[int, str]
    roles: frozenset[Role]
    share_out: CircleShareOut | None

    @property
    def is_here(self) -> bool:
        """Whether who looks is at the meeting."""
        return self.now is not None and self.me in self.now.present

    @property
    def quorum(self) -> int:
        """How many members are half of all, rounded up."""
        return -(-self.fund.members // 2)

    def money(self, amount: int) -> Money:
        """Return minor units as money of the circle."""
        return Money(amount, self.fund.saving.asset)


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for officers: who is not there, who is late with a loan since when, how many fines are not paid."""

    officers: Mapping[Role, str]
    away: tuple[str, ...]
    late: tuple[tuple[str, date], ...]
    fines: int
    previewed_by_me: bool


def meeting(t: Translator, seen: Seen, note: str | None) -> Screen:
    """The meeting that is open; else when the next one is, or what comes after the last."""
    body = _open(t, seen, seen.now) if seen.now is not None else _between(t, seen)
    text = lines(
        t(note) if note else None,
        t("my_circles.name", title=seen.title, code=seen.code),
        *body,
        "",
        t("saving_meetings.fund", cash=seen.fund.cash, lent=seen.fund.lent),
        t("saving_meetings.social_fund", sum=seen.fund.social) if _has_social(seen) else None,
    )
    return Screen(text, _ways(t, seen))


def _has_social(seen: Seen) -> bool:
    return bool(seen.fund.social) or seen.fund.saving.rules.social_amount > 0


def _open(t: Translator, seen: Seen, now: Minutes) -> tuple[Html | str | None, ...]:
    shares = sum(each.shares for each in now.payments)
    there = [seen.names.get(each, "") for each in now.present[:_NAMED]]
    asked = [request_line(t, seen, each, count) for each, count in now.requests[-_SHOWN:]]
    fines = seen.mine.fines
    return (
        t("saving_meetings.open", nr=now.meeting.nr, meetings=seen.fund.meetings),
        t("saving_meetings.until"),
        t("saving_meetings.there", present=len(now.present), members=now.members, quorum=seen.quorum),
        t("saving_meetings.who", names=t.listed(there)) if there else None,
        t("saving_meetings.bought", count=shares, sum=seen.money(sum(each.amount for each in now.payments))),
        *(("", t("saving_meetings.asked_for"), *asked) if asked else ()),
        "",
        t("saving_meetings.you_bought", count=seen.mine.bought_now, shares=seen.mine.saver.shares),
        t("saving_meetings.your_fines", sum=fines) if fines else None,
        None if seen.is_here else t("saving_meetings.not_here_yet"),
    )


def _between(t: Translator, seen: Seen) -> tuple[Html | None, ...]:
    coming = seen.fund.meeting
    if seen.fund.saving.circle.state == CircleState.ENDED:
        return (t("saving_meetings.is_over"),)
    if coming is not None:
        return (t("saving_meetings.next", nr=coming.nr, meetings=seen.fund.meetings, on=coming.held_on),)
    state = seen.share_out.state if seen.share_out is not None else ""
    said = {str(ShareOutState.PREVIEWED): "is_seen", str(ShareOutState.PAYING): "is_paying"}
    return (t(f"saving_meetings.{said.get(state, 'waits_for_share_out')}"),)


def request_line(t: Translator, seen: Seen, asked: CircleRequest, count: Count) -> Html:
    """A request, and how its vote stands or what came of it."""
    name = seen.names.get(asked.customer_id, "")
    what = Html(f"• {request_of(t, asked, seen.money(asked.amount), name)}")
    if asked.state == RequestState.OPEN:
        return lines(what, t("saving_meetings.count", yes=count.yes, no=count.no))
    return lines(what, t(f"saving_meetings.request_{asked.state}"))


def request_of(t: Translator, asked: CircleRequest, amount: Money, name: str) -> Html:
    """Who asks for what."""
    if asked.months is None:
        return t("saving_meetings.asks_grant", name=name, sum=amount)
    return t("saving_meetings.asks_loan", name=name, sum=amount, count=asked.months)


def _ways(t: Translator, seen: Seen) -> tuple[tuple[Button, ...], ...]:
    code = seen.code
    first: list[Button] = []
    if seen.now is not None:
        here, buy = Button(t("saving_meetings.i_am_here"), f"imhere:{code}"), saving_ways.buy_shares(t, code)
        first = [buy] if seen.is_here else [here, buy]
    money = Button(t("saving_meetings.ask_for_money"), f"askmoney:{code}")
    votes = Button(t("saving_meetings.votes"), f"meetvotes:{code}")
    second = (money, votes) if seen.now is not None else (minutes_button(t, code),)
    officers = (Button(t("my_circles.officers"), f"meetdesk:{code}"),) if seen.roles else ()
    return tuple(row for row in (tuple(first), second, (*officers, ways.see(t, code))) if row)


def minutes_button(t: Translator, code: str) -> Button:
    """Return the button that shows the minutes of the latest meeting that is closed."""
    return Button(t("saving_meetings.minutes"), f"minutes:{code}")


def officers(t: Translator, seen: Seen, waits: Waits, note: str | None) -> Screen:
    """What waits for which officer. Nobody's balance, nobody's debt: who is late, as the meeting may fine that."""
    over = seen.fund.meeting is None and seen.fund.saving.circle.state == CircleState.RUNNING
    text = lines(
        t(note) if note else None,
        t("my_circles.officers_title", code=seen.code),
        *[t(f"my_circles.office_{role}", name=waits.officers[role]) for role in _OFFICERS if role in waits.officers],
        "",
        t("saving_meetings.waits_closing", name=waits.officers.get(Role.SECRETARY, "")) if seen.now else None,
        t("saving_meetings.away", names=t.listed(waits.away)) if waits.away else None,
        *[t("saving_meetings.late", name=name, since=since) for name, since in waits.late],
        t("saving_meetings.fines_open", count=waits.fines) if waits.fines else None,
        _share_out_waits(t, seen, waits) if over else None,
        None if seen.now is not None or over else t("saving_meetings.nothing_waits"),
    )
    return Screen(text, _officers_ways(t, seen, waits, over=over))


def _share_out_waits(t: Translator, seen: Seen, waits: Waits) -> Html:
    if seen.share_out is None:
        return t("saving_meetings.waits_preview")
    if seen.share_out.state == ShareOutState.PAYING:
        return t("saving_meetings.is_paying")
    return t("saving_meetings.waits_second" if waits.previewed_by_me else "saving_meetings.waits_for_you")


def _officers_ways(t: Translator, seen: Seen, waits: Waits, *, over: bool) -> tuple[tuple[Button, ...], ...]:
    code = seen.code
    fine = (Button(t("saving_meetings.fine"), f"finewhom:{code}"),) if seen.now and _has_fines(seen) else ()
    fines = (Button(t("saving_meetings.fines"), f"finelist:{code}"),) if waits.fines else ()
    close: tuple[Button, ...] = ()
    if seen.now is not None and Role.SECRETARY in seen.roles:
        close = (Button(t("saving_meetings.close"), f"closemeet:{code}"),)
    is_paying = seen.share_out is not None and seen.share_out.state == ShareOutState.PAYING
    share = (Button(t("saving_meetings.share_out"), f"shareout:{code}"),) if over and not is_paying else ()
    moves = Button(t("my_circles.moves_people"), f"circlemoves:{code}")
    offices = Button(t("my_circles.offices"), f"circleroles:{code}")
    rows = ((*fine, *fines), (*close, *share, moves), (offices, saving_ways.meeting(t, code)))
    return tuple(row for row in rows if row)


def _has_fines(seen: Seen) -> bool:
    return seen.fund.saving.rules.fine_amount > 0


def close_card(t: Translator, seen: Seen) -> Html:
    """What closing the meeting does, before it is confirmed."""
    assert seen.now is not None, "a meeting is open"
    waiting = sum(each.state == RequestState.OPEN for each, _ in seen.now.requests)
    has_quorum = len(seen.now.present) >= seen.quorum
    return lines(
        t("saving_meetings.close_card", nr=seen.now.meeting.nr),
        t("saving_meetings.there", present=len(seen.now.present), members=seen.now.members, quorum=seen.quorum),
        t("saving_meetings.settles", count=waiting) if waiting else None,
        t("saving_meetings.no_quorum") if waiting and not has_quorum else None,
    )


def closed(t: Translator, params: CloseMeeting, result: Nothing) -> Screen:
    """The meeting is closed; the minutes are there."""
    papers = Button(t("saving_meetings.minutes"), f"minutes:{params.code}:{params.nr}")
    return Screen(t("saving_meetings.is_closed", nr=params.nr), ((papers, ways.see(t, params.code)),))
