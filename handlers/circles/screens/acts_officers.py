"""What an officer of a circle sees: *paid* or *waiting*, never a balance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finance_core.circles.cards import Asking, OfficerCard, Waiting
from finance_core.circles.models import MemberState, Role
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_WAITING: Final = 12
_PEOPLE: Final = 3


def card(t: Translator, code: str, seen: OfficerCard, note: str | None, *, is_chair: bool) -> Screen:
    """Who waits and since when, who asks to join, what is voted on. `note`: what has just been done."""
    asked = next((each for each in seen.asking if each.state == MemberState.ASKED), None)
    said = lines(
        t(note) if note else None,
        t("my_circles.officers_title", code=code),
        *[t(f"my_circles.office_{role}", name=name) for role, name in seen.officers.items()],
        "",
        t("my_circles.waiting_head") if seen.waiting else t("my_circles.nobody_is_waiting"),
        *[_waiting(t, each) for each in seen.waiting[:_WAITING]],
        *[_asking(t, each) for each in seen.asking],
        t("my_circles.votes_open", count=len(seen.motions)) if seen.motions else None,
    )
    answers: tuple[tuple[Button, ...], ...] = ()
    if asked is not None and is_chair:
        yes = Button(t("my_circles.admit", name=asked.name), f"admit:{code}:{asked.customer_id}")
        answers = ((yes, Button(t("my_circles.no"), f"admitno:{code}:{asked.customer_id}")),)
    nudge = (Button(t("my_circles.nudge"), f"nudgecircle:{code}"),) if seen.waiting else ()
    offices = Button(t("my_circles.offices"), f"circleroles:{code}")
    return Screen(said, (*answers, (*nudge, ways.votes(t, code)), (offices, ways.see(t, code))))


def _waiting(t: Translator, each: Waiting) -> Html:
    key = "my_circles.waits_late" if each.is_late else "my_circles.waits"
    return t(key, name=each.name, nr=each.round, since=each.since)


def _asking(t: Translator, each: Asking) -> Html:
    said = t(f"my_circles.asking_{each.state}", name=each.name, places=each.places)
    shown = each.reliability
    if shown is None:
        return said
    return lines(said, t("my_circles.reliability", paid=shown.on_time, due=shown.due))


def offices(
    t: Translator,
    code: str,
    held: Mapping[Role, str],
    free: Role | None,
    people: Mapping[int, str],
    start: int,
    *,
    is_chair: bool,
    has_desk: bool = True,
) -> Screen:
    """Who holds which office; the chair gives a free one to a member. `has_desk`: there is a card for officers."""
    said = [t(f"my_circles.office_{role}", name=name) for role, name in held.items()]
    rows: tuple[tuple[Button, ...], ...] = ()
    further: tuple[Button, ...] = ()
    if free is not None and people:
        shown, following = page_of(list(people.items()), start, _PEOPLE)
        rows = choices([(name, f"appoint:{code}:{person}") for _, (person, name) in shown], per_row=1)
        further = (Button(t("common.more"), f"circleroles:{code}:{following}"),) if following is not None else ()
    text = lines(*said, t(f"my_circles.who_is_{free}") if free is not None else None)
    down = () if is_chair else (Button(t("my_circles.step_down"), f"stepdown:{code}"),)
    desk = (Button(t("my_circles.officers"), f"officers:{code}"),) if has_desk else ()
    return Screen(text, (*rows, (*further, *down, *desk, ways.see(t, code))))


def stepped_down(t: Translator, code: str) -> Screen:
    """One holds the office no more."""
    return Screen(t("my_circles.stepped_down"), ((ways.see(t, code),),))
