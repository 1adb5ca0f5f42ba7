"""Main menu, help, and the gentle dead ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, simple
from handlers.chat.screens.ways import act, opens, talk_to_person
from handlers.locales import Translator, languages

UNREAD: Final = (
    *("voice", "photo", "sticker", "location", "document", "forwarded", "other"),
    *("emoji", "language", "swearing", "long", "thanks"),
)
"""What can't be read, each with a sentence: by what kind of message it is, or by what is in a text."""
HINTS: Final = ("lend", "request")


def main(t: Translator, rows: Sequence[Sequence[str]], friend: str) -> Screen:
    """The things that people come for: rows of intents, a button each. `friend`: who is paid in the example."""
    return Screen(t("menu.title", friend=friend), tuple(tuple(_go(t, intent) for intent in row) for row in rows))


def help_(t: Translator, friend: str, cases: Sequence[tuple[int, str]], *, at_desk: bool) -> Screen:
    """What Susu does, with the commands, a person, and how one's own cases stand.

    `at_desk`: the person works at the desk, which has commands of its own.
    """
    own = lines("", t("support.my_cases"), *(state for _, state in cases)) if cases else None
    ways = tuple(act(t, "my_case", f"C{number}", case=str(number)) for number, _ in cases)
    desk = (_go(t, "operator"),) if at_desk else ()
    rows = ((talk_to_person(t),), ways, (*desk, *menu_row(t)))
    text = lines(t("menu.help_text", friend=friend), t("menu.help_desk") if at_desk else None, own)
    return Screen(text, tuple(row for row in rows if row))


def costs(t: Translator) -> Screen:
    """What is free, and where the cost of what is not stands before anything is confirmed."""
    return Screen(t("menu.costs"), ((_go(t, "help"), *menu_row(t)),))


def cancelled(
    t: Translator, waiting: Sequence[tuple[Money, str, str]], *, something: bool, joined: bool = True
) -> Screen:
    """What was open is given up, if `something` was; the sends that can still be taken back: sum, payee, token.

    Who has not joined yet finds the way back into joining.
    """
    said = t("common.cancelled") if something else t("common.nothing_to_cancel")
    sends = [t("wallet.not_taken_yet", amount=amount, payee=payee) for amount, payee, _ in waiting]
    backs = ((Button(t("wallet.take_back_sum", amount=amount), f"takeback:{token}"),) for amount, _, token in waiting)
    back = () if joined else ((Button(t("onboarding.go_on"), "do:join"),),)
    return Screen(lines(said, *sends), (*backs, *back, menu_row(t)))


def out_of_scope(t: Translator, hint: str | None = None, *, again: bool = False) -> Screen:
    """What is done here and what is not; `hint` is `lend` or `request` when something near it was meant, `others` when
    it is somebody else's money that was asked about.

    `again`: what was written before was not understood either, so a person is offered.
    """
    text = lines(
        t("menu.others_money" if hint == "others" else "menu.out_of_scope"),
        t(f"menu.hint_{hint}") if hint in HINTS else None,
        t("asking.rather_a_person") if again else None,
    )
    ways = (Button(t("menu.send"), "do:send"), Button(t("menu.request"), "do:request")) if hint in HINTS else ()
    person = (talk_to_person(t),) if again else ()
    return Screen(text, tuple(row for row in (ways, (_go(t, "help"), *menu_row(t)), person) if row))


def unread(t: Translator, kind: str, *, again: bool = False) -> Screen:
    """What can't be read, and what works instead, in a sentence; a person, where that goes on (`again`) or is cross."""
    spoken = t.listed(language.name for language in languages.LANGUAGES)
    person = ((talk_to_person(t),),) if again or kind == "swearing" else ()
    return Screen(t(f"unread.{kind}", languages=spoken), (*person, (_go(t, "help"), *menu_row(t))))


def edit_changes_nothing(t: Translator) -> Screen:
    """A message was edited: it was read as it first came."""
    return Screen(t("menu.edit_changes_nothing"), (menu_row(t),))


def stray_pin(t: Translator) -> Screen:
    """What looked like a PIN was deleted, as nothing had asked for one."""
    return Screen(t("pin.stray"), (menu_row(t),))


def unsure(t: Translator, intents: Sequence[str], slots: Mapping[str, str], *, again: bool = False) -> Screen:
    """Two or three things that may have been meant, each a button that takes along what was understood."""
    buttons = [(Button(t(f"menu.{intent}"), opens(intent, slots)),) for intent in intents]
    text = lines(t("menu.unsure"), t("asking.rather_a_person") if again else None)
    person = ((talk_to_person(t),),) if again else ()
    return Screen(text, (*buttons, *person, menu_row(t)))


def not_later(t: Translator, act: str, day: str) -> Screen:
    """An act that is said for a day ahead happens at once or not at all: it is offered now."""
    text = t("menu.not_later_send" if act == "send" else "menu.not_later", day=day)
    return Screen(text, ((Button(t("menu.do_now"), "ans:yes"), Button(t("common.cancel"), "ans:no")),))


def button_is_old(t: Translator) -> Screen:
    """The button leads nowhere any more."""
    return Screen(t("menu.button_is_old"), (menu_row(t),))


def circle_ways(t: Translator) -> Screen:
    """Where one's circles are, and how one is opened."""
    return simple(t("menu.circle_ways"), t)


def _go(t: Translator, intent: str) -> Button:
    return Button(t(f"menu.{intent}"), f"do:{intent}")
