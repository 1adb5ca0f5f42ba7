"""In which group something is shown: one of those in which both the bot and the person are."""

from __future__ import annotations

from typing import Final

from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.arguments import id_in
from handlers.chat.screens.cards import MOST_BUTTONS
from handlers.chat.talk import Talk

OFFERED: Final = MOST_BUTTONS - 1
"""Those that the person was last seen in; the way back takes the last button."""


async def offered_groups(talk: Talk) -> list[tuple[int, str]]:
    """Return the groups to choose from, by id and title."""
    there = await groups.of_customer(talk.unit, talk.customer.id)
    return [(group.id, groups.title_of(group, talk.cipher)) for group in there[:OFFERED]]


async def chosen_group(talk: Talk, arguments: list[str], place: int = 1) -> GroupChat:
    """Return the group that an argument of a button names. Raises NotFound: `group`: not one of both."""
    wanted = id_in(arguments, ErrorCode.GROUP, place=place)
    there = await groups.of_customer(talk.unit, talk.customer.id)
    group = next((each for each in there if each.id == wanted), None)
    if group is None:
        raise NotFound(ErrorCode.GROUP)
    return group


def called(talk: Talk, group: GroupChat) -> str:
    """Return what a group is called, for who is told where something appears."""
    return groups.title_of(group, talk.cipher) or talk.t("friends.a_group")
