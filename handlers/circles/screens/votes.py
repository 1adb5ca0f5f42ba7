"""What votes look like: they count, and name nobody who voted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.circles.decision_models import MotionState
from finance_core.circles.motions import Tally
from finance_core.circles.rules.voting import Needs
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.circles.acts_intents import MoveInCircle
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_LISTED: Final = 1
_PEOPLE: Final = 4
MOVED: Final = ("remove", "chair", "move_dates", "suspend")


def votes(t: Translator, code: str, found: Sequence[Tally], may_move: Sequence[str], *, is_officer: bool) -> Screen:
    """What is being voted on, the oldest with a button, and what may be moved: a suspension by officers alone."""
    said = [lines(t(f"my_circles.motion_{x.kind}"), _count(t, x)) for x in found]
    first = [(Button(t("my_circles.see_vote"), f"circlevote:{x.token}"),) for x in found[:_LISTED]]
    moved = may_move if is_officer else [kind for kind in may_move if kind != "suspend"]
    moves = choices([(t(f"my_circles.move_{kind}"), f"circlemove:{code}:{kind}") for kind in moved], per_row=2)
    text = lines(t("my_circles.votes_now") if found else t("my_circles.no_votes"), *said, "", t("my_circles.move_what"))
    return Screen(text, (*first, *moves, (ways.see(t, code),)))


def _count(t: Translator, tally: Tally) -> Html:
    return t("my_circles.vote_count", yes=tally.yes, no=tally.no, needed=tally.needed, voters=tally.voters)


def vote(t: Translator, code: str, tally: Tally, about: str, until: str, *, may: bool) -> Screen:
    """A motion: what, about whom, how it stands, until when."""
    over = None
    if tally.state is not MotionState.OPEN:
        over = t(f"my_circles.result_{tally.state}")
    officers = t("my_circles.by_officers") if tally.needs is Needs.OFFICERS else None
    said = lines(
        t(f"my_circles.motion_{tally.kind}"),
        t("my_circles.about", about=about) if about else None,
        officers,
        _count(t, tally),
        over or t("my_circles.vote_until", until=until),
        None if may or over else t("my_circles.vote_is_in"),
    )
    yes, no = (
        Button(t("my_circles.vote_yes"), f"voteyes:{tally.token}"),
        Button(t("my_circles.vote_no"), f"voteno:{tally.token}"),
    )
    return Screen(said, (*(((yes, no),) if may else ()), (ways.see(t, code),)))


def about_whom(t: Translator, code: str, kind: str, people: Mapping[int, str], start: int) -> Screen:
    """Ask whom it is about."""
    if not people:
        return Screen(t("my_circles.about_nobody"), ((ways.see(t, code),),))
    shown, following = page_of(list(people.items()), start, _PEOPLE)
    rows = choices([(name, f"moveabout:{code}:{kind}:{person}") for _, (person, name) in shown], per_row=1)
    more = (Button(t("common.more"), f"circlemove:{code}:{kind}:{following}"),) if following is not None else ()
    return Screen(t(f"my_circles.motion_{kind}"), (*rows, (*more, ways.see(t, code))))


def move_card(t: Translator, params: MoveInCircle, voters: int) -> Html:
    """What is moved, and what it takes, before it is confirmed."""
    return lines(
        t(f"my_circles.motion_{params.kind}"),
        t("my_circles.about", about=params.name) if params.name else None,
        t("my_circles.takes_two") if params.kind == "suspend" else t("my_circles.takes_votes", voters=voters),
    )


def moved(t: Translator, params: MoveInCircle, result: Nothing) -> Screen:
    """The others are asked."""
    return Screen(t("my_circles.is_moved"), ((Button(t("my_circles.see_vote"), f"circlevote:{params.token}"),),))
