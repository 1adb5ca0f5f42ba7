"""What the photo of a bill looks like: asked for, hung up, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import menu_row
from handlers.locales import Translator

_BILLS_HERE: Final = 4


def ask_photo(t: Translator) -> Screen:
    """Ask for the photo of a bill."""
    return Screen(t("friends.ask_photo"))


def which_bill(t: Translator, mine: Sequence[tuple[Money, str]]) -> Screen:
    """Ask of which of one's open bills a photo is, and say how a new one is split with it."""
    bills = [(Button(t("friends.photo_of_bill", amount=total), f"hangphoto:{token}"),) for total, token in mine]
    return Screen(t("friends.which_bill") if mine else t("friends.photo_new_bill"), (*bills[:_BILLS_HERE], menu_row(t)))


def hangs(t: Translator, total: Money, token: str) -> Screen:
    """The photo hangs on its bill."""
    return Screen(t("friends.photo_hangs", amount=total), ((see_photo(t, token), *menu_row(t)),))


def see_photo(t: Translator, token: str) -> Button:
    """Return the button that shows a bill's photo."""
    return Button(t("friends.see_photo"), f"billphoto:{token}")
