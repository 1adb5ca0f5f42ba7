"""One turn of a conversation: who talks, in which unit of work, and how what they get is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from finance_core.customers.models import Customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.chat.replies import OrElse, Pictured, Shown
from handlers.chat.screens.base import Button, File, Screen
from handlers.locales import Translator
from handlers.pictures.plot import Plot

Method = TelegramMethod[Any]
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

CAPTION_CHARACTERS: Final = 1024
"""Telegram's bound for the words under a picture; tags, which do not count there, are counted here."""
_BUTTONS = "buttons"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(slots=True)
class Talk:
    """What a handler is given: the unit of work, the person, their language, and where the conversation stands."""

    unit: Unit
    customer: Customer
    t: Translator
    state: FSMContext
    cipher: Cipher
    chat_id: int
    is_private: bool
    message_id: int | None = None
    """The message that was sent or, for a tap, the card whose button was tapped."""
    callback_id: str | None = None
    """The tap to answer; None for a message."""
    checks: dict[str, Any] = field(default_factory=dict)
    """What was settled before the transaction began: a PIN's check, a new PIN's hash."""
    bot_username: str = ""
    institution: str = ""
    """The lender's name, as papers say it; empty: papers say what it is."""
    edits: bool = False
    """Whether the first screen shown edits a card: for a tap (a picture has no text to edit), and after `turn_to`."""

    def require_joined(self) -> None:
        """Refuse who has not finished joining. Raises NotAllowed: `join_first`."""
        if not self.customer.has_joined:
            raise NotAllowed(ErrorCode.JOIN_FIRST)

    async def show(self, *screens: Screen | None) -> list[Shown]:
        """Return what shows `screens`: the first edits the tapped card, the others are new messages."""
        shown = [screen for screen in screens if screen is not None]
        await self._remember_buttons(shown)
        methods: list[Shown] = []
        for index, screen in enumerate(shown):
            if screen.picture is not None:
                methods.extend(self._as_picture(screen, screen.picture))
            else:
                edits = index == 0 and self._can_edit(screen)
                methods.append(self._as_edit(screen) if edits else self._as_message(screen))
        if self.callback_id is not None:
            note = next((note for screen in shown for note in screen.notes), None)
            methods.append(AnswerCallbackQuery(callback_query_id=self.callback_id, text=note))
        return methods

    def forget_message(self) -> list[Shown]:
        """Return what deletes the PIN that the person just typed, or tells them when Telegram will not."""
        if self.message_id is None or self.callback_id is not None:
            return []
        deleted = DeleteMessage(chat_id=self.chat_id, message_id=self.message_id)
        return [
            OrElse(deleted, SendMessage(chat_id=self.chat_id, text=self.t("pin.delete_yourself"), parse_mode="HTML"))
        ]

    def turn_to(self, card: int | None) -> None:
        """Let what is shown next edit `card`, although the person wrote instead of tapping it."""
        if card is not None:
            self.message_id, self.edits = card, True

    async def typed_button(self, number: int) -> str | None:
        """Return the data of the last card's `number`th button (from 1): a typed "1" is the first button."""
        buttons = (await self.state.get_data()).get(_BUTTONS, [])
        return buttons[number - 1] if 0 < number <= len(buttons) else None

    async def _remember_buttons(self, shown: list[Screen]) -> None:
        data = [button.data for screen in shown for row in screen.buttons for button in row if button.data]
        if shown and data != (await self.state.get_data()).get(_BUTTONS, []):
            await self.state.update_data({_BUTTONS: data})

    def _can_edit(self, screen: Screen) -> bool:
        has_file = screen.photo is not None or screen.document is not None
        return self.edits and not (screen.keyboard or screen.remove_keyboard or has_file)

    def _as_edit(self, screen: Screen) -> Method:
        return EditMessageText(
            chat_id=self.chat_id,
            message_id=self.message_id,
            text=screen.text,
            parse_mode="HTML",
            reply_markup=inline_markup(screen),
            link_preview_options=_NO_PREVIEW,
        )

    def _as_picture(self, screen: Screen, plot: Plot) -> list[Shown]:
        """Show a picture with its words below, or the words after it when they are longer than a caption may be."""
        words = self._as_message(screen)
        if len(screen.text) > CAPTION_CHARACTERS:
            return [Pictured(plot, lambda photo: SendPhoto(chat_id=self.chat_id, photo=photo), None), words]
        return [Pictured(plot, lambda photo: self._as_photo(screen, photo), words)]

    def _as_message(self, screen: Screen) -> Method:
        if screen.photo is not None:
            return self._as_photo(screen, _input_file(screen.photo))
        if screen.document is not None:
            return SendDocument(
                chat_id=self.chat_id,
                document=_input_file(screen.document),
                caption=screen.text,
                parse_mode="HTML",
                reply_markup=markup(screen),
            )
        return SendMessage(
            chat_id=self.chat_id,
            text=screen.text,
            parse_mode="HTML",
            reply_markup=markup(screen),
            link_preview_options=_NO_PREVIEW,
        )

    def _as_photo(self, screen: Screen, photo: InputFile) -> Method:
        return SendPhoto(
            chat_id=self.chat_id, photo=photo, caption=screen.text, parse_mode="HTML", reply_markup=markup(screen)
        )


def markup(screen: Screen) -> Markup | None:
    """Return a screen's keyboard as aiogram's: inline buttons, or a reply keyboard, or its removal."""
    if screen.keyboard:
        rows = [[_reply_button(label, screen) for label in row] for row in screen.keyboard]
        return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)
    if screen.remove_keyboard:
        return ReplyKeyboardRemove()
    return inline_markup(screen)


def inline_markup(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return the buttons under a screen as aiogram's, None when there are none."""
    if not screen.buttons:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_inline_button(button) for button in row] for row in screen.buttons])


def _inline_button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=button.text, callback_data=button.data, url=button.url)


def _reply_button(label: str, screen: Screen) -> KeyboardButton:
    return KeyboardButton(text=label, request_contact=True if label == screen.contact_label else None)


def _input_file(file: File) -> BufferedInputFile:
    return BufferedInputFile(file.content, filename=file.name)
