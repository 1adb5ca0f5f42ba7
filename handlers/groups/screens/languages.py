"""In which language a group is spoken to."""

from __future__ import annotations

from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.locales import Translator, languages

SPEAK: Final = "groupspeaks"
"""The tap that chooses a group's language; an admin's."""


def asked(t: Translator) -> Screen:
    """Ask which language the group is spoken to in; an admin chooses."""
    buttons = tuple((Button(each.name, f"{SPEAK}:{each.code}"),) for each in languages.LANGUAGES)
    return Screen(t("groups.which_language"), buttons)
