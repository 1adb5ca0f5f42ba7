"""Channels: administrators post in the channel's name, the others read. A bot is in one only as an administrator."""

from __future__ import annotations

from bot.sandbox.acts import person_of
from bot.sandbox.errors import WrongCall
from bot.sandbox.membership import set_standing
from bot.sandbox.model import Chat, Standing
from bot.sandbox.telegram_state import TelegramState


def found_channel(telegram: TelegramState, title: str, admins: list[int], members: list[int]) -> Chat:
    """Found a channel with the bot in it. The first admin is its creator.

    Raises:
        WrongCall: nobody who may post, an unknown person, or a bot that joins no groups.
    """
    if not admins:
        raise WrongCall("A channel needs at least one administrator.")
    if not telegram.state.joins_groups:
        raise WrongCall(f"{telegram.profile.name} can't be added to channels; its owner has switched that off.", 409)
    standings: dict[int, Standing] = dict.fromkeys([person_of(telegram, one).id for one in members], "member")
    standings |= dict.fromkeys([person_of(telegram, one).id for one in admins], "administrator")
    standings[admins[0]] = "creator"
    chat = telegram.add_group(title, standings, kind="channel", chat_id=telegram.next_group_id("supergroup"))
    set_standing(telegram, chat, telegram.profile.id, "administrator", admins[0])
    telegram.acted(chat)
    return chat
