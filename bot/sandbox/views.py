"""What a person sees: messages, chats and people as the page and the tests read them."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.sandbox.markup import to_html
from bot.sandbox.model import Chat, Json, Message, Person
from bot.sandbox.pins import pinned
from bot.sandbox.taps import SWITCHES
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.wire import GROUP_ANONYMOUS_ID


def message(telegram: TelegramState, said: Message) -> Json:
    """Return a message as seen in its chat. A deleted one is told of, but shows nothing."""
    content = said.content
    text = content.get("text") or content.get("caption") or _spoken(content)
    entities = content.get("entities") or content.get("caption_entities") or []
    return {
        "message_id": said.message_id,
        "chat_id": said.chat_id,
        "from_bot": said.from_id == telegram.profile.id,
        "from": _sender(telegram, said),
        "date": datetime.fromtimestamp(said.date, UTC).isoformat(),
        "text": text,
        "html": to_html(text, entities),
        "buttons": buttons(said.markup),
        "keyboard": keyboard(said.markup),
        "edited": said.edited_at is not None,
        "deleted": said.deleted,
        "reply_to": said.reply_to,
        "changed": said.changed,
        **_optional(telegram, said),
    }


def _optional(telegram: TelegramState, said: Message) -> Json:
    content = said.content
    more: Json = {}
    if said.notice and not said.deleted:
        more["notice"] = said.notice
    if photo := content.get("photo"):
        more["photo"] = _file(telegram, photo[-1]["file_id"])
    if document := content.get("document"):
        more["document"] = _file(telegram, document["file_id"])
    if origin := content.get("forward_origin"):
        more["forwarded_from"] = origin["chat"]["title"] if "chat" in origin else origin["sender_user"]["first_name"]
    for name in ("contact", "poll", "invoice", "location"):
        if name in content:
            more[name] = content[name]
    if said.reactions:
        more["reactions"] = [reaction for given in said.reactions.values() for reaction in given]
    return more | _marks(telegram, said) | _keyboard_signs(said.markup)


def _marks(telegram: TelegramState, said: Message) -> Json:
    """Tell what a message is besides its content: sent through the bot, pinned."""
    if said.deleted:
        return {}
    via: Json = {"via_bot": telegram.profile.username} if said.via_bot else {}
    inline = {"inline_message_id": said.inline_id} if said.inline_id else {}
    return via | inline | ({"pinned": True} if said.message_id in telegram.chats[said.chat_id].pins else {})


def _keyboard_signs(markup: Json | None) -> Json:
    """Tell what `keyboard` alone cannot: the key that shares the contact, and that a keyboard goes away."""
    if not markup:
        return {}
    if markup.get("remove_keyboard"):
        return {"keyboard_removed": True}
    keys = [key for row in markup.get("keyboard", ()) for key in row if key.get("request_contact")]
    signs: Json = {"contact_button": keys[0]["text"]} if keys else {}
    return signs | ({"keyboard_once": True} if markup.get("one_time_keyboard") else {})


def _spoken(content: Json) -> str:
    """Return the words for what has no text of its own."""
    if poll := content.get("poll"):
        return str(poll["question"])
    if invoice := content.get("invoice"):
        return f"{invoice['title']}\n{invoice['description']}"
    if place := content.get("location"):
        return f"📍 {place['latitude']}, {place['longitude']}"
    if sticker := content.get("sticker"):
        return str(sticker["emoji"])
    if voice := content.get("voice"):
        return f"🎤 0:{voice['duration']:02}"
    return ""


def _file(telegram: TelegramState, file_id: str) -> Json:
    return {"file_id": file_id, "name": telegram.files[file_id].name, "url": f"/sandbox/files/{file_id}"}


def _sender(telegram: TelegramState, said: Message) -> Json:
    """Return who is seen as the sender; `own` says whose it is where a group or a channel stands for its author."""
    chat = telegram.chats[said.chat_id]
    if said.as_group:
        return {"id": GROUP_ANONYMOUS_ID, "name": chat.title, "anonymous": True, "own": said.from_id}
    if chat.type == "channel":
        return {"id": chat.id, "name": chat.title, "own": said.from_id}
    return {"id": said.from_id, "name": telegram.name(said.from_id)}


def buttons(markup: Json | None) -> list[list[Json]]:
    """Return the inline buttons' rows."""
    rows = (markup or {}).get("inline_keyboard", ())
    return [[_button(button) for button in row] for row in rows]


def _button(button: Json) -> Json:
    shown = ("text", "callback_data", "url", "pay", *SWITCHES)
    return {name: button[name] for name in shown if name in button}


def keyboard(markup: Json | None) -> list[list[str]]:
    """Return the reply keyboard's rows of labels."""
    return [[key["text"] for key in row] for row in (markup or {}).get("keyboard", ())]


def person(one: Person) -> Json:
    """Return somebody. `chat_id` is their private chat with the bot."""
    return {
        "id": one.id,
        "chat_id": one.id,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "name": one.name,
        "username": one.username,
        "language_code": one.language_code,
        "phone": one.phone,
        "role": one.role,
        "started": one.started,
        "blocked": one.blocked,
    }


def chats(telegram: TelegramState, viewer: Person) -> list[Json]:
    """Return somebody's chats: the one with the bot first, then groups, then chats of two people."""
    mine = [chat for chat in telegram.chats.values() if chat.has(viewer.id) and not chat.migrated_to]
    return [chat_line(telegram, chat, viewer) for chat in sorted(mine, key=_order)]


def _order(chat: Chat) -> int:
    return ("private", "group", "channel", "pair").index(_kind(chat))


def all_chats(telegram: TelegramState) -> list[Json]:
    """Return every chat that is in use, as nobody in particular: its kind, title, and who is in it."""
    used = [chat for chat in telegram.chats.values() if not chat.migrated_to]
    return [
        {
            "chat_id": chat.id,
            "kind": _kind(chat),
            "title": chat.title,
            "members": [one for one in chat.members if chat.has(one)],
            "pinned": [message(telegram, said) for said in pinned(telegram, chat)],
        }
        for chat in sorted(used, key=_order)
    ]


def _kind(chat: Chat) -> str:
    return "group" if chat.is_group else chat.type


def _title(telegram: TelegramState, chat: Chat, viewer: Person) -> str:
    if chat.type == "pair":
        return next(telegram.name(one) for one in chat.members if one != viewer.id)
    return telegram.profile.name if chat.type == "private" else chat.title


def _facts(telegram: TelegramState, chat: Chat, viewer: Person) -> Json:
    """Return what only groups have, or, of a chat of two, who the other one is."""
    if chat.type == "pair":
        return {"with": next(one for one in chat.members if one != viewer.id)}
    return _group_facts(telegram, chat) if chat.is_moderated else {}


def _group_facts(telegram: TelegramState, chat: Chat) -> Json:
    """Return what the page's panel of members shows, the founder first."""
    me = telegram.profile.id
    rows = [_member_row(telegram, chat, one) for one in chat.members if one != me and chat.has(one)]
    bot = {"member": chat.has(me), "admin": chat.is_admin(me), "can_pin": chat.is_admin(me) and chat.bot_may_pin}
    more = {"migrated_from": chat.migrated_from} if chat.migrated_from else {}
    return {"members": rows, "bot": bot, "supergroup": chat.type == "supergroup", **more}


def _member_row(telegram: TelegramState, chat: Chat, member_id: int) -> Json:
    standing = {"name": telegram.name(member_id), "status": chat.members[member_id]}
    return {"id": member_id, **standing, "anonymous": member_id in chat.anonymous}


def chat_line(telegram: TelegramState, chat: Chat, viewer: Person) -> Json:
    """Return one line of somebody's list of chats."""
    seen = chat.read.get(viewer.id, 0)
    there = [said for said in telegram.messages[chat.id].values() if not said.deleted]
    return {
        "chat_id": chat.id,
        "kind": _kind(chat),
        "title": _title(telegram, chat, viewer),
        "last": _last(telegram, there[-1]) if there else None,
        "unread": sum(said.message_id > seen and said.from_id != viewer.id for said in there),
        "commands": shown_commands(telegram, chat, viewer),
        "admin": chat.is_admin(viewer.id),
        "blocked": viewer.blocked if chat.type == "private" else False,
        "pinned": [message(telegram, said) for said in pinned(telegram, chat)],
        **_facts(telegram, chat, viewer),
    }


def _last(telegram: TelegramState, said: Message) -> Json:
    seen = message(telegram, said)
    contact = said.content.get("contact", {}).get("first_name", "")
    words = seen.get("notice") or seen["text"] or contact
    notice = {"notice": seen["notice"]} if "notice" in seen else {}
    return {"text": words, "date": seen["date"], "from_bot": seen["from_bot"], **notice}


def shown_commands(telegram: TelegramState, chat: Chat, viewer: Person) -> list[Json]:
    """Return the commands that somebody is offered in a chat: the narrowest scope first, then their language."""
    known = telegram.state.commands
    for scope in _scopes(chat, viewer):
        for language in (viewer.language_code or "", ""):
            if commands := known.get(f"{scope}|{language}"):
                return commands
    return []


def _scopes(chat: Chat, viewer: Person) -> list[str]:
    if chat.type in ("pair", "channel"):
        return []
    if chat.type == "private":
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    member = [f"chat_member:{chat.id}:{viewer.id}"]
    admin = chat.is_admin(viewer.id)
    own = [f"chat_administrators:{chat.id}"] if admin else []
    general = ["all_chat_administrators"] if admin else []
    return [*member, *own, f"chat:{chat.id}", *general, "all_group_chats", "default"]
