"""What joining a savings circle looks like: the card with all that it comes to, how one stands before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finance_core.circles.models import Role
from finance_core.circles.rules.saving import FEWEST_MEMBERS, MOST_MEMBERS
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row
from handlers.circles.saving.joining_intents import (
    BeginCycle,
    CycleHasBegun,
    GoFromSaving,
    JoinSaving,
    SavingIsJoined,
    SavingIsLeft,
)
from handlers.circles.screens import saving_ways, ways
from handlers.circles.screens.joining import FIRST_DAY
from handlers.circles.screens.saving_opening import ALL, Terms, meetings, rules
from handlers.locales import Html, Translator

STANDING, NICKNAME = "standing", "nickname"


@dataclass(frozen=True, slots=True)
class Forming:
    """A savings circle that has not begun, as who has its link sees it: its chair, its officers and who is in it."""

    token: str
    code: str
    terms: Terms
    chair: str
    people: tuple[str, ...]
    officers: dict[Role, str]


def head(t: Translator, seen: Forming) -> Html:
    """Return what the circle is called, and by whom it is led."""
    return t("saving_joining.title", title=seen.terms.settings.title, code=seen.code, name=seen.chair)


def card(t: Translator, seen: Forming, params: JoinSaving, card: tuple[str, int]) -> Screen:
    """All that joining comes to, before the PIN."""
    terms, ref = seen.terms, f"{card[0]}:{card[1]}"
    said = lines(
        head(t, seen),
        "",
        *meetings(t, terms),
        t("saving_joining.most", sum=terms.most),
        t("saving_joining.comes_back"),
        "",
        *rules(t, terms),
        t("saving_joining.not_ours"),
        "",
        debits(t, params.standing, terms),
        t("circle_joining.nickname_is", name=params.nickname) if params.nickname else None,
        t("saving_joining.free_until_it_begins"),
    )
    first = (Button(t("circle_joining.join"), f"ok:{ref}"), Button(t("common.cancel"), f"no:{ref}"))
    own = (
        Button(t("saving_joining.standing"), f"joinstand:{ref}:{STANDING}"),
        Button(t("circle_joining.nickname"), f"joinstand:{ref}:{NICKNAME}"),
    )
    return Screen(said, (first, own))


def debits(t: Translator, standing: int, terms: Terms) -> Html:
    """Return the line by which debits are agreed to, or that there are none."""
    if not standing:
        return t("saving_joining.no_debits")
    key = "saving_joining.debits" if terms.social else "saving_joining.debits_alone"
    return t(key, count=standing, sum=terms.debited(standing))


def choose_standing(t: Translator, leads: str, most: int, price: Money) -> Screen:
    """Ask how many shares are debited at each meeting; `leads` is what each button begins with."""
    numbers = choices([(str(nr), f"{leads}:{nr}") for nr in range(1, most + 1)], per_row=5)
    none = (Button(t("saving_joining.no_standing"), f"{leads}:0"),)
    return Screen(t("saving_joining.choose_standing", price=price), (*numbers, none))


def ask_nickname(t: Translator) -> Screen:
    """Ask what the board calls the person."""
    return Screen(t("circle_joining.ask_nickname"))


def refused(t: Translator, told: Screen, seen: Forming) -> Screen:
    """What the circle is, and why one cannot join it now."""
    text = lines(head(t, seen), "", *meetings(t, seen.terms), "", told.text)
    return Screen(text, (*told.buttons, menu_row(t)))


def joined(t: Translator, params: JoinSaving, done: SavingIsJoined) -> Screen:
    """One is in it."""
    said = lines(
        t("saving_joining.done", title=done.title, code=done.code),
        how_many(t, done.members),
        t("circle_opening.invitation", link=done.link),
    )
    if done.is_chair:
        return Screen(said, ((ways.see(t, done.code), *menu_row(t)),))
    return Screen(said, ((ways.see(t, done.code), Button(t("circle_joining.take_back"), f"savego:{params.token}")),))


def how_many(t: Translator, members: int) -> Html:
    """Return how many are in it, and how many it takes."""
    return t("saving_joining.members", count=members, least=FEWEST_MEMBERS, most=MOST_MEMBERS)


def standing(t: Translator, seen: Forming, debited: Html, link: str, *, is_chair: bool) -> Screen:
    """How somebody stands before it begins, and what they can do."""
    said = lines(
        head(t, seen),
        t("saving_joining.you_are_in"),
        how_many(t, len(seen.people)),
        *[t(f"my_circles.office_{role}", name=name) for role, name in seen.officers.items() if role is not Role.CHAIR],
        t("saving_joining.no_officers_yet") if is_chair and len(seen.officers) < len(Role) else None,
        t("saving_joining.first_on", day=seen.terms.days[0]),
        "",
        debited,
        t("circle_opening.invitation", link=link),
    )
    shares = Button(t("saving_joining.standing"), f"savestand:{seen.code}")
    if not is_chair:
        back = Button(t("circle_joining.take_back"), f"savego:{seen.token}")
        return Screen(said, ((shares, back), (ways.to_circles(t), *menu_row(t))))
    begin = Button(t("saving_joining.begin"), f"savebegin:{seen.code}")
    offices = Button(t("my_circles.offices"), f"circleroles:{seen.code}")
    day = Button(t("saving_opening.field_first_day"), f"circlesets:{seen.code}:{FIRST_DAY}")
    call_off = Button(t("circle_joining.call_off"), f"savego:{seen.token}:{ALL}")
    return Screen(said, ((begin, offices), (day, shares), (call_off, ways.to_circles(t))))


def cannot_begin(t: Translator, told: Screen, seen: Forming, link: str) -> Screen:
    """Why it cannot begin, and the ways to what would change that: offices, a later day, the invitation."""
    offices = Button(t("my_circles.offices"), f"circleroles:{seen.code}")
    day = Button(t("saving_opening.field_first_day"), f"circlesets:{seen.code}:{FIRST_DAY}")
    text = lines(told.text, how_many(t, len(seen.people)), t("circle_opening.invitation", link=link))
    return Screen(text, ((offices, day), (ways.see(t, seen.code),)))


def begin_card(t: Translator, seen: Forming) -> Html:
    """What beginning means, before the PIN."""
    names = t.listed(seen.people)
    return lines(
        t("saving_joining.begin_card", title=seen.terms.settings.title, count=len(seen.people), names=names),
        *[t(f"my_circles.office_{role}", name=name) for role, name in seen.officers.items()],
        *meetings(t, seen.terms),
        t("saving_joining.nobody_after"),
    )


def begun(t: Translator, params: BeginCycle, done: CycleHasBegun) -> Screen:
    """The cycle runs."""
    said = t("saving_joining.begun", title=done.title, code=done.code, first=done.first_on)
    return Screen(said, ((ways.see(t, done.code), *menu_row(t)),))


def go_card(t: Translator, seen: Forming, *, calls_off: bool) -> Html:
    """What going, or calling off, means."""
    key = "saving_joining.call_off_card" if calls_off else "saving_joining.go_card"
    return t(key, title=seen.terms.settings.title)


def gone(t: Translator, params: GoFromSaving, done: SavingIsLeft) -> Screen:
    """One is out, or the circle is called off."""
    key = "circle_joining.called_off" if params.calls_off else "circle_joining.gone"
    return Screen(t(key, title=done.title), ((ways.to_circles(t), *menu_row(t)),))


def day_set(t: Translator, code: str, day: date) -> Screen:
    """The first meeting is on another day; who is in it has been told."""
    return Screen(t("saving_joining.day_set", day=day), ((ways.see(t, code),),))


def standing_set(t: Translator, code: str, said: Html, *, has_begun: bool) -> Screen:
    """What is debited from now on."""
    more: Sequence[Button] = (saving_ways.meeting(t, code),) if has_begun else ()
    return Screen(said, ((ways.see(t, code), *more),))
