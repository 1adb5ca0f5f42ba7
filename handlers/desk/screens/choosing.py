"""Choosing somebody out of a list: a row for each, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import page_of
from handlers.locales import Translator

PEOPLE_ON_A_PAGE: Final = 5


def people_rows(
    t: Translator, people: Sequence[tuple[int, str]], start: int, to: str, more: str
) -> tuple[tuple[Button, ...], ...]:
    """Return a row for each of some people, by page: `to` and `more` begin the taps, the id or the place ends them."""
    page, following = page_of(people, start, PEOPLE_ON_A_PAGE)
    rows = [(Button(name, f"{to}:{each}"),) for _, (each, name) in page]
    further = ((Button(t("operator.to_more"), f"{more}:{following}"),),) if following is not None else ()
    return (*rows, *further)
