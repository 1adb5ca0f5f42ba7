"""What a screen is: text and buttons, in nobody's library. aiogram shows it in a conversation, PTB pushes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Final

from handlers.pictures.plot import Plot

CALLBACK_BYTES: Final = 64
"""How long what a button brings back may be, by Telegram."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message: `data` comes back as a callback (at most CALLBACK_BYTES), or `url` is opened.

    `inline` lets the person choose a chat, and asks the bot there by inline mode what to send. `behind` is the data of
    buttons that a tap leads to ("Other terms"): a written count is taken as one of them.
    """

    text: str
    data: str | None = None
    url: str | None = None
    inline: str | None = None
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A picture or a document that goes with a screen.

    `content` may be an open file where something large is pushed: it is read as it is sent.
    """

    name: str
    content: bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Screen:
    """A message to show. `text` is Telegram HTML, every outside value already escaped (locales do that)."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    keyboard: tuple[tuple[str, ...], ...] = ()
    """A reply keyboard's labels; a label in `contact_label` asks for the phone."""
    contact_label: str | None = None
    remove_keyboard: bool = False
    photo: File | None = None
    picture: Plot | None = None
    """A picture that is drawn once the transaction is over. The text says what it shows: it may come alone."""
    document: File | None = None
    protected: bool = False
    """Whether the picture can be neither passed on nor saved, and goes from a conversation within the hour."""
    carries: tuple[int, ...] = ()
    """The receipts that this card is: their rows in the outbox, which are not sent once it is shown."""
    notes: tuple[str, ...] = field(default=())
    """Short texts for the tap's own answer (a toast), first one used."""
