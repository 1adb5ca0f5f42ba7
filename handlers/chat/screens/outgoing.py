"""What is sent to show a screen, decided once and in nobody's library. aiogram's and PTB's adapters only translate it.

A reply keyboard goes before its removal, and both before inline buttons: a message carries one of them. A picture or a
document carries the text as its caption; where that is longer than a caption may be, the words follow in a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from handlers.chat.screens.base import Button, File, Screen
from handlers.pictures.plot import Plot

CAPTION_CHARACTERS: Final = 1024
"""Telegram's bound for the words under a picture; tags, which do not count there, are counted here."""


class Kind(Enum):
    """Which call of the Bot API sends it."""

    TEXT = auto()
    PHOTO = auto()
    DOCUMENT = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a reply keyboard; `asks_contact` makes it share the phone."""

    text: str
    asks_contact: bool = False


@dataclass(frozen=True, slots=True)
class InlineKeyboard:
    """Buttons under the message."""

    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class ReplyKeyboard:
    """Keys in place of the phone's own keyboard, fitted in height, gone after one use."""

    rows: tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyboardRemoval:
    """Takes a reply keyboard away."""


Keyboard = InlineKeyboard | ReplyKeyboard | KeyboardRemoval


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `text` is Telegram HTML, the caption of a photo or a document ("" for none).

    `file` is what a photo or a document is made of; instead a photo may have a `plot`, which is yet to be drawn, and
    `otherwise`, what is sent when nobody can draw it (None: nothing, as the words have a message of their own).
    """

    kind: Kind
    text: str
    keyboard: Keyboard | None = None
    file: File | None = None
    plot: Plot | None = None
    otherwise: Outgoing | None = None
    protected: bool = False
    """Whether Telegram lets nobody pass it on or save it."""


def outgoing(screen: Screen) -> tuple[Outgoing, ...]:
    """Return the messages that show a screen, in their order."""
    words = Outgoing(Kind.TEXT, screen.text, keyboard_of(screen))
    if screen.picture is not None:
        return _with_words(words, Kind.PHOTO, plot=screen.picture)
    if screen.photo is not None:
        return tuple(
            replace(each, protected=screen.protected) for each in _with_words(words, Kind.PHOTO, file=screen.photo)
        )
    if screen.document is not None:
        return _with_words(words, Kind.DOCUMENT, file=screen.document)
    return (words,)


def in_words(screen: Screen) -> Screen:
    """Return a screen for who wants words alone: without the picture that is drawn of it and without emoji.

    A photo that somebody sent stays, as it is what was asked for. A label of emoji alone stays too.
    """
    rows = tuple(tuple(replace(each, text=_bare(each.text)) for each in row) for row in screen.buttons)
    keys = tuple(tuple(_bare(label) for label in row) for row in screen.keyboard)
    contact = _bare(screen.contact_label) if screen.contact_label is not None else None
    text, notes = _bare(screen.text), tuple(_bare(note) for note in screen.notes)
    return replace(screen, text=text, notes=notes, buttons=rows, keyboard=keys, contact_label=contact, picture=None)


_EMOJI: Final = re.compile(
    "(?:[\u2300-\u23ff\u2600-\u260f\u2613-\u27bf\u27f2\u27f3\u2b00-\u2bff\U0001f000-\U0001faff\u21a9\u21aa\u21bb\u25aa-\u25b6\u25c0"
    "\u2591-\u2593]+[\ufe0e\ufe0f\u200d\u20e3]*)+ ?"
)
"""Emoji, arrows that turn, the cells of bars. Arrows that point (20 → 30), ticked boxes and a PIN's dots say
something."""


def _bare(text: str) -> str:
    """Return a text without emoji and the blanks that they leave; a line of nothing else goes, the text as a whole
    stays as it was then.
    """
    lines = [(line, _EMOJI.sub("", line).rstrip(" ")) for line in text.split("\n")]
    without = "\n".join(bare for line, bare in lines if bare or not line)
    return without if without.strip() else text


def keyboard_of(screen: Screen) -> Keyboard | None:
    """Return the one keyboard that goes with a screen, None when it has none."""
    if screen.keyboard:
        asked = screen.contact_label
        return ReplyKeyboard(tuple(tuple(Key(label, label == asked) for label in row) for row in screen.keyboard))
    if screen.remove_keyboard:
        return KeyboardRemoval()
    return InlineKeyboard(screen.buttons) if screen.buttons else None


def _with_words(
    words: Outgoing, kind: Kind, *, file: File | None = None, plot: Plot | None = None
) -> tuple[Outgoing, ...]:
    if len(words.text) > CAPTION_CHARACTERS:
        return Outgoing(kind, "", file=file, plot=plot), words
    return (Outgoing(kind, words.text, words.keyboard, file, plot, words if plot is not None else None),)
