"""What people do with groups: found them, come and go, ask to join by a link, make admins, grow into a supergroup."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.sandbox.acts import chat_of, person_of, service
from bot.sandbox.errors import WrongCall
from bot.sandbox.membership import set_anonymous, set_standing
from bot.sandbox.model import Chat, Invite, Json, Standing
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.wire import OTHER_BOT_ID
from bot.sandbox.wire import invite as invite_json

MemberAction: TypeAlias = Literal["join", "leave", "kick", "promote", "demote", "anonymous", "named"]
BotAction: TypeAlias = Literal["add", "remove", "promote", "demote"]
By: TypeAlias = int | Literal["other_bot"] | None
"""Who did it: an id, another bot that is an administrator, or whoever usually does."""
MEMBERS_AT_MOST = 10_000
_STANDINGS: dict[MemberAction, Standing] = {
    "join": "member",
    "leave": "left",
    "kick": "kicked",
    "promote": "administrator",
    "demote": "member",
}
_BOT_ACTIONS: dict[BotAction, MemberAction] = {
    "add": "join",
    "remove": "kick",
    "promote": "promote",
    "demote": "demote",
}


def found_group(
    telegram: TelegramState, title: str, members: list[int], admins: list[int], *, chat_id: int | None = None
) -> Chat:
    """Found a group with the bot in it. The first admin is its creator; the bot may be an admin too.

    Raises:
        WrongCall: nobody in it, too many, an unknown person, or a bot that joins no groups.
    """
    _require_joins_groups(telegram)
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
    role: Standing = "administrator" if telegram.profile.id in admins else "member"
    set_standing(telegram, chat, telegram.profile.id, role, creator)
    telegram.acted(chat)
    service(telegram, chat, creator, {"group_chat_created": True}, f"{telegram.people[creator].name} created the group")
    return chat


def _require_joins_groups(telegram: TelegramState) -> None:
    if not telegram.state.joins_groups:
        raise WrongCall(f"{telegram.profile.name} can't be added to groups; its owner has switched that off.", 409)


def found_pair(telegram: TelegramState, one_id: int, other_id: int) -> Chat:
    """Open a chat of two people without the bot.

    Raises:
        WrongCall: unknown, or only one person.
    """
    one, other = person_of(telegram, one_id), person_of(telegram, other_id)
    if one is other:
        raise WrongCall("A chat of two needs two people.")
    members: dict[int, Standing] = {one.id: "member", other.id: "member"}
    same = (chat for chat in telegram.chats.values() if chat.type == "pair" and chat.members == members)
    return next(same, None) or telegram.add_group(
        f"{one.name}, {other.name}", members, kind="pair", chat_id=telegram.next_group_id("pair")
    )


def group_of(telegram: TelegramState, chat_id: int) -> Chat:
    """Return a group that is still in use.

    Raises:
        WrongCall: unknown, a private chat, or become a supergroup.
    """
    chat = chat_of(telegram, chat_id)
    if not chat.is_moderated:
        raise WrongCall(f"Chat {chat_id} is private, not a group.")
    if chat.migrated_to:
        raise WrongCall(f"The group has become the supergroup {chat.migrated_to}.", 409)
    return chat


def change_member(
    telegram: TelegramState, chat_id: int, member_id: int, action: MemberAction, by: By = None, link: str | None = None
) -> Json:
    """Let somebody (the bot too) come, go, or become an admin. By a link that asks for approval, one waits for the bot.

    Raises:
        WrongCall: unknown, already so, not to be done by whom it should, or a link that does not work.
    """
    chat = group_of(telegram, chat_id)
    if member_id != telegram.profile.id:
        person_of(telegram, member_id)
    inside = chat.has(member_id)
    if inside == (action == "join"):
        raise WrongCall(f"{telegram.name(member_id)} is {'already' if inside else 'not'} in the group.", 409)
    if action == "join" and member_id == telegram.profile.id:
        _require_joins_groups(telegram)
    by_id = _by(telegram, chat, member_id, action, by)
    if action == "join" and link is not None:
        return _join_by_link(telegram, chat, member_id, link)
    telegram.acted(chat)
    _move(telegram, chat, member_id, action, by_id)
    return {"ok": True, "status": chat.members[member_id]}


def change_bot(
    telegram: TelegramState, chat_id: int, action: BotAction, by: By = None, *, may_pin: bool = True
) -> Json:
    """Add the bot, remove it, or make it an administrator, one who may pin or not.

    Raises:
        WrongCall: it is already so, or not to be done by whom it should.
    """
    chat = group_of(telegram, chat_id)
    if action != "promote":
        return change_member(telegram, chat_id, telegram.profile.id, _BOT_ACTIONS[action], by)
    if not chat.has(telegram.profile.id):
        raise WrongCall(f"{telegram.profile.name} is not in the group.", 409)
    by_id = _by(telegram, chat, telegram.profile.id, "promote", by)
    telegram.acted(chat)
    set_standing(telegram, chat, telegram.profile.id, "administrator", by_id, bot_may_pin=may_pin)
    return {"ok": True, "status": "administrator"}


def _by(telegram: TelegramState, chat: Chat, member_id: int, action: MemberAction, by: By) -> int:
    """Return who does it: oneself comes and goes, an administrator does the rest."""
    alone = action in ("leave", "anonymous", "named") or (action == "join" and member_id != telegram.profile.id)
    if by is None:
        return member_id if alone else _head(telegram, chat)
    by_id = OTHER_BOT_ID if by == "other_bot" else person_of(telegram, by).id
    if action == "leave" and by_id != member_id:
        raise WrongCall("One leaves by oneself; to remove somebody is the action kick.")
    if by_id != OTHER_BOT_ID and not chat.has(by_id) and by_id != member_id:
        raise WrongCall(f"{telegram.name(by_id)} is not in the group.", 403)
    if action in ("kick", "promote", "demote") and by_id != OTHER_BOT_ID and not chat.is_admin(by_id):
        raise WrongCall(f"{telegram.name(by_id)} is no administrator of the group.", 403)
    return by_id


def admit(telegram: TelegramState, chat: Chat, member_id: int, link: str) -> None:
    """Let somebody in who asked to join."""
    chat.asking.pop(member_id, None)
    if used := telegram.invites.get(link):
        used.used += 1
        telegram.keeper.touch(used)
    _move(telegram, chat, member_id, "join", member_id)


def _move(telegram: TelegramState, chat: Chat, member_id: int, action: MemberAction, by_id: int) -> None:
    who, name, doer = telegram.user(member_id), telegram.name(member_id), _doer(telegram, chat, by_id)
    if action in ("anonymous", "named"):
        _name_or_hide(telegram, chat, member_id, by_id, anonymous=action == "anonymous")
    elif chat.type == "channel":
        _move_in_channel(telegram, chat, member_id, action, by_id)
    elif action == "join":
        set_standing(telegram, chat, member_id, "member", by_id)
        notice = f"{name} joined the group" if by_id == member_id else f"{doer} added {name}"
        service(telegram, chat, by_id, {"new_chat_members": [who]}, notice)
    elif action in ("leave", "kick"):
        notice = f"{name} left the group" if by_id == member_id else f"{doer} removed {name}"
        service(telegram, chat, by_id, {"left_chat_member": who}, notice)
        set_standing(telegram, chat, member_id, _STANDINGS[action], by_id)
    elif chat.members[member_id] != "creator":
        set_standing(telegram, chat, member_id, _STANDINGS[action], by_id)
    else:
        raise WrongCall(f"{name} founded the group and stays its administrator.", 409)


def _move_in_channel(telegram: TelegramState, chat: Chat, member_id: int, action: MemberAction, by_id: int) -> None:
    """Nobody is told who comes and goes. A bot is in a channel as an administrator, or not at all."""
    standing = _STANDINGS[action]
    if member_id == telegram.profile.id:
        standing = "administrator" if action in ("join", "promote") else "left" if action == "demote" else standing
    elif chat.members.get(member_id) == "creator":
        raise WrongCall(f"{telegram.name(member_id)} founded the channel and stays its administrator.", 409)
    set_standing(telegram, chat, member_id, standing, by_id)


def _doer(telegram: TelegramState, chat: Chat, by_id: int) -> str:
    return chat.title if by_id in chat.anonymous else telegram.name(by_id)


def _name_or_hide(telegram: TelegramState, chat: Chat, member_id: int, by_id: int, *, anonymous: bool) -> None:
    if not chat.is_admin(member_id) or member_id == telegram.profile.id or chat.type == "channel":
        raise WrongCall("Only a person who is an administrator can be anonymous.", 409)
    set_anonymous(telegram, chat, member_id, by_id, anonymous=anonymous)


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


def rename(telegram: TelegramState, chat_id: int, title: str, by: By = None) -> Chat:
    """Give a group another title.

    Raises:
        WrongCall: no group, or not by an administrator.
    """
    chat = group_of(telegram, chat_id)
    by_id = _by(telegram, chat, _head(telegram, chat), "promote", by)
    telegram.acted(chat)
    chat.title = title
    telegram.keeper.touch(chat)
    telegram.hub.publish(None, "people")
    service(telegram, chat, by_id, {"new_chat_title": title}, f"The group is now called {title}")
    return chat


def migrate(telegram: TelegramState, chat_id: int) -> Chat:
    """Make a group a supergroup: a new chat with the same people, and numbering of its own.

    The bot is told that it joined the new one, and, as Telegram has it, never that it left the old one.

    Raises:
        WrongCall: it is one already.
    """
    old = group_of(telegram, chat_id)
    if old.type != "group":
        raise WrongCall(f"It is a {old.type} already.", 409)
    new_id = telegram.next_group_id("supergroup")
    people = {one: standing for one, standing in old.members.items() if one != telegram.profile.id}
    new = telegram.add_group(old.title, people, kind="supergroup", chat_id=new_id)
    new.migrated_from, new.anonymous = old.id, list(old.anonymous)
    head, notice = _head(telegram, old), "The group became a supergroup"
    telegram.acted(new)
    service(telegram, old, head, {"migrate_to_chat_id": new.id}, notice)
    if standing := old.members.get(telegram.profile.id):
        set_standing(telegram, new, telegram.profile.id, standing, head, bot_may_pin=old.bot_may_pin)
    service(telegram, new, head, {"migrate_from_chat_id": old.id}, notice)
    old.migrated_to = new.id
    telegram.keeper.touch(old)
    telegram.hub.publish(None, "people")
    return new
