"""Who is what in a chat, how that changes, and what the bot is told of it."""

from __future__ import annotations

from bot.sandbox import wire
from bot.sandbox.model import Chat, Json, Person, Standing
from bot.sandbox.telegram_state import TelegramState


def member_json(telegram: TelegramState, chat: Chat, member_id: int) -> Json:
    """Return somebody as a `ChatMember`; who never was in the chat has left it."""
    return wire.member(
        telegram.user(member_id),
        chat.members.get(member_id, "left"),
        anonymous=member_id in chat.anonymous,
        may_pin=chat.bot_may_pin or member_id != telegram.profile.id,
        in_channel=chat.type == "channel",
    )


def may_pin(telegram: TelegramState, chat: Chat) -> bool:
    """Say whether the bot may pin here: always in private, in a group as an administrator with that right."""
    return not chat.is_moderated or (chat.is_admin(telegram.profile.id) and chat.bot_may_pin)


def set_standing(
    telegram: TelegramState, chat: Chat, member_id: int, standing: Standing, by_id: int, *, bot_may_pin: bool = True
) -> None:
    """Change what somebody is in a chat, and tell the bot as Telegram would."""
    before = member_json(telegram, chat, member_id)
    chat.members[member_id] = standing
    if not chat.is_admin(member_id) and member_id in chat.anonymous:
        chat.anonymous.remove(member_id)
    if member_id == telegram.profile.id:
        chat.bot_may_pin = bot_may_pin
    tell_change(telegram, chat, member_id, before, by_id)


def set_anonymous(telegram: TelegramState, chat: Chat, member_id: int, by_id: int, *, anonymous: bool) -> None:
    """Let an administrator act as the group from now on, or under the own name."""
    before = member_json(telegram, chat, member_id)
    chat.anonymous = [one for one in chat.anonymous if one != member_id] + [member_id] * anonymous
    tell_change(telegram, chat, member_id, before, by_id)


def tell_change(telegram: TelegramState, chat: Chat, member_id: int, before: Json, by_id: int) -> None:
    """Tell the bot of a change to itself, or, as an administrator who asked for it, to another."""
    telegram.keeper.touch(chat)
    after = member_json(telegram, chat, member_id)
    if before == after:
        return
    telegram.hub.publish(None, "people")
    about_bot = member_id == telegram.profile.id
    if not about_bot and not chat.is_admin(telegram.profile.id):
        return
    change = {
        "chat": telegram.chat_json(chat),
        "from": telegram.user(performer(chat, by_id)),
        "date": telegram.unix_now(),
        "old_chat_member": before,
        "new_chat_member": after,
    }
    telegram.updates.put("my_chat_member" if about_bot else "chat_member", change, chat.id)


def performer(chat: Chat, by_id: int) -> int:
    """Return who is said to have done something: an anonymous administrator is not named."""
    return wire.GROUP_ANONYMOUS_ID if by_id in chat.anonymous else by_id


def set_blocked(telegram: TelegramState, person: Person, *, blocked: bool) -> None:
    """Block or unblock the bot, and tell it."""
    if person.blocked == blocked:
        return
    person.blocked = blocked
    telegram.keeper.touch(person)
    standing: tuple[Standing, Standing] = ("member", "kicked") if blocked else ("kicked", "member")
    change = {
        "chat": telegram.chat_json(telegram.chats[person.id]),
        "from": wire.user(person),
        "date": telegram.unix_now(),
        "old_chat_member": wire.member(telegram.profile.user(), standing[0]),
        "new_chat_member": wire.member(telegram.profile.user(), standing[1]),
    }
    telegram.updates.put("my_chat_member", change, person.id)
