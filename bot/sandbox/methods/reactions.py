"""The bot's reactions."""

from __future__ import annotations

from aiogram.methods import SetMessageReaction

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.common import open_chat
from bot.sandbox.methods.registry import as_json, serves
from bot.sandbox.telegram_state import TelegramState

_EMOJI = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈
😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
ALLOWED = frozenset(_EMOJI.split())
"""Telegram's list of free reactions."""


@serves(SetMessageReaction)
def set_message_reaction(telegram: TelegramState, call: SetMessageReaction) -> bool:
    """React to a message with one emoji, or take the reaction back."""
    chat = open_chat(telegram, call.chat_id)
    message = telegram.message(chat.id, call.message_id)
    if message is None:
        raise bad_request("message to react not found")
    reactions = [as_json(reaction) for reaction in call.reaction or ()]
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(reaction.get("emoji", "").rstrip("\ufe0f") not in ALLOWED for reaction in reactions):
        raise bad_request("REACTION_INVALID")
    others = {giver: given for giver, given in message.reactions.items() if giver != telegram.profile.id}
    message.reactions = others | ({telegram.profile.id: reactions} if reactions else {})
    telegram.changed(message)
    return True
