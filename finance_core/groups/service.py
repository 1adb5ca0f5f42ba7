"""What happens to groups: met, renamed, left, moved; who is in them.

A group's row is locked by whoever changes it, so that what Telegram tells of it twice or in another order (the message
of the old chat, that of the new one, an error of a send) is done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select, update

from finance_core import intents
from finance_core.groups.models import FormerChat, GroupChat, GroupMember, JoinedGroup
from finance_core.groups.personal import title_associated_data
from finance_core.kernel.outside_text import visible
from finance_core.notices import boards
from finance_core.notices.service import move_chat
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

TITLE_CHARACTERS: Final = 128
"""Telegram's own bound."""


class Lock(Enum):
    """How a group's row is held until the unit ends."""

    KEPT_THERE = auto()  # it stays in its chat; others may hold it so too
    FOR_MOVING = auto()  # nobody else holds it


_BEFORE: Final = text("SELECT group_id FROM group_chat_before WHERE chat_id = :chat")
_SEEN: Final = text(
    """
    INSERT INTO group_member AS m (group_id, customer_id, is_in, seen_at) VALUES (:group, :customer, :is_in, :now)
    ON CONFLICT (group_id, customer_id) DO UPDATE SET is_in = excluded.is_in, seen_at = excluded.seen_at
    WHERE m.is_in <> excluded.is_in OR m.seen_at < excluded.seen_at - interval '1 day'
    """
)
_TAKE_OVER: Final = text(
    """
    INSERT INTO group_member (group_id, customer_id, is_in, seen_at)
    SELECT :into, customer_id, is_in, seen_at FROM group_member WHERE group_id = :group
    ON CONFLICT (group_id, customer_id) DO UPDATE SET is_in = excluded.is_in, seen_at = excluded.seen_at
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the bot is in a group, as Telegram tells it."""

    is_in: bool
    may_pin: bool = False


async def find(unit: Unit, chat_id: int) -> GroupChat | None:
    """Return the group that lives in a chat, or has lived there; None for a chat that was never met.

    It is kept where it is until this unit ends: who moves it, or joins it to another, waits for what is written now.
    """
    found = await _living_in(unit, chat_id)
    if found is not None:
        return found
    former = await unit.session.scalar(_BEFORE, {"chat": chat_id})
    return await unit.session.get(GroupChat, former) if former is not None else None


async def met(unit: Unit, cipher: Cipher, chat_id: int, *, title: str | None, language: str) -> GroupChat:
    """Return the group of a chat; one that is new is written down, in the language of who spoke first.

    A title that is given is taken over: the latest one counts.
    """
    found = await find(unit, chat_id)
    if found is None:
        await _written_down(unit, chat_id, language)
        found = await _living_in(unit, chat_id)
        assert found is not None, "it is there now, whoever has written it down"
    if title is not None and title_of(found, cipher) != _shortened(title):
        sealed = cipher.encrypt(_shortened(title).encode(), title_associated_data(found.id))
        found.title_sealed = sealed
    return found


async def seen(unit: Unit, group: GroupChat, customer_id: int, *, is_in: bool = True) -> None:
    """Note that somebody is in a group, or is no longer. Of what is known already, once a day."""
    values = {"group": group.id, "customer": customer_id, "is_in": is_in, "now": unit.now}
    await unit.session.execute(_SEEN, values)


async def stands(unit: Unit, group: GroupChat, standing: Standing) -> None:
    """Take over what the bot is in a group now.

    Out of it, boards wait; back in it, those that are not over are shown anew; allowed to pin, those are pinned
    that are to be.
    """
    # Who holds the group where it is (`find`) is not waited for: neither its chat nor its number changes.
    await unit.session.refresh(group, with_for_update={"key_share": True})
    was_in, could_pin = group.bot_in, group.may_pin
    group.bot_in, group.may_pin = standing.is_in, standing.is_in and standing.may_pin
    await unit.session.flush()
    if was_in and not standing.is_in:
        await boards.park(unit, group.chat_id)
    elif standing.is_in and not was_in:
        await boards.show_anew(unit, group.chat_id)
    if group.may_pin and not could_pin:
        await boards.pin(unit, group.chat_id)


async def shut_out(unit: Unit, chat_id: int) -> None:
    """Telegram takes nothing for this chat from the bot: it is out of the group, if it is one that we know."""
    group = await _living_in(unit, chat_id)
    if group is not None:
        await stands(unit, group, Standing(is_in=False))


async def speak(unit: Unit, group: GroupChat, language: str) -> None:
    """Choose the language of what is shown in a group; its boards are shown in it from now on."""
    group.language = language
    await boards.speak(unit, group.chat_id, language)


async def move(unit: Unit, chat_id: int, new_chat_id: int) -> bool:
    """Let a group that became a supergroup live under its new chat id, with all that is bound to it.

    What waits for it in the outbox and its open cards go there; its boards are shown anew, as messages of the old chat
    can be edited no more. Told again (by either chat, by an error of a send), nothing changes. Returns whether the
    group has moved just now.
    """
    if chat_id == new_chat_id:
        return False
    group = await _living_in(unit, chat_id, Lock.FOR_MOVING)
    if group is not None:
        await _make_room(unit, group, new_chat_id)
        group.chat_id = new_chat_id
        unit.session.add(FormerChat(chat_id=chat_id, group_id=group.id, moved_at=unit.now))
        await unit.session.flush()
    await move_chat(unit, chat_id, new_chat_id)
    await intents.move_chat(unit, chat_id, new_chat_id)
    await boards.move_chat(unit, chat_id, new_chat_id)
    return group is not None


async def is_same(unit: Unit, group_id: int, other_id: int) -> bool:
    """Say whether two ids name one group: it may have been written down twice before its move was told."""
    return (
        other_id == group_id
        or await unit.session.scalar(select(JoinedGroup.group_id).where(JoinedGroup.id == other_id)) == group_id
    )


async def has_member(unit: Unit, group: GroupChat, customer_id: int) -> bool:
    """Say whether somebody is in a group, as far as Telegram has told, or by what they have written there."""
    member = await unit.session.get(GroupMember, (group.id, customer_id), populate_existing=True)
    return member is not None and member.is_in


async def of_customer(unit: Unit, customer_id: int) -> list[GroupChat]:
    """Return the groups in which both somebody and the bot are, the one they were last seen in first."""
    query = (
        select(GroupChat)
        .join(GroupMember, col(GroupMember.group_id) == GroupChat.id)
        .where(GroupMember.customer_id == customer_id, col(GroupMember.is_in), col(GroupChat.bot_in))
        .order_by(col(GroupMember.seen_at).desc(), col(GroupChat.id).desc())
    )
    return list(await unit.session.scalars(query))


def title_of(group: GroupChat, cipher: Cipher) -> str:
    """Return a group's title, empty where none is known or no secret opens it any more."""
    if group.title_sealed is None:
        return ""
    plain = cipher.opened(group.title_sealed, title_associated_data(group.id))
    return plain.decode() if plain is not None else ""


async def _living_in(unit: Unit, chat_id: int, lock: Lock = Lock.KEPT_THERE) -> GroupChat | None:
    query = select(GroupChat).where(GroupChat.chat_id == chat_id).execution_options(populate_existing=True)
    found: GroupChat | None = await unit.session.scalar(
        query.with_for_update(read=lock is Lock.KEPT_THERE, key_share=lock is Lock.KEPT_THERE)
    )
    return found


async def _written_down(unit: Unit, chat_id: int, language: str) -> int | None:
    """Write a chat down as a group's; return its new row's id, None where there is one already."""
    new = {"chat_id": chat_id, "language": language, "bot_in": True, "may_pin": False, "met_at": unit.now}
    once = insert(GroupChat).values(new).on_conflict_do_nothing(index_elements=["chat_id"])
    written: int | None = await unit.session.scalar(once.returning(col(GroupChat.id)))
    return written


async def _make_room(unit: Unit, group: GroupChat, new_chat_id: int) -> None:
    """Take over what was written down of the new chat before it was told whose it is.

    Who is about to write it down is waited for, as that ends with their unit; who comes later waits for this one.
    """
    found = await _written_down(unit, new_chat_id, group.language)
    other = await _living_in(unit, new_chat_id, Lock.FOR_MOVING)
    assert other is not None, "it is there now, whoever has written it down"
    if found == other.id:
        await unit.session.delete(other)
        await unit.session.flush()
        return
    unit.session.add(JoinedGroup(id=other.id, group_id=group.id))
    joined = update(JoinedGroup).where(col(JoinedGroup.group_id) == other.id).values(group_id=group.id)
    await unit.session.execute(joined)
    await unit.session.execute(_TAKE_OVER, {"into": group.id, "group": other.id})
    await unit.session.execute(delete(GroupMember).where(col(GroupMember.group_id) == other.id))
    moved = update(FormerChat).where(col(FormerChat.group_id) == other.id).values(group_id=group.id)
    await unit.session.execute(moved)
    group.bot_in, group.may_pin = other.bot_in, other.may_pin
    await unit.session.delete(other)
    await unit.session.flush()


def _shortened(title: str) -> str:
    return visible(title)[:TITLE_CHARACTERS]
