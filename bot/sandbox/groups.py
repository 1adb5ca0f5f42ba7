"""What people do with groups: found them, come and go, ask to join by a link, make admins, grow into a supergroup."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.sandbox.acts import chat_of, person_of, service
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Chat, Invite, Json, Standing
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.wire import invite as invite_json

MemberAction: TypeAlias = Literal["join", "leave", "kick", "promote", "demote"]
MEMBERS_AT_MOST = 10_000
_STANDINGS: dict[MemberAction, Standing] = {
    "join": "member",
    "leave": "left",
    "kick": "kicked",
    "promote": "administrator",
    "demote": "member",
}


def found_group(
    telegram: TelegramState, title: str, members: list[int], admins: list[int], *, chat_id: int | None = None
) -> Chat:
    """Found a group with the bot in it. The first admin is its creator; the bot may be an admin too.

    Raises:
        WrongCall: nobody in it, too many, or an unknown person.
    """
    everybody = list(dict.fromkeys([*admins, *members]))
    people = [one for one in everybody if one != telegram.profile.id]
    if not people:
        raise WrongCall("A group needs at least one member.")
    if len(people) > MEMBERS_AT_MOST:
        raise WrongCall(f"A group holds at most {MEMBERS_AT_MOST} members.")
    for one in people:
        person_of(telegram, one)
    standings: dict[int, Standing] = {one: "administrator" if one in admins else "member" for one in people}
    creator = next((one for one in admins if one in standings), people[0])
    standings[creator] = "creator"
    chat = telegram.add_group(title, standings, kind="group", chat_id=chat_id or telegram.next_group_id("group"))
    telegram.set_standing(
        chat, telegram.profile.id, "administrator" if telegram.profile.id in admins else "member", creator
    )
    telegram.acted(chat)
    service(telegram, chat, creator, {"group_chat_created": True}, f"{telegram.people[creator].name} created the group")
    return chat


def group_of(telegram: TelegramState, chat_id: int) -> Chat:
    """Return a group that is still in use.

    Raises:
        WrongCall: unknown, a private chat, or become a supergroup.
    """
    chat = chat_of(telegram, chat_id)
    if chat.type == "private":
        raise WrongCall(f"Chat {chat_id} is private, not a group.")
    if chat.migrated_to:
        raise WrongCall(f"The group has become the supergroup {chat.migrated_to}.", 409)
    return chat


def change_member(
    telegram: TelegramState, chat_id: int, member_id: int, action: MemberAction, link: str | None = None
) -> Json:
    """Let somebody (the bot too) come, go, or become an admin. By a link that asks for approval, one waits for the bot.

    Raises:
        WrongCall: unknown, already so, or a link that does not work.
    """
    chat = group_of(telegram, chat_id)
    if member_id != telegram.profile.id:
        person_of(telegram, member_id)
    inside = chat.has(member_id)
    if inside == (action == "join"):
        raise WrongCall(f"{_name(telegram, member_id)} is {'already' if inside else 'not'} in the group.", 409)
    if action == "join" and link is not None:
        return _join_by_link(telegram, chat, member_id, link)
    telegram.acted(chat)
    _move(telegram, chat, member_id, action, member_id if action in ("join", "leave") else _head(telegram, chat))
    return {"ok": True, "status": chat.members[member_id]}


def admit(telegram: TelegramState, chat: Chat, member_id: int, link: str) -> None:
    """Let somebody in who asked to join."""
    chat.asking.pop(member_id, None)
    if used := telegram.invites.get(link):
        used.used += 1
        telegram.keeper.touch(used)
    _move(telegram, chat, member_id, "join", member_id)


def _move(telegram: TelegramState, chat: Chat, member_id: int, action: MemberAction, by_id: int) -> None:
    who, name = telegram.user(member_id), _name(telegram, member_id)
    if action == "join":
        telegram.set_standing(chat, member_id, "member", by_id)
        service(telegram, chat, by_id, {"new_chat_members": [who]}, f"{name} joined the group")
    elif action in ("leave", "kick"):
        service(telegram, chat, by_id, {"left_chat_member": who}, f"{name} left the group")
        telegram.set_standing(chat, member_id, _STANDINGS[action], by_id)
    else:
        telegram.set_standing(chat, member_id, _STANDINGS[action], by_id)


def _join_by_link(telegram: TelegramState, chat: Chat, member_id: int, link: str) -> Json:
    invite = _working(telegram, chat, link)
    telegram.acted(chat)
    if not invite.creates_join_request:
        admit(telegram, chat, member_id, link)
        return {"ok": True, "status": "member"}
    chat.asking[member_id] = link
    telegram.keeper.touch(chat)
    request = {
        "chat": telegram.chat_json(chat),
        "from": telegram.user(member_id),
        "user_chat_id": member_id,
        "date": telegram.unix_now(),
        "invite_link": invite_json(invite, telegram.profile.user()),
    }
    telegram.updates.put("chat_join_request", request, chat.id)
    return {"ok": True, "status": "asking"}


def _working(telegram: TelegramState, chat: Chat, link: str) -> Invite:
    invite = telegram.invites.get(link)
    if invite is None or invite.chat_id != chat.id:
        raise WrongCall("The link does not lead into this group.", 404)
    if invite.expire_at is not None and invite.expire_at <= telegram.unix_now():
        raise WrongCall("The link has expired.", 409)
    if invite.member_limit is not None and invite.used >= invite.member_limit:
        raise WrongCall("The link has been used as often as it may.", 409)
    return invite


def _head(telegram: TelegramState, chat: Chat) -> int:
    creators = (member for member, standing in chat.members.items() if standing == "creator")
    return next(creators, telegram.profile.id)


def _name(telegram: TelegramState, member_id: int) -> str:
    return telegram.profile.name if member_id == telegram.profile.id else telegram.people[member_id].name


def migrate(telegram: TelegramState, chat_id: int) -> Chat:
    """Make a group a supergroup: a new chat with the same people, and numbering of its own.

    Raises:
        WrongCall: it is one already.
    """
    old = group_of(telegram, chat_id)
    if old.type == "supergroup":
        raise WrongCall("It is a supergroup already.", 409)
    new_id = telegram.next_group_id("supergroup")
    new = telegram.add_group(old.title, dict(old.members), kind="supergroup", chat_id=new_id)
    new.migrated_from = old.id
    head, notice = _head(telegram, old), "The group became a supergroup"
    telegram.acted(new)
    service(telegram, old, head, {"migrate_to_chat_id": new.id}, notice)
    service(telegram, new, head, {"migrate_from_chat_id": old.id}, notice)
    old.migrated_to = new.id
    telegram.keeper.touch(old)
    return new
