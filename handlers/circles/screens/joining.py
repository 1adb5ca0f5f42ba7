"""What joining looks like: the card with all that is promised, the questions on the way in, how one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from finance_core.circles.cards import MemberCard, StrangerCard
from finance_core.circles.models import CircleState, MemberState
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.joining import Promise
from finance_core.circles.rules.settings import CommissionTo, Order
from finance_core.circles.rules.shortfalls import GUARANTORS_DAYS, WAITED_DAYS
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.circles.forming_intents import (
    CircleIsJoined,
    CircleStands,
    ConfirmCircle,
    GoFromCircle,
    JoinCircle,
    StartCircle,
)
from handlers.circles.screens import ways
from handlers.circles.screens.opening import constitution
from handlers.locales import Html, Translator

PICK, TURN, NICKNAME, NOMINEE = "pick", "turn", "nickname", "nominee"
ASKED: Final = (PICK, TURN, NICKNAME, NOMINEE)
DEBITS, MORE, ALL = "debits", "more", "all"
FIRST_DAY, TURNS = "first_day", "turns"
CIRCLE, ADULT = "circle", "circle_adult"
"""Slots: the circle that somebody is on the way into, and the answer to whether they are 18."""
_KEY_CHARACTERS: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands on the card besides: the sums, the position on the waiting list where it is full, free turns.

    `picks`: whether something is drawn, so that a word may be picked; `most`: how many places one person may take.
    """

    promised: Promise
    position: int | None
    free_turns: tuple[int, ...]
    picks: bool
    most: int


def card(t: Translator, seen: StrangerCard, params: JoinCircle, said: Asked, card: tuple[str, int]) -> Screen:
    """All that joining comes to, before the PIN."""
    text = lines(
        t("circle_joining.title", title=seen.settings.title, code=seen.code, name=seen.chair),
        t("circle_joining.full", position=said.position) if said.position is not None else None,
        t("circle_joining.asks_chair", name=seen.chair) if seen.settings.needs_approval else None,
        "",
        *_sums(t, seen, params, said),
        "",
        *constitution(t, seen.settings, _days_of(seen))[4:],
        t(f"circle_joining.if_stops_{seen.settings.shortfall}", days=WAITED_DAYS, after=GUARANTORS_DAYS),
        t("circle_joining.not_ours"),
        "",
        t("circle_joining.debits") if params.automatic_debit else t("circle_joining.no_debits"),
        *_own(t, seen, params, said),
        t("circle_joining.free_until_start"),
    )
    return Screen(text, _buttons(t, params, said, card))


def _days_of(seen: StrangerCard) -> list[date]:
    return round_days(seen.settings.first_due_on, seen.settings.places, seen.settings.period)


def _sums(t: Translator, seen: StrangerCard, params: JoinCircle, said: Asked) -> tuple[Html | None, ...]:
    promised, each = said.promised, seen.settings.contribution
    known = [t.day(day) for day in promised.receives_on if day is not None]
    asset = each.asset
    return (
        t("circle_joining.places", count=params.places) if params.places > 1 else None,
        t("circle_joining.each_round", sum=Money(promised.each_round, asset),
          period=t(f"circle_opening.period_{seen.settings.period}")),
        t("circle_joining.paid_in", sum=Money(promised.paid_in, asset), first=promised.first_on, last=promised.last_on),
        t("circle_joining.comes_back_bid" if seen.settings.order is Order.AUCTION else "circle_joining.comes_back",
          sum=Money(promised.comes_back, asset)),
        _commission(t, seen, Money(promised.commission, asset)),
        t("circle_joining.receives_on", days=t.listed(known)) if known
        else t(f"circle_joining.turn_{seen.settings.order}"),
    )  # fmt: skip


def _commission(t: Translator, seen: StrangerCard, amount: Money) -> Html | None:
    if not amount:
        return None
    whose = seen.settings.commission_to
    name = seen.chair if whose is CommissionTo.ORGANISER else t("circle_joining.the_institution")
    return t("circle_joining.commission", sum=amount, name=name)


def _own(t: Translator, seen: StrangerCard, params: JoinCircle, said: Asked) -> tuple[Html | None, ...]:
    return (
        t("circle_joining.retention", sum=params.retention) if params.retention is not None else None,
        t("circle_joining.key_zero", begins=(seen.key_zero or "")[:_KEY_CHARACTERS]) if seen.key_zero else None,
        t("circle_joining.picked", pick=t.listed(params.picks)) if params.picks else None,
        t("circle_joining.nickname_is", name=params.nickname) if params.nickname else None,
        t("circle_joining.nominee_is", name=params.nominee) if params.nominee else None,
    )


def _buttons(t: Translator, params: JoinCircle, said: Asked, card: tuple[str, int]) -> tuple[tuple[Button, ...], ...]:
    token, version = card
    ref = f"{token}:{version}"
    wait = said.position is not None
    first = (
        Button(t("circle_joining.wait") if wait else t("circle_joining.join"), f"ok:{ref}"),
        Button(t("common.cancel"), f"no:{ref}"),
    )
    own = []
    if said.free_turns:
        own.append(Button(t("circle_joining.choose_turn"), f"joinask:{ref}:{TURN}"))
    elif said.picks:
        own.append(Button(t("circle_joining.pick_word"), f"joinask:{ref}:{PICK}"))
    more = params.places % said.most + 1
    if more != params.places:
        own.append(Button(t("circle_joining.take_places", count=more), f"joinset:{ref}:{more}"))
    debits = t("circle_joining.pay_by_hand") if params.automatic_debit else t("circle_joining.let_debit")
    last = (
        Button(debits, f"joinset:{ref}:{DEBITS}"),
        Button(t("circle_joining.more"), f"joinset:{ref}:{MORE}"),
    )
    return (first, tuple(own), last)


def more(t: Translator, params: JoinCircle, card: tuple[str, int]) -> Screen:
    """What else may be said: a nickname for the board, a nominee."""
    ref = f"{card[0]}:{card[1]}"
    return Screen(
        t("circle_joining.more_text"),
        (
            (Button(t("circle_joining.nickname"), f"joinask:{ref}:{NICKNAME}"),),
            (Button(t("circle_joining.nominee"), f"joinask:{ref}:{NOMINEE}"),),
            (Button(t("common.back"), f"joinset:{ref}:back"),),
        ),
    )


def asks(t: Translator, wanted: str, refused: str | None) -> Screen:
    """Ask for a word for the draw, a turn, a nickname or a nominee; after a refusal that comes first."""
    return Screen(lines(refused, t(f"circle_joining.ask_{wanted}")))


def ask_income(t: Translator) -> Screen:
    """Ask what the person earns in a month: what a circle takes is measured by it."""
    return Screen(t("circle_joining.ask_income"))


def ask_adult(t: Translator) -> Screen:
    """Ask whether the person is 18 or older."""
    return Screen(
        t("circle_joining.ask_adult"),
        ((Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no")),),
    )


def would_keep(t: Translator, told: Screen, token: str, places: int, amount: Money) -> Screen:
    """A refusal that goes away when some of the payout is kept back: the button says how much."""
    keep = Button(t("circle_joining.keep_back", sum=amount), f"joincircle:{token}:{places}:{amount.amount}")
    return replace(told, buttons=((keep,), *told.buttons, menu_row(t)))


def with_fewer(t: Translator, told: Screen, token: str) -> Screen:
    """A refusal of several places: the way back to one."""
    one = Button(t("circle_joining.take_places", count=1), f"joincircle:{token}:1")
    return replace(told, buttons=((one,), *told.buttons, menu_row(t)))


def refused(t: Translator, told: Screen, seen: StrangerCard) -> Screen:
    """What the circle is, and why one cannot join it now."""
    text = lines(*constitution(t, seen.settings, _days_of(seen))[:5], "", told.text)
    return Screen(text, (*told.buttons, menu_row(t)))


def where_to_join(t: Translator) -> Screen:
    """Where the way into a circle is."""
    return Screen(t("circle_joining.where"), ((Button(t("menu.circle"), "do:circle"), *menu_row(t)),))


def standing(t: Translator, seen: MemberCard, link: str, *, is_chair: bool, picks: bool) -> Screen:
    """How somebody stands before the start, and what they can do."""
    of, token = seen.card, seen.card.token
    buttons: list[tuple[Button, ...]] = []
    if seen.has_to_confirm:
        buttons.append((Button(t("circle_joining.confirm_total"), f"confirmcircle:{token}"),))
    if is_chair and of.state == CircleState.OPEN:
        start = Button(t("circle_joining.start_now"), f"startcircle:{token}")
        buttons.append((start, Button(t("circle_joining.officers"), f"officers:{of.code}")))
        buttons.append(_chair_sets(t, of))
    away = [Button(t("circle_joining.take_back"), f"gocircle:{token}")]
    if is_chair:
        away.append(Button(t("circle_joining.call_off"), f"gocircle:{token}:{ALL}"))
    word = ((Button(t("circle_joining.pick_word"), f"pickword:{of.code}"),),) if picks else ()
    text = lines(
        t("circle_joining.title", title=of.settings.title, code=of.code, name=of.chair),
        _state(t, seen),
        t("circle_joining.free_places", count=of.free, first=of.first_on) if of.state == CircleState.OPEN else None,
        t("circle_opening.invitation", link=link) if of.state == CircleState.OPEN else None,
    )
    return Screen(text, (*buttons, *word, tuple(away), *(() if is_chair else (menu_row(t),))))


def _chair_sets(t: Translator, of: StrangerCard) -> tuple[Button, ...]:
    """Return what leads to what the chair may still set."""
    day = Button(t("circle_opening.field_first_day"), f"circlesets:{of.code}:{FIRST_DAY}")
    if of.settings.order is not Order.FIXED or of.settings.members_pick:
        return (day,)
    return (day, Button(t("circle_joining.set_turns"), f"circlesets:{of.code}:{TURNS}"))


def asks_chair(t: Translator, wanted: str, places: int, refused: str | None) -> Screen:
    """Ask the chair for another first day, or who receives when; after a refusal that comes first."""
    if wanted == TURNS:
        return Screen(lines(refused, t("circle_joining.ask_turns", count=places)))
    return Screen(lines(refused, t("circle_opening.ask_first_day")))


def is_set(t: Translator, code: str) -> Screen:
    """What the chair has set stands; whom it changes confirms once more."""
    return Screen(t("circle_joining.is_set"), ((ways.see(t, code),),))


def picked(t: Translator, code: str, words: Sequence[str]) -> Screen:
    """The words for the draws are kept."""
    return Screen(t("circle_joining.picked", pick=t.listed(words)), ((ways.see(t, code),),))


def _state(t: Translator, seen: MemberCard) -> Html:
    if seen.state == MemberState.JOINED:
        return t("circle_joining.is_in", places=t.listed([str(place.nr) for place in seen.places]))
    return t(f"circle_joining.is_{seen.state}", position=seen.position)


def runs(t: Translator, seen: StrangerCard) -> Screen:
    """The circle has started: the member's own card is one tap away."""
    text = t("circle_joining.runs", title=seen.settings.title, code=seen.code)
    return Screen(text, ((Button(t("circle_boards.mine"), f"mycircle:{seen.code}"), *menu_row(t)),))


def joined(t: Translator, params: JoinCircle, done: CircleIsJoined) -> Screen:
    """What came of joining."""
    title, code = done.title, done.code
    if done.state != MemberState.JOINED:
        said = t(f"circle_joining.done_{done.state}", title=title, code=code, position=done.position)
        return Screen(said, ((Button(t("circle_joining.take_back"), f"gocircle:{params.token}"), *menu_row(t)),))
    turns = [str(turn) for turn in done.turns if turn is not None]
    said = lines(
        t("circle_joining.done_joined", title=title, code=code, places=t.listed([str(nr) for nr in done.places])),
        t("circle_joining.turns", turns=t.listed(turns)) if turns else None,
        t("circle_joining.done_started") if done.started else t("circle_opening.invitation", link=done.link),
    )
    if done.started:
        return Screen(said, ((Button(t("circle_boards.mine"), f"mycircle:{code}"), *menu_row(t)),))
    return Screen(said, ((ways.see(t, code), Button(t("circle_joining.take_back"), f"gocircle:{params.token}")),))


def start_card(t: Translator, seen: StrangerCard, params: StartCircle, days: Sequence[date]) -> Html:
    """What starting now means: fewer rounds, another total, and that each confirms it."""
    return lines(
        t("circle_joining.start_card", title=seen.settings.title, count=params.places, free=seen.free),
        t("circle_joining.new_total", sum=params.sum, first=days[0], last=days[-1]),
        t("circle_joining.each_confirms"),
    )


def starts(t: Translator, params: StartCircle, done: CircleStands) -> Screen:
    """The others are asked to confirm."""
    return Screen(t("circle_joining.starts", title=done.title, code=done.code), ((ways.see(t, done.code),),))


def confirm_card(t: Translator, seen: StrangerCard, params: ConfirmCircle, days: Sequence[date]) -> Html:
    """The new total, before it is confirmed with the PIN."""
    return lines(
        t("circle_joining.confirm_card", title=seen.settings.title, count=params.places),
        t("circle_joining.new_total", sum=params.sum, first=days[0], last=days[-1]),
    )


def confirmed(t: Translator, params: ConfirmCircle, done: CircleStands) -> Screen:
    """The new total is confirmed; the last one to do so starts the circle."""
    key = "circle_joining.confirmed_runs" if done.runs else "circle_joining.confirmed"
    return Screen(t(key, title=done.title, code=done.code), ((ways.see(t, done.code),),))


def go_card(t: Translator, seen: StrangerCard, *, calls_off: bool) -> Html:
    """What going, or calling off, means."""
    key = "circle_joining.call_off_card" if calls_off else "circle_joining.go_card"
    return t(key, title=seen.settings.title)


def gone(t: Translator, params: GoFromCircle, done: CircleStands) -> Screen:
    """One is out, or the circle is called off."""
    key = "circle_joining.called_off" if params.calls_off else "circle_joining.gone"
    return Screen(t(key, title=done.title), ((ways.to_circles(t), *menu_row(t)),))
