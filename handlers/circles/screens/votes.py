"""What votes look like: they count, and name nobody who voted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.circles.board_view import BoardPlace
from finance_core.circles.decision_models import MotionState
from finance_core.circles.motions import Tally
from finance_core.circles.rules.voting import Needs
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.circles.acts_intents import MoveInCircle
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_LISTED: Final = 2
_PEOPLE: Final = 4
PEOPLE: Final = ("remove", "chair", "suspend", "replace")
"""What can be moved about a member."""
RULES: Final = ("move_dates", "out_of_order", "rename")
"""What can be moved about the circle."""


def votes(t: Translator, code: str, found: Sequence[Tally], start: int) -> Screen:
    """What is being voted on, the oldest first, each with a button; and the ways to what may be moved."""
    shown, following = page_of(found, start, _LISTED)
    said = [lines(t(f"my_circles.motion_{x.kind}"), _count(t, x)) for _, x in shown]
    see = choices([(_named(t, x, found), f"circlevote:{x.token}") for _, x in shown], per_row=1)
    more = (Button(t("common.more"), f"circlevotes:{code}:{following}"),) if following is not None else ()
    moves = (
        Button(t("my_circles.moves_people"), f"circlemoves:{code}"),
        Button(t("my_circles.moves_rules"), f"circlemoves:{code}:rules"),
    )
    text = lines(t("my_circles.votes_now") if found else t("my_circles.no_votes"), *said, "", t("my_circles.move_what"))
    return Screen(text, (*see, moves, (*more, ways.see(t, code))))


def _named(t: Translator, tally: Tally, found: Sequence[Tally]) -> Html:
    """Return what the button of a motion says; of several, what it is about."""
    return t("my_circles.see_vote") if len(found) == 1 else t(f"my_circles.motion_{tally.kind}")


def moves(t: Translator, code: str, kinds: Sequence[str]) -> Screen:
    """What may be moved, of one sort."""
    rows = choices([(t(f"my_circles.move_{kind}"), f"circlemove:{code}:{kind}") for kind in kinds], per_row=1)
    return Screen(t("my_circles.move_what"), (*rows, (ways.votes(t, code), ways.see(t, code))))


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


def ask_name(t: Translator, refused: str | None) -> Screen:
    """Ask what the circle is to be called; after a refusal that comes first."""
    return Screen(lines(refused, t("my_circles.ask_name")))


def which_place(t: Translator, code: str, places: Sequence[BoardPlace], start: int) -> Screen:
    """Ask which place is to receive earlier."""
    if not places:
        return Screen(t("my_circles.no_turn_to_move"), ((ways.see(t, code),),))
    again = f"circlemove:{code}:out_of_order"
    return _by_turn(t, code, places, start, f"moveearly:{code}", again, t("my_circles.which_early"), of_place=True)


def which_turn(t: Translator, code: str, place: BoardPlace, earlier: Sequence[BoardPlace], start: int) -> Screen:
    """Ask whose turn it is to have."""
    again, text = f"moveearly:{code}:{place.nr}", t("my_circles.which_turn", name=place.name, nr=place.nr)
    return _by_turn(t, code, earlier, start, f"moveorder:{again.partition(':')[2]}", again, text, of_place=False)


def _by_turn(
    t: Translator, code: str, places: Sequence[BoardPlace], start: int, tap: str, again: str, text: Html, *,
    of_place: bool,
) -> Screen:  # fmt: skip
    """Return a list of places by their turns; a tap names the place, or else the turn."""
    shown, following = page_of(places, start, _PEOPLE)
    said = [
        (t("my_circles.turn_of", turn=x.turn, name=x.name), f"{tap}:{x.nr if of_place else x.turn}") for _, x in shown
    ]
    more = (Button(t("common.more"), f"{again}:{following}"),) if following is not None else ()
    return Screen(text, (*choices(said, per_row=1), (*more, ways.see(t, code))))


def move_card(t: Translator, params: MoveInCircle, voters: int) -> Html:
    """What is moved, and what it takes, before it is confirmed."""
    return lines(
        t(f"my_circles.motion_{params.kind}"),
        t("my_circles.about", about=_about(t, params)) if params.name else None,
        t("my_circles.must_agree", name=params.other) if params.other else None,
        t("my_circles.takes_two") if params.kind == "suspend" else t("my_circles.takes_votes", voters=voters),
    )


def _about(t: Translator, params: MoveInCircle) -> Html | str:
    if params.kind != "out_of_order":
        return params.name
    return t("my_circles.receives_instead", name=params.name, nr=params.place, round=params.round, other=params.other)


def moved(t: Translator, params: MoveInCircle, result: Nothing) -> Screen:
    """The others are asked."""
    return Screen(t("my_circles.is_moved"), ((Button(t("my_circles.see_vote"), f"circlevote:{params.token}"),),))
