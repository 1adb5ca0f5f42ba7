"""Boards, as those see them who show something: where it is shown, that it has changed, that it is over.

Delivery's half is in `board_claims`. What a board shows is read from its subject when delivery shows it, so a change is
one update, however much has changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from finance_core.notices.service import wake
from finance_core.storage.unit import Unit

_SHOW_IN_CHAT: Final = text(
    """
    INSERT INTO board AS b (
        chat_id, kind, subject, language, pins, made_at, wanted, shown, is_parked, is_over, failures
    ) VALUES (:chat, :kind, :subject, :language, :pins, :now, 1, 0, false, false, 0)
    ON CONFLICT (chat_id, kind, subject) DO UPDATE SET wanted = b.wanted + 1, retry_at = NULL
    """
)
_SHOW_INLINE: Final = text(
    """
    INSERT INTO board (inline_id, kind, subject, language, pins, made_at, wanted, shown, is_parked, is_over, failures)
    VALUES (:inline, :kind, :subject, :language, false, :now, 1, 0, false, false, 0)
    ON CONFLICT (inline_id) DO NOTHING
    """
)
# Boards of one subject are changed in one order, whoever changes them.
_CHANGED: Final = text(
    """
    UPDATE board SET wanted = wanted + 1, is_over = is_over OR :is_over
    WHERE id IN (SELECT id FROM board WHERE kind = :kind AND subject = :subject ORDER BY id FOR NO KEY UPDATE)
    """
)
_ALL_CHANGED: Final = text(
    """
    UPDATE board SET wanted = wanted + 1, is_over = :is_over
    WHERE id IN (
        SELECT id FROM board WHERE kind = :kind AND subject = ANY(:subjects) AND NOT is_over
        ORDER BY id FOR NO KEY UPDATE)
    """
)
_TURN: Final = text(
    """
    UPDATE board SET kind = :into_kind, subject = :into, wanted = wanted + 1
    WHERE kind = :kind AND subject = :subject
    """
)
_TAPPED: Final = text(
    """
    UPDATE board SET
        stray_id = CASE WHEN message_id IS NULL THEN stray_id ELSE CAST(:message AS bigint) END,
        message_id = coalesce(message_id, :message),
        wanted = CASE WHEN message_id IS NULL THEN wanted + 1 ELSE wanted END
    WHERE chat_id = :chat AND kind = :kind AND subject = :subject AND message_id IS DISTINCT FROM :message
      AND lease_until IS NULL
    """
)
_SHOWN_IN_CHATS: Final = text(
    """
    SELECT subject, id, chat_id, language FROM board
    WHERE kind = :kind AND subject = ANY(:subjects) AND chat_id IS NOT NULL AND NOT is_parked AND NOT is_over
    ORDER BY id
    """
)
_PARK: Final = text("UPDATE board SET is_parked = true WHERE chat_id = :chat AND NOT is_parked")
_SHOW_ANEW: Final = text(
    """
    UPDATE board SET is_parked = false, failures = 0, retry_at = NULL,
        pinned_id = CASE WHEN is_over THEN pinned_id END,
        message_id = CASE WHEN is_over THEN message_id END,
        shown_hash = CASE WHEN is_over THEN shown_hash END,
        stray_id = CASE WHEN is_over THEN NULL ELSE message_id END,
        wanted = wanted + CASE WHEN is_over THEN 0 ELSE 1 END
    WHERE chat_id = :chat
    """
)
_PIN: Final = text("UPDATE board SET pinned_id = NULL WHERE chat_id = :chat AND pins AND NOT is_over")
_SPEAK: Final = text(
    """
    UPDATE board SET language = :language, wanted = wanted + CASE WHEN is_over THEN 0 ELSE 1 END
    WHERE chat_id = :chat AND language <> :language
    """
)
_SHOWN_IN_BOTH: Final = text(
    """
    DELETE FROM board AS b USING board AS there
    WHERE b.chat_id = :new AND there.chat_id = :old AND b.kind = there.kind AND b.subject = there.subject
    """
)
_MOVE: Final = text(
    """
    UPDATE board SET chat_id = :new, message_id = NULL, pinned_id = NULL, stray_id = NULL, shown_hash = NULL,
        retry_at = NULL, failures = 0, wanted = wanted + CASE WHEN is_over THEN 0 ELSE 1 END
    WHERE chat_id = :old
    """
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A board in a chat: its own id, the chat's, the language of the chat."""

    id: int
    chat_id: int
    language: str


async def shown_in_chats(unit: Unit, kind: str, subjects: Sequence[int]) -> dict[int, list[Shown]]:
    """Return in which chats each of these subjects is shown now, by subject; none where the bot is out."""
    found: dict[int, list[Shown]] = defaultdict(list)
    for row in await unit.session.execute(_SHOWN_IN_CHATS, {"kind": kind, "subjects": list(subjects)}):
        found[row.subject].append(Shown(row.id, row.chat_id, row.language))
    return dict(found)


async def show(unit: Unit, kind: str, subject: int, *, chat_id: int, language: str, pins: bool = False) -> None:
    """Show a subject in a group as soon as Telegram allows; shown there already, its message is brought up to date.

    Args:
        kind: which screen of it, as a line of the chat registers it. pins: it is pinned, where the bot may.
    """
    values = {"chat": chat_id, "kind": kind, "subject": subject, "language": language, "pins": pins, "now": unit.now}
    await unit.session.execute(_SHOW_IN_CHAT, values)
    await wake(unit)


async def adopt(unit: Unit, kind: str, subject: int, *, inline_id: str, language: str) -> None:
    """Keep a message current that somebody has sent by inline mode; known already, nothing changes."""
    values = {"inline": inline_id, "kind": kind, "subject": subject, "language": language, "now": unit.now}
    await unit.session.execute(_SHOW_INLINE, values)


async def changed(unit: Unit, kind: str, subject: int, *, is_over: bool = False) -> None:
    """Say that what the boards of a subject show has changed; `is_over`: for the last time.

    Nobody is woken, as units that do are committed one after the other: delivery looks each second.
    """
    await unit.session.execute(_CHANGED, {"kind": kind, "subject": subject, "is_over": is_over})


async def all_changed(unit: Unit, kind: str, subjects: Sequence[int], *, is_over: bool = False) -> None:
    """Say that what the boards of several subjects show has changed, for the last time where it is over."""
    values = {"kind": kind, "subjects": list(subjects), "is_over": is_over}
    await unit.session.execute(_ALL_CHANGED, values)


async def tapped(unit: Unit, kind: str, subject: int, *, chat_id: int, message_id: int) -> None:
    """Note which message of a chat shows a subject, as somebody has tapped it there.

    Whoever died between a send and its record left a message that nobody knew: it becomes the board, or it is deleted
    where another one is.
    """
    await unit.session.execute(_TAPPED, {"kind": kind, "subject": subject, "chat": chat_id, "message": message_id})


async def park(unit: Unit, chat_id: int) -> None:
    """The bot is out of the group: its boards wait."""
    await unit.session.execute(_PARK, {"chat": chat_id})


async def show_anew(unit: Unit, chat_id: int) -> None:
    """The bot is back in the group: what is not over is shown in new messages, and the old ones are deleted."""
    await unit.session.execute(_SHOW_ANEW, {"chat": chat_id})
    await wake(unit)


async def pin(unit: Unit, chat_id: int) -> None:
    """The bot may pin in the group from now on: what is to be pinned there is, whatever was tried before."""
    await unit.session.execute(_PIN, {"chat": chat_id})


async def speak(unit: Unit, chat_id: int, language: str) -> None:
    """Show the boards of a group in another language."""
    await unit.session.execute(_SPEAK, {"chat": chat_id, "language": language})
    await wake(unit)


async def move_chat(unit: Unit, old: int, new: int) -> None:
    """Let the boards of a group live under its new chat id; what is not over is shown there in new messages."""
    await unit.session.execute(_SHOWN_IN_BOTH, {"old": old, "new": new})
    await unit.session.execute(_MOVE, {"old": old, "new": new})
    await wake(unit)


async def turn(unit: Unit, subject: tuple[str, int], into: tuple[str, int]) -> None:
    """Let the messages that show one subject show another from now on, each a kind and an id."""
    values = {"kind": subject[0], "subject": subject[1], "into_kind": into[0], "into": into[1]}
    await unit.session.execute(_TURN, values)
    await wake(unit)
