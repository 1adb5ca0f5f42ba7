"""People, chats and messages as the Bot API writes them. Plain JSON: updates are made before aiogram is loaded.

A test holds every answer against aiogram's types and python-telegram-bot's, unknown fields included.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.model import ADMINS, Chat, File, Invite, Json, Message, Person, Standing

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
)

GROUP_ANONYMOUS_ID = 1_087_968_824
"""Telegram's GroupAnonymousBot, which stands for every administrator who acts as the group."""
OTHER_BOT_ID = 6_000_000_001
OTHER_BOTS: Mapping[int, Json] = {
    GROUP_ANONYMOUS_ID: {
        "id": GROUP_ANONYMOUS_ID,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    },
    OTHER_BOT_ID: {"id": OTHER_BOT_ID, "is_bot": True, "first_name": "Gatekeeper", "username": "gatekeeper_bot"},
}
"""The bots besides ours that act in groups: they have no chats of their own here."""


def without_none(fields: Mapping[str, object]) -> Json:
    """Leave out what is not there, as Telegram does."""
    return {name: value for name, value in fields.items() if value is not None}


def user(person: Person) -> Json:
    """Return a person as a `User`."""
    return without_none(
        {
            "id": person.id,
            "is_bot": False,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
            "language_code": person.language_code,
        }
    )


def chat(place: Chat, person: Person | None = None) -> Json:
    """Return a `Chat`; `person` is the one whose private chat it is."""
    if person is None:
        return {"id": place.id, "type": place.type, "title": place.title}
    names = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
    return without_none({"id": place.id, "type": "private", **names})


def message(said: Message, where: Json, by: Json, reply: Json | None, bot: Json) -> Json:
    """Return a `Message` from its parts: chat, sender, the message that it replies to, the bot."""
    inline = said.markup if said.markup and "inline_keyboard" in said.markup else None
    fields = without_none(
        {
            "message_id": said.message_id,
            "from": _author(said, where, by),
            "sender_chat": where if said.as_group or where["type"] == "channel" else None,
            "chat": where,
            "date": said.date,
            "edit_date": said.edited_at,
            "reply_to_message": reply,
            "via_bot": bot if said.via_bot else None,
            "reply_markup": inline,
        }
    )
    return fields | said.content


def _author(said: Message, where: Json, by: Json) -> Json | None:
    """Return who is named as the author: nobody of a channel's post, and one bot for all who act as their group."""
    if where["type"] == "channel":
        return None
    return OTHER_BOTS[GROUP_ANONYMOUS_ID] if said.as_group else by


def member(
    who: Json, standing: Standing, *, anonymous: bool = False, may_pin: bool = True, in_channel: bool = False
) -> Json:
    """Return a `ChatMember` of any kind."""
    answer: Json = {"user": who, "status": standing}
    if standing == "creator":
        return answer | {"is_anonymous": anonymous}
    if standing == "administrator":
        rights = dict.fromkeys(ADMIN_RIGHTS, True) | {"can_pin_messages": may_pin}
        rights |= {"can_post_messages": True, "can_edit_messages": True} if in_channel else {}
        return answer | {"can_be_edited": False, "is_anonymous": anonymous} | rights
    return answer | {"until_date": 0} if standing == "kicked" else answer


def is_admin(standing: Standing) -> bool:
    """Say whether a standing is an administrator's."""
    return standing in ADMINS


def photo_size(file: File) -> Json:
    """Return a `PhotoSize`."""
    sizes = {"width": file.width, "height": file.height, "file_size": file.size}
    return {"file_id": file.id, "file_unique_id": file.unique_id, **sizes}


def document(file: File) -> Json:
    """Return a `Document`."""
    names = {"file_name": file.name, "mime_type": file.mime, "file_size": file.size}
    return {"file_id": file.id, "file_unique_id": file.unique_id, **names}


def file(known: File) -> Json:
    """Return a `File`, ready to be fetched by its path."""
    names = {"file_id": known.id, "file_unique_id": known.unique_id}
    return {**names, "file_size": known.size, "file_path": known.path}


def invite(link: Invite, creator: Json) -> Json:
    """Return a `ChatInviteLink`."""
    return without_none(
        {
            "invite_link": link.link,
            "creator": creator,
            "creates_join_request": link.creates_join_request,
            "is_primary": False,
            "is_revoked": False,
            "name": link.name,
            "expire_date": link.expire_at,
            "member_limit": link.member_limit,
        }
    )
