"""A broadcast as people will read it, and what stands above that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finance_core.offers.planning.models import Broadcast
from finance_core.offers.rules.drawing import VARIANTS
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.cards import choices
from handlers.desk.offers.screens.broadcasts import to_broadcast
from handlers.desk.offers.screens.offers import TEST
from handlers.locales import Translator
from handlers.locales.languages import language_of


@dataclass(frozen=True, slots=True)
class Said:
    """What people read of it in one language."""

    variant: int
    language: str
    html: str
    buttons: list[list[dict[str, str]]]


def above(t: Translator, broadcast: Broadcast, every: Sequence[Said], place: int) -> Screen:
    """What stands above a preview: which text it is, and the ways to the others."""
    others = [index for index in range(len(every)) if index != place][:4]
    to_others = choices(
        [
            (
                f"{VARIANTS[every[each].variant]} · {language_of(every[each].language).name}",
                f"broadcastshow:{broadcast.id}:{each}",
            )
            for each in others
        ],
        per_row=2,
    )
    here = every[place]
    named = {"number": broadcast.id, "variant": VARIANTS[here.variant], "language": language_of(here.language).name}
    return Screen(t("broadcasts.as_read", **named), (*to_others, (to_broadcast(t, broadcast.id),)))


def as_read(said: Said, picture: bytes | None) -> Screen:
    """One text as a phone shows it; its buttons do nothing here."""
    rows = tuple(tuple(Button(each["text"], TEST) for each in row) for row in said.buttons)
    return Screen(said.html, rows, photo=File("offer.jpg", picture) if picture is not None else None)
