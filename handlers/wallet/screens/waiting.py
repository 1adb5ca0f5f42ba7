"""Money that waits to be taken, told wherever a person looks at theirs: the push that said so may have been missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from finance_core.kernel.money import Money
from finance_core.kernel.outside_text import isolated
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, lines, menu_row, page_of
from handlers.locales import Html, Translator

MOST_SHOWN: Final = 5
"""How many have a line and a button; of the others it is said how many there are."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A send that waits: to whom or from whom, and until when. `is_own`: the person sent it.

    `delivered_at` is set while the payee has not been told of it yet.
    """

    token: str
    name: str
    sum: Money
    until: datetime
    is_own: bool
    delivered_at: datetime | None
    zone: str


def said(t: Translator, waits: Sequence[Waits]) -> tuple[Html, ...]:
    """Return a line for each of the first, and one that counts the others; nothing where nothing waits."""
    more = len(waits) - MOST_SHOWN
    rest = (t("wallet.waits_more", count=more),) if more > 0 else ()
    return (*(_line(t, one) for one in waits[:MOST_SHOWN]), *rest)


def below(t: Translator, text: Html, waits: Sequence[Waits]) -> Html:
    """Return a screen's text with what waits below it."""
    return lines(text, "", *said(t, waits)) if waits else text


def rows(t: Translator, waits: Sequence[Waits], room: int = MOST_SHOWN) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each of the first, which leads to its card.

    Args:
        room: how many buttons there is room for beside a card's own; where it is too little for all, the last one leads
            to all of them.
    """
    fitting = len(waits) if len(waits) <= min(room, MOST_SHOWN) else room - 1
    buttons = [Button(_label(t, one), f"waits:{one.token}") for one in waits[:fitting]]
    more = [Button(t("wallet.all_waiting", count=len(waits)), "allwaits")] if fitting < len(waits) else []
    return tuple((each,) for each in (*buttons, *more))


def waiting(t: Translator, waits: Sequence[Waits], start: int = 0) -> Screen | None:
    """All that waits, as a screen of its own, page by page; None where nothing does."""
    if not waits:
        return None
    return listed(t, t("wallet.waits_title"), [entry(t, each) for each in waits], "allwaits", start)


def listed(t: Translator, title: Html, entries: Sequence[tuple[Html, Button]], tap: str, start: int) -> Screen:
    """Return lines with a button each, a page from `start` on; *More* is `tap` with where the next page begins."""
    page, following = page_of(entries, start, MOST_BUTTONS)
    more = ((Button(t("common.more"), f"{tap}:{following}"),),) if following is not None else ()
    at = t("wallet.waits_page", first=page[0][0], last=page[-1][0], count=len(entries)) if more else None
    return Screen(lines(title, *(line for _, (line, _) in page), at), (*((button,) for _, (_, button) in page), *more))


def entry(t: Translator, one: Waits) -> tuple[Html, Button]:
    """Return one send that waits as a line, and the button that leads to its card."""
    return _line(t, one), Button(_label(t, one), f"waits:{one.token}")


def nothing(t: Translator) -> Screen:
    """Nothing waits any more."""
    return Screen(t("wallet.nothing_waits"), (menu_row(t),))


def own(t: Translator, one: Waits) -> Screen:
    """The sender's card of a send that nobody has taken yet."""
    back = Button(t("wallet.take_back"), f"takeback:{one.token}")
    return Screen(_line(t, one), ((back, *menu_row(t)),))


def _line(t: Translator, one: Waits) -> Html:
    if not one.is_own:
        return t("wallet.waits_for_you", amount=one.sum, name=one.name, until=t.instant(one.until, one.zone))
    if one.delivered_at is not None:
        return t("wallet.waits_delayed", amount=one.sum, name=one.name, at=t.instant(one.delivered_at, one.zone))
    return t("wallet.waits_for_them", amount=one.sum, name=one.name, until=t.instant(one.until, one.zone))


def _label(t: Translator, one: Waits) -> str:
    return f"{'📤' if one.is_own else '📥'} {t.money(one.sum)} · {isolated(one.name)}"
