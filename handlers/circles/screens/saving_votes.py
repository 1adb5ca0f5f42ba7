"""What a meeting's votes look like: they count, and name nobody who voted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from finance_core.circles.saving.models import CircleRequest, RequestState
from finance_core.circles.saving.voting import Count
from finance_core.journeys.saving_circles.views import Minutes
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.circles.screens import saving_ways
from handlers.circles.screens.saving_meeting import Seen, request_line, request_of
from handlers.locales import Html, Translator

_BUTTONS: Final = 5
_OVER: Final = 8
"""How many of what is over stand below what is open; all are in the minutes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its card shows it: `words` what it is for, `may` whether who looks may vote."""

    request: CircleRequest
    count: Count
    code: str
    asset: str
    name: str
    words: str
    is_mine: bool
    may: bool


def votes(t: Translator, seen: Seen, now: Minutes, start: int) -> Screen:
    """What the meeting is asked for: what is open, the oldest first, with a button each; then what is over."""
    over = [each for each in now.requests if each[0].state != RequestState.OPEN][-_OVER:]
    shown, following = page_of([each for each in now.requests if each[0].state == RequestState.OPEN], start, _BUTTONS)
    said = [request_line(t, seen, *each) for each in (*[each for _, each in shown], *over)]
    labels = [(_label(t, seen, each), f"meetvote:{each.id}") for _, (each, _count) in shown]
    more = (Button(t("common.more"), f"meetvotes:{seen.code}:{following}"),) if following is not None else ()
    text = lines(t("saving_meetings.asked_for"), *said) if said else t("saving_meetings.nothing_asked")
    return Screen(text, (*choices(labels, per_row=1), (*more, saving_ways.meeting(t, seen.code))))


def _label(t: Translator, seen: Seen, asked: CircleRequest) -> str:
    return f"{seen.names.get(asked.customer_id, '')} · {t.money(seen.money(asked.amount))}"


def request(t: Translator, asked: Asked) -> Screen:
    """A request: who asks for what, why, how it stands; yes and no, or taking it back."""
    row, count = asked.request, asked.count
    text = lines(
        request_of(t, row, Money(row.amount, ASSETS[asked.asset]), asked.name),
        t("my_circles.quoted", words=asked.words) if asked.words else None,
        t("saving_meetings.vote_count", yes=count.yes, no=count.no, present=count.present, members=count.members),
        t("saving_meetings.takes") if row.state == RequestState.OPEN else t(f"saving_meetings.request_{row.state}"),
        _void(t, row),
        t("saving_meetings.vote_is_in") if row.state == RequestState.OPEN and not asked.may else None,
    )
    yes = Button(t("my_circles.vote_yes"), f"meetyes:{row.id}")
    no = Button(t("my_circles.vote_no"), f"meetno:{row.id}")
    back = Button(t("saving_meetings.take_back"), f"meetback:{row.id}")
    own = ((back,),) if asked.is_mine and row.state == RequestState.OPEN else ()
    return Screen(text, (*(((yes, no),) if asked.may else ()), *own, (saving_ways.meeting(t, asked.code),)))


def _void(t: Translator, row: CircleRequest) -> Html | None:
    """Why what has passed is not paid: whose it is reads it in the own notice, others that it could not be."""
    return t("saving_meetings.could_not_be_paid") if row.state == RequestState.VOID else None
