"""What works in a group: less than in private, and something else."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from handlers.chat.filters import InGroup, Means
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.groups.screens.guide import works_here

router = Router(name="group_help")


@router.message(InGroup(), Means("help"))
async def help_here(message: Message, talk: Talk) -> Screen:
    """Say what works here, and lead to the private chat for the rest."""
    return works_here(talk.t, talk.bot_username)
