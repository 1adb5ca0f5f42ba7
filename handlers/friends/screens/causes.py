"""What collections look like: the card before one begins, what its organiser and what others see, a gift."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.friends.boards import CauseBoard
from finance_core.friends.models import CauseState
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import confirm_buttons, lines, menu_row
from handlers.friends.intents import BeginCause, CallOffCause, CauseIsBegun, GiftIsGiven, Give, ThankGivers
from handlers.locales import Html, Translator

NAMES_SHOWN = 20
"""How many of those who gave are named; the others are counted."""


def ask_title(t: Translator) -> Screen:
    """Ask what is collected for."""
    return Screen(t("friends.ask_cause_title"))


def ask_day(t: Translator, *, unclear: bool) -> Screen:
    """Ask for the last day; `unclear`: what was said names no day ahead."""
    return Screen(t("friends.ask_cause_day_again") if unclear else t("friends.ask_cause_day"))


def ask_goal(t: Translator) -> Screen:
    """Ask whether there is a goal."""
    return Screen(t("friends.ask_cause_goal"))


def card(t: Translator, cause: BeginCause, card: tuple[str, int]) -> Screen:
    """What the collection will be, before it begins; buttons turn its two rules. `card` is its intent."""
    said = lines(
        t("friends.cause_card", title=cause.title),
        t("friends.cause_goal", goal=cause.goal) if cause.goal is not None else None,
        t("friends.cause_until", day=cause.last_on),
        _rule(t, cause.goal, all_or_nothing=cause.all_or_nothing),
        t("friends.cause_names_shown") if cause.shows_names else t("friends.cause_names_kept"),
        t("friends.cause_terms"),
    )
    token, version = card
    keep = "friends.cause_turn_keep" if cause.all_or_nothing else "friends.cause_turn_all"
    names = "friends.cause_turn_hide" if cause.shows_names else "friends.cause_turn_show"
    turns = [(Button(t(names), f"causeturn:names:{token}:{version}"),)]
    if cause.goal is not None:
        turns.insert(0, (Button(t(keep), f"causeturn:keep:{token}:{version}"),))
    return Screen(said, (*confirm_buttons(t, token, version), *turns))


def begun(t: Translator, cause: BeginCause, result: CauseIsBegun) -> Screen:
    """It has begun: the link to send on, or a group to show it in."""
    said = lines(t("friends.cause_begun", title=cause.title), t("friends.packet_link", link=result.link))
    return Screen(said, ((_show(t, cause.token),), (_see(t, cause.token, t("friends.cause_see")), *menu_row(t))))


def privately(t: Translator, link: str) -> Screen:
    """In a group: a collection is begun in private; the link leads there."""
    return Screen(t("friends.cause_privately"), ((Button(t("common.open_private"), url=link),),))


def which_group(t: Translator, token: str, groups: Sequence[tuple[int, str]]) -> Screen:
    """Ask in which group a collection is shown: those in which both are, by id and title."""
    if not groups:
        return Screen(t("friends.cause_no_group"), ((_see(t, token, t("friends.cause_see")), *menu_row(t)),))
    there = [(Button(title or t("friends.a_group"), f"putcause:{token}:{number}"),) for number, title in groups]
    return Screen(t("friends.cause_which_group"), (*there, menu_row(t)))


def board(t: Translator, cause: CauseBoard) -> Screen:
    """A collection as a group sees it; giving leads into private."""
    return _seen(t, cause, (Button(t("friends.cause_give"), f"giveto:{cause.token}"),))


def for_others(t: Translator, cause: CauseBoard) -> Screen:
    """A collection as anybody sees it who has its link."""
    give = (Button(t("friends.cause_give"), f"do:give:token={cause.token}"), *menu_row(t))
    return _seen(t, cause, give, menu_row(t))


def _seen(t: Translator, cause: CauseBoard, while_open: tuple[Button, ...], over: tuple[Button, ...] = ()) -> Screen:
    """What for, how much there is of what, until when, who gave; with one row of buttons while it runs, or after."""
    head = t("friends.cause_from", name=cause.organiser, title=cause.title)
    row = while_open if cause.state == CauseState.OPEN else over
    return Screen(lines(head, *_stands(t, cause), _names(t, cause.names)), (row,) if row else ())


def for_organiser(t: Translator, seen: CauseBoard, givers: Sequence[tuple[str, Money]], *, thanked: bool) -> Screen:
    """A collection as its organiser sees it: who gave how much, and what may be done."""
    listed = [t("friends.bill_line", name=name, amount=amount) for name, amount in givers[:NAMES_SHOWN]]
    more = t("friends.cause_more", count=len(givers) - NAMES_SHOWN) if len(givers) > NAMES_SHOWN else None
    said = lines(t("friends.cause_own", title=seen.title), *_stands(t, seen), *listed, more)
    return Screen(said, (*_acts(t, seen, thanked=thanked), menu_row(t)))


def _acts(t: Translator, seen: CauseBoard, *, thanked: bool) -> tuple[tuple[Button, ...], ...]:
    if seen.state == CauseState.OPEN:
        give = Button(t("friends.cause_give"), f"do:give:token={seen.token}")
        call_off = Button(t("friends.cause_call_off"), f"endcause:{seen.token}")
        return ((give, call_off), (_show(t, seen.token),))
    if seen.state == CauseState.PAID and not thanked:
        return ((thank_button(t, seen.token),),)
    return ()


def thank_button(t: Translator, token: str) -> Button:
    """Return the button by which those who gave are thanked."""
    return Button(t("friends.cause_thank"), f"thankfor:{token}")


def own(t: Translator, causes: Sequence[CauseBoard]) -> Screen:
    """The reader's own collections, each with its button."""
    if not causes:
        return Screen(t("friends.causes_none"), (menu_row(t),))
    said = [lines(t("friends.cause_own", title=each.title), *_stands(t, each), "") for each in causes]
    buttons = tuple((_see(t, each.token, each.title),) for each in causes)
    return Screen(lines(*said), (*buttons, menu_row(t)))


def _show(t: Translator, token: str) -> Button:
    return Button(t("friends.show_in_group"), f"showcause:{token}")


def _see(t: Translator, token: str, label: str) -> Button:
    return Button(label, f"cause:{token}")


def ask_gift(t: Translator, title: str) -> Screen:
    """Ask how much is given."""
    return Screen(t("friends.ask_gift", title=title))


def give_card(t: Translator, seen: CauseBoard, amount: Money, left: Money) -> Html:
    """What is given to what, and when it would come back, before the PIN."""
    return lines(
        t("friends.give_card", amount=amount, title=seen.title, name=seen.organiser),
        _rule(t, seen.goal, all_or_nothing=seen.all_or_nothing),
        t("friends.give_terms", day=seen.last_on, left=left),
    )


def given(t: Translator, gift: Give, result: GiftIsGiven) -> Screen:
    """The gift is made."""
    said = lines(
        t("friends.given", amount=gift.sum, left=result.balance),
        t("notice.reference", reference=result.reference),
    )
    return Screen(said, ((_see(t, gift.token, t("friends.cause_see")), *menu_row(t)),))


def call_off_card(t: Translator, seen: CauseBoard) -> Html:
    """What calling a collection off means, before it is confirmed."""
    return t("friends.call_off_card", title=seen.title, amount=seen.given)


def called_off(t: Translator, params: CallOffCause, result: Nothing) -> Screen:
    """It is called off; each gift is back."""
    return Screen(t("friends.cause_called_off", amount=params.sum), (menu_row(t),))


def ask_thanks(t: Translator) -> Screen:
    """Ask for the words of thanks."""
    return Screen(t("friends.ask_thanks"))


def thanks_card(t: Translator, params: ThankGivers) -> Html:
    """The words as they will be sent."""
    return t("friends.thanks_card", thanks=params.thanks)


def thanked(t: Translator, params: ThankGivers, result: Nothing) -> Screen:
    """They were thanked."""
    return Screen(t("friends.thanked"), (menu_row(t),))


def _stands(t: Translator, seen: CauseBoard) -> tuple[Html | None, ...]:
    """Return how much there is of what, until when, by which rule, and what became of it."""
    if seen.state != CauseState.OPEN:
        return (t(f"friends.cause_is_{seen.state}", amount=seen.given, count=seen.gifts),)
    return (
        _so_far(t, seen),
        t("friends.cause_until", day=seen.last_on),
        _rule(t, seen.goal, all_or_nothing=seen.all_or_nothing),
    )


def _so_far(t: Translator, seen: CauseBoard) -> Html:
    if not seen.gifts:
        goal = t("friends.cause_goal", goal=seen.goal) if seen.goal is not None else None
        return lines(t("friends.cause_no_gifts"), goal)
    key = "friends.cause_stands_of" if seen.goal is not None else "friends.cause_stands"
    return t(key, amount=seen.given, goal=seen.goal, count=seen.gifts)


def _rule(t: Translator, goal: Money | None, *, all_or_nothing: bool) -> Html | None:
    if goal is None:
        return None
    return t("friends.cause_all_or_nothing", goal=goal) if all_or_nothing else t("friends.cause_keep")


def _names(t: Translator, names: Sequence[str]) -> Html | None:
    if not names:
        return None
    shown = t.listed(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        return t("friends.cause_givers_more", names=shown, count=len(names) - NAMES_SHOWN)
    return t("friends.cause_givers", names=shown)
