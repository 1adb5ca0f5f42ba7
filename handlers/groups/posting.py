"""Whatever appears in a group goes through delivery: what handlers return for one becomes rows of the outbox.

Telegram counts what is sent there, 20 messages a minute, so one hand sends it all. Answers to taps are not counted.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

import structlog
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from finance_core.groups.notices import Said
from finance_core.notices import Urgency, enqueue, sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.chat.replies import Shown, is_in_group, method_of
from handlers.chat.screens.base import Button, Screen
from handlers.groups.screens.said import as_json
from handlers.lines import vocabulary

LANGUAGE: Final = "en"
"""Of a row whose text is made already: nothing of it is translated when it is sent."""
_log = structlog.get_logger(__name__)


async def through_delivery(unit: Unit, cipher: Cipher, shown: Sequence[Shown], key: str) -> list[Shown]:
    """Write what is said in groups to the outbox, in this unit; return the rest, which is shown at once.

    Args:
        key: of the update that is answered: said again for the same one, it is said once.
    """
    kept: list[Shown] = []
    for number, item in enumerate(shown):
        method = method_of(item)
        if not is_in_group(item):
            kept.append(item)
        elif isinstance(method, SendMessage):
            await _said(unit, cipher, int(method.chat_id), _screen(method), f"said:{key}:{number}")
        else:
            _log.error("not_for_a_group", method=type(method).__name__)
    return kept


async def _said(unit: Unit, cipher: Cipher, chat_id: int, screen: Screen, key: str) -> None:
    place = f"group.said:{key}"
    said = Said(said=sealed(cipher.encrypt(as_json(screen).encode(), place), place))
    await enqueue(unit, said, urgency=Urgency.RECEIPT, key=key, chat_id=chat_id, language=LANGUAGE)


def _screen(method: SendMessage) -> Screen:
    text = method.text if method.parse_mode == "HTML" else html.escape(method.text, quote=False)
    keyboard = method.reply_markup
    rows = keyboard.inline_keyboard if isinstance(keyboard, InlineKeyboardMarkup) else []
    shown = [tuple(_button(each) for each in row if _works_in_groups(each)) for row in rows]
    return Screen(text, tuple(row for row in shown if row))


def _button(button: InlineKeyboardButton) -> Button:
    return Button(button.text, button.callback_data, button.url, button.switch_inline_query)


def _works_in_groups(button: InlineKeyboardButton) -> bool:
    """Say whether a button leads anywhere when others than its reader may tap it."""
    verb = (button.callback_data or "").partition(":")[0]
    return button.callback_data is None or verb in vocabulary().group_taps
