"""What fines look like to officers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.circles.saving.models import CircleFine, FineWhy
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.circles.saving.meeting_intents import FineMember
from handlers.circles.screens import saving_ways
from handlers.locales import Html, Translator

_PEOPLE: Final = 5


def whom(t: Translator, code: str, people: Mapping[int, str], start: int) -> Screen:
    """Ask which member is fined."""
    shown, following = page_of(list(people.items()), start, _PEOPLE)
    rows = choices([(name, f"finewhy:{code}:{person}") for _, (person, name) in shown], per_row=1)
    more = (Button(t("common.more"), f"finewhom:{code}:{following}"),) if following is not None else ()
    return Screen(t("saving_meetings.fine_whom"), (*rows, (*more, _desk(t, code))))


def _desk(t: Translator, code: str) -> Button:
    return Button(t("my_circles.officers"), f"meetdesk:{code}")


def why(t: Translator, code: str, person: int, name: str) -> Screen:
    """Ask what for."""
    rows = choices(
        [(t(f"saving_meetings.why_{each}"), f"fineit:{code}:{person}:{each}") for each in FineWhy], per_row=1
    )
    return Screen(t("saving_meetings.fine_why", name=name), (*rows, (_desk(t, code),)))


def fine_card(t: Translator, params: FineMember) -> Html:
    """Who is fined how much and what for, before it is confirmed."""
    return lines(
        t("saving_meetings.fine_card", name=params.name, sum=params.sum),
        t(f"saving_meetings.why_{params.why}"),
        t("saving_meetings.fine_terms"),
    )


def fined(t: Translator, params: FineMember, result: Nothing) -> Screen:
    """They are fined, and told."""
    text = t("saving_meetings.is_fined", name=params.name, sum=params.sum)
    return Screen(text, ((_desk(t, params.code), saving_ways.meeting(t, params.code)),))


def to_pay(
    t: Translator, code: str, found: Sequence[tuple[CircleFine, str, Money]], start: int, note: str | None
) -> Screen:
    """The fines that are not paid, each with a button that takes it back."""
    if not found:
        return Screen(t(note or "saving_meetings.no_fines_open"), ((_desk(t, code),),))
    shown, following = page_of(found, start, _PEOPLE)
    said = [_line(t, each, name, amount) for _, (each, name, amount) in shown]
    labels = [
        (t("saving_meetings.take_fine_back", name=name, nr=each.meeting), f"fineback:{code}:{each.id}")
        for _, (each, name, _amount) in shown
    ]
    more = (Button(t("common.more"), f"finelist:{code}:{following}"),) if following is not None else ()
    text = lines(t(note) if note else None, t("saving_meetings.fines_title"), *said)
    return Screen(text, (*choices(labels, per_row=1), (*more, _desk(t, code))))


def _line(t: Translator, fine: CircleFine, name: str, amount: Money) -> Html:
    reason = t(f"saving_meetings.why_{fine.why}")
    return t("saving_meetings.fine_line", name=name, sum=amount, why=reason, nr=fine.meeting)
