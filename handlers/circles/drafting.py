"""What circles of either kind that are being made have in common."""

from __future__ import annotations

from datetime import date
from typing import Final

from finance_core.circles.sealing import TITLE_CHARACTERS
from finance_core.customers.service import display_name
from finance_core.groups.models import GroupChat
from handlers.chat.talk import Talk
from handlers.groups.choosing import called

GROUP: Final = "group"
"""The slot of the group whose circle it is to be, by our id."""
DRAFT: Final = "circle"
"""The slot of the circle that is being made."""


def today(talk: Talk) -> date:
    """Return the day that it is here."""
    return talk.unit.local_now().date()


def usual_title(talk: Talk, group: GroupChat) -> str:
    """Return what a circle is called where nothing is said: as its group, else by its organiser."""
    if group.title_sealed is not None:
        return called(talk, group)[:TITLE_CHARACTERS]
    name = display_name(talk.customer, talk.cipher)
    return str(talk.t("circle_opening.title_of", name=name))[:TITLE_CHARACTERS]
