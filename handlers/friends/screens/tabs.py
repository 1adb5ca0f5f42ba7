"""What tabs look like: those that are open, one as it stands, what settling it would ask of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.friends.intents import OfTab, OpenTab
from handlers.friends.screens.bills import Debt
from handlers.locales import Html, Translator

_ITEMS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was paid on a tab: by whom, how much, for what."""

    id: int
    name: str
    amount: Money
    note: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A tab as it stands: who is in it, what was paid, who would pay whom if it were settled now.

    `is_own`: the reader keeps it, and may settle or drop it.
    """

    title: str
    people: tuple[str, ...]
    items: tuple[Item, ...]
    owed: tuple[Debt, ...]
    token: str
    is_own: bool
    is_open: bool


def tabs(t: Translator, open_ones: Sequence[tuple[str, str]]) -> Screen:
    """The open tabs that the reader is in, by title and token."""
    if not open_ones:
        return Screen(t("friends.tabs_none"), (menu_row(t),))
    buttons = tuple((_see(title, token),) for title, token in open_ones)
    return Screen(t("friends.tabs"), (*buttons, menu_row(t)))


def ask_title(t: Translator) -> Screen:
    """Ask what the tab is for."""
    return Screen(t("friends.ask_tab_title"))


def card(t: Translator, tab: OpenTab, names: Sequence[str]) -> Html:
    """What the tab will be, before it is kept."""
    return lines(t("friends.tab_card", title=tab.title, names=t.listed(names)), t("friends.tab_terms"))


def kept(t: Translator, tab: OpenTab, result: Nothing) -> Screen:
    """It is kept; those in it are told."""
    said = t("friends.tab_kept", title=tab.title)
    return Screen(said, ((_paid(t, tab.token), _see(t("friends.tab_see"), tab.token)), menu_row(t)))


def opened(t: Translator, name: str, title: str, token: str) -> Screen:
    """Somebody keeps a tab with the reader."""
    return Screen(
        t("friends.tab_opened", name=name, title=title), ((_paid(t, token), _see(t("friends.tab_see"), token)),)
    )


def ask_item(t: Translator, *, unclear: bool) -> Screen:
    """Ask how much was paid for what; `unclear`: what was said names no one sum."""
    return Screen(t("friends.ask_tab_item_again") if unclear else t("friends.ask_tab_item"))


def one(t: Translator, tab: Kept) -> Screen:
    """A tab as it stands. Who keeps it settles it or drops it; each may take out the last thing that they noted."""
    shown = tab.items[-_ITEMS_SHOWN:]
    before = len(tab.items) - len(shown)
    said = lines(
        t("friends.tab_of", title=tab.title, names=t.listed(tab.people)),
        t("friends.tab_earlier", count=before) if before else None,
        *([_item(t, each) for each in shown] or [t("friends.tab_empty_yet")]),
        t("friends.tab_debts") if tab.owed else None,
        *_debts(t, tab.owed),
        None if tab.is_open else t("friends.tab_is_over"),
    )
    return Screen(said, (*(_acts(t, tab) if tab.is_open else ()), menu_row(t)))


def _item(t: Translator, item: Item) -> Html:
    key = "friends.tab_item" if item.note else "friends.tab_item_bare"
    return t(key, name=item.name, amount=item.amount, note=item.note)


def _acts(t: Translator, tab: Kept) -> tuple[tuple[Button, ...], ...]:
    last = next((item for item in reversed(tab.items) if item.is_own), None)
    out = (Button(t("friends.tab_take_out", amount=last.amount), f"tabout:{tab.token}:{last.id}"),) if last else ()
    settle = Button(t("friends.tab_settle"), f"settletab:{tab.token}")
    ends = (settle, Button(t("friends.tab_drop"), f"droptab:{tab.token}")) if tab.is_own else ()
    return tuple(row for row in ((_paid(t, tab.token),), out, ends) if row)


def settle_card(t: Translator, title: str, owed: Sequence[Debt]) -> Html:
    """What settling asks of whom, before it is confirmed."""
    return lines(t("friends.tab_settle_card", title=title), *_debts(t, owed))


def settled(t: Translator, params: OfTab, result: Nothing) -> Screen:
    """It is settled; who owes is asked."""
    return Screen(t("friends.tab_settled"), (menu_row(t),))


def drop_card(t: Translator, title: str, total: Money) -> Html:
    """What dropping means, before it is confirmed."""
    return t("friends.tab_drop_card", title=title, amount=total)


def dropped(t: Translator, params: OfTab, result: Nothing) -> Screen:
    """It is dropped."""
    return Screen(t("friends.tab_dropped"), (menu_row(t),))


def _debts(t: Translator, owed: Sequence[Debt]) -> list[Html]:
    return [t("friends.bill_debt", payer=it.payer, payee=it.payee, amount=it.amount) for it in owed]


def _see(label: str, token: str) -> Button:
    return Button(label, f"tab:{token}")


def _paid(t: Translator, token: str) -> Button:
    return Button(t("friends.tab_paid"), f"do:tab_paid:token={token}")
