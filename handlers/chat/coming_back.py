"""A card that comes back instead of being done: why, and what on it is another figure than before.

What it offered holds no longer: a cut-off has passed, another day has begun, terms or a price have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from difflib import SequenceMatcher
from typing import Final

from handlers.chat.screens.cards import lines
from handlers.chat.talk import Talk
from handlers.locales import Html, Translator

_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_PIECES: Final = re.compile(
    rf"""<[^>]+>                                             # a tag
    | (?:[A-Z][a-z]{{2}}\ )?\d{{1,2}}\ (?:{_MONTHS})(?:\ \d{{4}})?  # a day, in English
    | (?:\d+年)?\d+月\d+日(?:[（(]?周.[)）]?)?                 # a day, in Chinese
    | [^\w\s<]?\d[\d.,:]*\d%? | \d%?                          # a sum, a rate, a time, a number
    | \w+ | \s+ | .""",
    re.VERBOSE | re.DOTALL,
)


def told(talk: Talk, why: Html, before: str, now: str) -> Html:
    """Return a card's text as it is `now`, under the reason why it is not as `before`; old figures are crossed out."""
    text = marked(talk.t, before, now)
    crossed = talk.t("common.back_crossed") if text != now else None
    return lines(why, crossed, "", text)


def marked(t: Translator, before: str, now: str) -> Html:
    """Return a card's text with each figure that has changed before the one that it was, which is crossed out.

    Both are HTML of screens. Where more than figures has changed the text stays as it is now.
    """
    if not before:
        return Html(now)
    return Html("".join(_marked(t, _PIECES.findall(before), _PIECES.findall(now))))


def _marked(t: Translator, before: list[str], now: list[str]) -> Iterator[str]:
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        old, new = before[old_from:old_to], now[new_from:new_to]
        if what == "replace" and _is_figure(old) and _is_figure(new):
            yield t("common.back_was", now=Html("".join(new)), before=Html("".join(old)))
        else:
            yield "".join(new)


def _is_figure(pieces: list[str]) -> bool:
    text = "".join(pieces)
    return "<" not in text and "\n" not in text and any(character.isdecimal() for character in text)


def has_passed(talk: Talk, cut_off: time, since: datetime) -> bool:
    """Say whether a time of today, on the institution's wall, has come since an instant; else another day has."""
    then, now = since.astimezone(talk.unit.zone), talk.unit.local_now()
    return then.date() == now.date() and then.time() < cut_off <= now.time()
