"""Chats and who is in them: looking, pinning, inviting, letting in, leaving."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from aiogram.methods import (
    ApproveChatJoinRequest,
    CreateChatInviteLink,
    DeclineChatJoinRequest,
    GetChat,
    GetChatAdministrators,
    GetChatMember,
    GetChatMemberCount,
    LeaveChat,
    PinChatMessage,
    UnpinAllChatMessages,
    UnpinChatMessage,
)

from bot.sandbox import groups, pins, wire
from bot.sandbox.errors import bad_request
from bot.sandbox.membership import may_pin, member_json, set_standing
from bot.sandbox.methods.common import chat_of, open_chat, require_admin
from bot.sandbox.methods.registry import serves
from bot.sandbox.model import ADMINS, PRESENT, Chat, Invite, Json
from bot.sandbox.telegram_state import TelegramState

NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
MOST_MEMBERS_BY_LINK = 99_999


@serves(GetChat)
def get_chat(telegram: TelegramState, call: GetChat) -> Json:
    """Return a chat in full."""
    chat = chat_of(telegram, call.chat_id)
    if chat.type != "private":
        open_chat(telegram, call.chat_id)
    about = {"accent_color_id": abs(chat.id) % 7, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    names = [telegram.people[chat.id].username] if chat.type == "private" else []
    usernames = {"active_usernames": [name for name in names if name]} if any(names) else {}
    latest = pins.pinned(telegram, chat)[:1]
    more = {"pinned_message": telegram.message_json(latest[0])} if latest else {}
    return telegram.chat_json(chat) | about | usernames | more


@serves(GetChatMember)
def get_chat_member(telegram: TelegramState, call: GetChatMember) -> Json:
    """Return what somebody is in a chat; who never was in it has left it.

    Of others in a group Telegram guarantees an answer only to an administrator, so only that gets one here.
    """
    chat = open_chat(telegram, call.chat_id)
    if call.user_id != telegram.profile.id and call.user_id not in telegram.people:
        raise bad_request("invalid user_id specified")
    if chat.is_moderated and call.user_id != telegram.profile.id and not chat.is_admin(telegram.profile.id):
        raise bad_request("member list is inaccessible")
    return member_json(telegram, chat, call.user_id)


@serves(GetChatAdministrators)
def get_chat_administrators(telegram: TelegramState, call: GetChatAdministrators) -> list[Json]:
    """Return a group's administrators, its creator first; other bots than this one there are none."""
    chat = _group(telegram, call.chat_id)
    admins = [(who, standing) for who, standing in chat.members.items() if standing in ADMINS]
    return [member_json(telegram, chat, who) for who, _ in sorted(admins, key=lambda one: one[1] != "creator")]


@serves(GetChatMemberCount)
def get_chat_member_count(telegram: TelegramState, call: GetChatMemberCount) -> int:
    """Return how many are in a chat, the bot included."""
    return sum(standing in PRESENT for standing in open_chat(telegram, call.chat_id).members.values())


def _group(telegram: TelegramState, chat_id: int | str) -> Chat:
    chat = open_chat(telegram, chat_id)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return chat


@serves(PinChatMessage)
def pin_chat_message(telegram: TelegramState, call: PinChatMessage) -> bool:
    """Pin a message; in a group the bot has to be an administrator with that right."""
    chat = _pinnable(telegram, call.chat_id)
    message = telegram.message(chat.id, call.message_id)
    if message is None:
        raise bad_request("message to pin not found")
    if message.notice:
        raise bad_request("message can't be pinned")
    pins.pin(telegram, chat, message, telegram.profile.id)
    return True


@serves(UnpinChatMessage)
def unpin_chat_message(telegram: TelegramState, call: UnpinChatMessage) -> bool:
    """Take a pin off: of the message named, or of the latest of those that are pinned."""
    chat = _pinnable(telegram, call.chat_id)
    there = [message.message_id for message in pins.pinned(telegram, chat)]
    message_id = call.message_id or max(there, default=None)
    if message_id not in there:
        raise bad_request("message to unpin not found")
    pins.unpin(telegram, chat, [message_id])
    return True


@serves(UnpinAllChatMessages)
def unpin_all_chat_messages(telegram: TelegramState, call: UnpinAllChatMessages) -> bool:
    """Take all pins of a chat off."""
    chat = _pinnable(telegram, call.chat_id)
    pins.unpin(telegram, chat, list(chat.pins))
    return True


def _pinnable(telegram: TelegramState, chat_id: int | str) -> Chat:
    chat = open_chat(telegram, chat_id)
    if not may_pin(telegram, chat):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@serves(CreateChatInviteLink)
def create_chat_invite_link(telegram: TelegramState, call: CreateChatInviteLink) -> Json:
    """Make a link into a group; with `creates_join_request` the bot approves each who comes by it."""
    chat = open_chat(telegram, call.chat_id)
    require_admin(telegram, chat, "not enough rights to manage chat invite link")
    if call.creates_join_request and call.member_limit:
        raise bad_request("member limit can't be specified for links requiring administrator approval")
    if call.member_limit is not None and not 0 <= call.member_limit <= MOST_MEMBERS_BY_LINK:
        raise bad_request("invalid member limit specified")
    link = Invite(
        f"https://t.me/+{secrets.token_urlsafe(12)}",
        chat.id,
        call.name,
        bool(call.creates_join_request),
        unix_seconds(telegram, call.expire_date),
        call.member_limit or None,
    )
    telegram.invites[link.link] = link
    telegram.keeper.touch(link)
    return wire.invite(link, telegram.profile.user())


def unix_seconds(telegram: TelegramState, when: datetime | timedelta | int | None) -> int | None:
    """Return an instant, or one so much later than now, in Unix seconds; 0 is no instant."""
    if isinstance(when, timedelta):
        return telegram.unix_now() + int(when.total_seconds())
    if isinstance(when, datetime):
        return int(when.timestamp()) or None
    return when or None


@serves(ApproveChatJoinRequest)
def approve_chat_join_request(telegram: TelegramState, call: ApproveChatJoinRequest) -> bool:
    """Let somebody in who asked."""
    chat = _asked(telegram, call.chat_id, call.user_id)
    groups.admit(telegram, chat, call.user_id, chat.asking[call.user_id])
    return True


@serves(DeclineChatJoinRequest)
def decline_chat_join_request(telegram: TelegramState, call: DeclineChatJoinRequest) -> bool:
    """Turn somebody down who asked."""
    chat = _asked(telegram, call.chat_id, call.user_id)
    del chat.asking[call.user_id]
    telegram.keeper.touch(chat)
    return True


def _asked(telegram: TelegramState, chat_id: int | str, person_id: int) -> Chat:
    chat = open_chat(telegram, chat_id)
    require_admin(telegram, chat, "not enough rights to manage chat join requests")
    if chat.has(person_id):
        raise bad_request("USER_ALREADY_PARTICIPANT")
    if person_id not in chat.asking:
        raise bad_request("HIDE_REQUESTER_MISSING")
    return chat


@serves(LeaveChat)
def leave_chat(telegram: TelegramState, call: LeaveChat) -> bool:
    """Leave a group."""
    chat = open_chat(telegram, call.chat_id)
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    set_standing(telegram, chat, telegram.profile.id, "left", telegram.profile.id)
    telegram.post(
        chat, telegram.profile.id, {"left_chat_member": telegram.profile.user()}, notice=_left_notice(telegram)
    )
    return True


def _left_notice(telegram: TelegramState) -> str:
    return re.sub(r"\s+", " ", f"{telegram.profile.name} left the group")
