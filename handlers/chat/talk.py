"""One turn of a conversation: who talks, in which unit of work, and how what they get is shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup, EditMessageText, TelegramMethod

from finance_core.customers.models import Customer
from finance_core.groups.models import GroupChat
from finance_core.intents import Intent, note_shown
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, RuleViolation
from finance_core.notices import carried
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from finance_core.wallet.rails import Rail
from handlers.chat import brief, forms, receipts
from handlers.chat.faults import pin_forgotten
from handlers.chat.methods import as_edit, as_shown
from handlers.chat.plain import plain
from handlers.chat.questions import Question, Slots, pending
from handlers.chat.replies import Anchored, Carries, OrElse, Shown
from handlers.chat.screens.base import CALLBACK_BYTES, Button, Screen
from handlers.chat.screens.cards import simple, with_cancel
from handlers.chat.screens.outgoing import in_words, outgoing
from handlers.chat.support import Support
from handlers.locales import Translator

_BUTTONS: Final = "buttons"
_BEHIND: Final = "behind"
"""What stands behind buttons of the last card: by the data of each, the data of those that a tap leads to."""
_COUNT_OFFERED: Final = re.compile(r"(?<=^do:)(.*):count=\d+")
ANSWER: Final = "ans:"
OFFERED: Final = "offered"
"""Under which a conversation's data has the latest card with Confirm (`open_cards`)."""
CARD: Final = "card"
"""The name under which it is noted which message shows that card."""
PAD: Final = "pad"
"""The name under which it is noted which message shows the PIN's keypad, where that is a new one."""
_CONFIRM: Final = "ok:"
_KEY: Final = "key:"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was said otherwise than before; `before` is None where it was not said."""

    slot: str
    before: str | None
    now: str


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
    group: GroupChat | None = None
    """The group in which it is said or tapped."""
    inline_id: str | None = None
    """The message of inline mode whose button was tapped: its chat is nobody's to know."""
    tapped_in: int | None = None
    """The chat of the message that was sent or tapped: of an old button, not where its group lives now."""
    message_id: int | None = None
    """The message that was sent or, for a tap, the card whose button was tapped."""
    callback_id: str | None = None
    """The tap to answer; None for a message."""
    checks: dict[str, Any] = field(default_factory=dict)
    """What was settled before the transaction began: a PIN's check, a new PIN's hash."""
    bot_username: str = ""
    institution: str = ""
    """The lender's name, as papers say it; empty: papers say what it is."""
    support: Support = field(default_factory=Support)
    """When people answer, and whom one may call."""
    rail: Rail | None = None
    """How money comes in and goes out; None: not at all."""
    made_by: int | None = None
    """The message of the person that this turn answers, however it is shown; None for a tap."""
    meant: tuple[str, Slots] | None = None
    """The intent of this turn, with its slots."""
    mentioned: dict[str, str] = field(default_factory=dict)
    """How those were written who are mentioned without a @username, by what stands for them (`mentions`)."""
    changed: tuple[Change, ...] = ()
    """What the person's text has changed of the open card."""
    answered: Question | None = None
    """The question that was open and that this turn's message answers."""
    left_open: Question | None = None
    """The question that stays open beside what this turn shows: nothing of that asks it."""
    anchored: Callable[[int, str], Awaitable[int | None]] | None = None
    """Gives the message that shows a thing in a chat, by its name."""
    unplaced: Callable[[int, str], Awaitable[list[int]]] | None = None
    """Gives the messages that show things in a chat whose names begin so; they are noted no longer."""
    cards: dict[str, Intent] = field(default_factory=dict)
    """The intents whose cards this turn draws, by their tokens."""
    taken_out: list[int] = field(default_factory=list)
    """Messages that go with what this turn shows."""
    _brief: int = 0
    """How many messages that stay for an hour this turn has shown."""
    edits: bool = False
    """Whether the first screen shown edits a card: for a tap (a picture has no text to edit), and after `turn_to`."""

    def require_joined(self) -> None:
        """Refuse who has not finished joining. Raises NotAllowed: `join_first`."""
        if not self.customer.has_joined:
            raise NotAllowed(ErrorCode.JOIN_FIRST)

    def require_rail(self) -> Rail:
        """Return the rail over which money moves in the chat. Raises RuleViolation: `no_rail`."""
        if self.rail is None or not self.rail.settles_at_once:
            raise RuleViolation(ErrorCode.NO_RAIL)
        return self.rail

    async def show(self, *screens: Screen | None) -> list[Shown]:
        """Return what shows `screens`: the first edits the tapped card, the others are new messages."""
        if self.callback_id is not None and not self.is_private:
            return [self.toast(*(screen for screen in screens if screen is not None))]
        question = await pending(self.state)
        carrying = [self._carrying(screen) for screen in screens if screen is not None]
        if question is not None and question != self.left_open and carrying:
            carrying[-1] = with_cancel(self.t, carrying[-1])
        shown = [_marked(self._as_wanted(screen), question) for screen in carrying]
        self._note_cards(carrying)
        await self._remember_form(carrying, question)
        await self._remember_buttons(shown)
        methods: list[Shown] = [DeleteMessage(chat_id=self.chat_id, message_id=each) for each in self.taken_out]
        self.taken_out.clear()
        for index, screen in enumerate(shown):
            is_form = question is not None and index == len(shown) - 1
            if index == 0 and self._can_edit(screen):
                methods.append(await self._waited_for(screen, as_edit(self.chat_id, self.message_id, screen)))
                await self._remember_card(screen, self.message_id)
            else:
                *before, last = self._sent(screen, is_form=is_form)
                methods += [*before, await self._waited_for(screen, last)]
                await self._remember_card(screen, None)
        if self.callback_id is not None:
            note = next((note for screen in shown for note in screen.notes), None)
            methods.append(AnswerCallbackQuery(callback_query_id=self.callback_id, text=note))
        return methods

    def privately(self, screen: Screen) -> list[Shown]:
        """Return what shows a screen in the private chat of who talks here, wherever that is."""
        return [as_shown(self.customer.chat_id, item) for item in outgoing(screen)]

    def toast(self, *screens: Screen | str, alert: bool = True) -> AnswerCallbackQuery:
        """Answer the tap in words that only who tapped can read: a screen's note, or its text without markup."""
        said = [screen if isinstance(screen, str) else (*screen.notes, screen.text)[0] for screen in screens]
        text = plain(said[0]) if said else None
        return AnswerCallbackQuery(callback_query_id=self.callback_id or "", text=text, show_alert=alert and bool(text))

    def _note_cards(self, screens: list[Screen]) -> None:
        """Keep with each intent what its card says: the PIN is typed under those words."""
        for screen in screens:
            for token in confirmed_by(screen):
                if token in self.cards:
                    note_shown(self.cards[token], self.cipher, screen.text)

    def _carrying(self, screen: Screen) -> Screen:
        """Return a screen that names what moved in this turn as the receipt of it."""
        own = receipts.on_card(self.unit, self.customer.id, screen) if self.is_private and not screen.carries else []
        return receipts.carrying(screen, own, self.t, self.cipher) if own else screen

    async def _waited_for(self, screen: Screen, shown: Shown) -> Shown:
        """Let the receipts that a screen carries wait for it to be shown."""
        if not screen.carries or isinstance(shown, (OrElse, Carries)):
            return shown
        await carried.hold(self.unit, screen.carries)
        edited = shown.message_id if isinstance(shown, EditMessageText) else None
        below = simple(self.t("common.receipt_below"), self.t)
        otherwise = as_edit(self.chat_id, edited, below) if edited is not None else None
        return Carries(shown, self.chat_id, screen.carries, otherwise)

    def _as_wanted(self, screen: Screen) -> Screen:
        """Return a screen as the person wants theirs: in words alone, where they say so and nobody else reads it."""
        return in_words(screen) if self.customer.plain and self.is_private else screen

    def _sent(self, screen: Screen, *, is_form: bool = False) -> list[Shown]:
        """Return what sends a screen. Where a card with Confirm and what asks with buttons end up is noted.

        They may be edited later, or lose their buttons.
        """
        sent = [as_shown(self.chat_id, item) for item in outgoing(screen)]
        name = _name_of(screen) or (forms.FORM if is_form and screen.buttons else None)
        if screen.protected:
            self._brief += 1
            name = brief.name_of(self.unit.now, f"{self.callback_id or self.message_id}:{self._brief}")
        if name is not None and isinstance(sent[-1], TelegramMethod):
            sent[-1] = Anchored(sent[-1], name)
        return sent

    async def _remember_card(self, screen: Screen, message: int | None) -> None:
        offered = (await self.state.get_data()).get(OFFERED)
        if _has_confirm(screen) and offered is not None:
            await self.state.update_data({OFFERED: {**offered, "at": message, "shown": True}})

    async def ask_again(self, form: Screen) -> list[Shown]:
        """Return what shows an open form once more, as a new message, after something else was shown."""
        await forms.remember(self.state, form)
        shown = _marked(self._as_wanted(form), await pending(self.state))
        await self._remember_buttons([shown])
        return self._sent(shown, is_form=True)

    async def form_at(self) -> int | None:
        """Return the message that shows the open form with its buttons; None where there is none."""
        return None if self.anchored is None else await forms.shown_at(self.state, partial(self.anchored, self.chat_id))

    def without_buttons(self, message: int | None) -> list[Shown]:
        """Return what takes the buttons of a message whose question was answered in words, or left."""
        if message is None or message == self.message_id:
            return []
        return [EditMessageReplyMarkup(chat_id=self.chat_id, message_id=message, reply_markup=None)]

    def forget_message(self) -> list[Shown]:
        """Return what deletes the PIN that the person just typed, or tells them when Telegram will not."""
        if self.message_id is None or self.callback_id is not None:
            return []
        return [pin_forgotten(self.t, self.chat_id, self.message_id)]

    async def take_out_pictures(self) -> None:
        """Let the pictures that were opened in this chat go from it, with what this turn shows."""
        if self.unplaced is not None:
            self.taken_out.extend(await self.unplaced(self.chat_id, brief.PREFIX))

    def turn_to(self, card: int | None) -> None:
        """Let what is shown next edit `card`, although the person wrote instead of tapping it."""
        if card is not None:
            self.message_id, self.edits = card, True

    async def typed_button(self, number: int) -> str | None:
        """Return the data of the last card's `number`th button (from 1): a typed "1" is the first button.

        Where that button offers a count ("12 instalments") or leads to some ("Other terms"), the number is a count as
        well: 4 is not the fourth offer.
        """
        kept = await self.state.get_data()
        buttons = kept.get(_BUTTONS, [])
        data: str | None = buttons[number - 1] if 0 < number <= len(buttons) else None
        data = next(iter(kept.get(_BEHIND, {}).get(data, [])), data)
        return _COUNT_OFFERED.sub(rf"\1:count={number}", data) if data is not None else None

    async def counted_button(self, count: int) -> str | None:
        """Return the data of the last card's button, or one behind it, that offers `count` of something: 12期."""
        offers = f":count={count}"
        kept = await self.state.get_data()
        buttons = [*kept.get(_BUTTONS, []), *(data for behind in kept.get(_BEHIND, {}).values() for data in behind)]
        return next((data for data in buttons if data.startswith("do:") and f"{data}:".find(f"{offers}:") > 0), None)

    async def _remember_form(self, screens: list[Screen], question: Question | None) -> None:
        """Keep the last of the screens while something is asked: it is what asks."""
        is_asked = question is not None or await self.state.get_state() is not None
        if screens and is_asked:
            edited = self.message_id if len(screens) == 1 and self._can_edit(screens[0]) else None
            await forms.remember(self.state, screens[-1], edited)
        elif not is_asked:
            await forms.forget(self.state)

    async def _remember_buttons(self, shown: list[Screen]) -> None:
        buttons = [button for screen in shown for row in screen.buttons for button in row if button.data]
        data = [button.data for button in buttons]
        behind = {button.data: list(button.behind) for button in buttons if button.behind}
        kept = await self.state.get_data()
        if shown and (data, behind) != (kept.get(_BUTTONS, []), kept.get(_BEHIND, {})):
            await self.state.update_data({_BUTTONS: data, _BEHIND: behind})

    def _can_edit(self, screen: Screen) -> bool:
        has_file = screen.photo is not None or screen.document is not None or screen.picture is not None
        return self.edits and not (screen.keyboard or screen.remove_keyboard or has_file)


def _name_of(screen: Screen) -> str | None:
    """Return under which name it is noted where a screen ends up, None where nobody asks."""
    has_keys = any((button.data or "").startswith(_KEY) for row in screen.buttons for button in row)
    return PAD if has_keys else CARD if _has_confirm(screen) else None


def _has_confirm(screen: Screen) -> bool:
    return bool(confirmed_by(screen))


def confirmed_by(screen: Screen) -> list[str]:
    """Return the tokens of the intents that a screen's buttons confirm."""
    every = [button.data or "" for row in screen.buttons for button in row]
    return [data.split(":")[1] for data in every if data.startswith(_CONFIRM)]


def _marked(screen: Screen, question: Question | None) -> Screen:
    """Put the open question's mark on the buttons that answer it, where it fits."""
    if question is None:
        return screen
    return replace(screen, buttons=tuple(tuple(_with_mark(each, question) for each in row) for row in screen.buttons))


def _with_mark(button: Button, question: Question) -> Button:
    data = f"{button.data}:{question.mark}"
    is_answer = (button.data or "").startswith(ANSWER) and len(data.encode()) <= CALLBACK_BYTES
    return replace(button, data=data) if is_answer else button
