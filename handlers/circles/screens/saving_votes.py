"""What a meeting's votes look like: they count, and name nobody who voted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from finance_core.circles.saving.models import CircleRequest, RequestState
from finance_core.circles.saving.voting import Count
from finance_core.journeys.saving_circles.views import Minutes
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines
from handlers.circles.screens import saving_ways
from handlers.circles.screens.saving_meeting import Seen, request_line, request_of
from handlers.locales import Html, Translator

_BUTTONS: Final = 5


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


def votes(t: Translator, seen: Seen, now: Minutes) -> Screen:
    """What is asked for at the meeting; what is still open has a button each, the oldest first."""
    said = [request_line(t, seen, each, count) for each, count in now.requests]
    open_ones = [each for each, _ in now.requests if each.state == RequestState.OPEN][:_BUTTONS]
    labels = [(_label(t, seen, each), f"meetvote:{each.id}") for each in open_ones]
    text = lines(t("saving_meetings.asked_for"), *said) if said else t("saving_meetings.nothing_asked")
    return Screen(text, (*choices(labels, per_row=1), (saving_ways.meeting(t, seen.code),)))


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
