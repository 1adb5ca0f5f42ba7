"""A refusal becomes one sentence in the person's language; an unforeseen fault becomes a sentence with its number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from aiogram.enums import ChatType
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup, EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.methods import markup
from handlers.chat.pin_states import TYPED
from handlers.chat.plain import plain
from handlers.chat.replies import OrElse, Shown
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.chat.screens.outgoing import keyboard_of
from handlers.chat.screens.ways import ask, talk_to_person
from handlers.locales import Translator, language_of, translator

_REMEMBERED: Final = 10_000


class Languages:
    """The language of people seen lately: a refusal is told when their row can no longer be read."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, str] = OrderedDict()

    def remember(self, telegram_id: int, language: str) -> None:
        self._known[telegram_id] = language
        self._known.move_to_end(telegram_id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def of(self, user: User) -> str:
        return self.known(user.id, user.language_code)

    def known(self, telegram_id: int, language_code: str | None) -> str:
        """Return the language of somebody by their number; their telegram's, where they were not seen lately."""
        return self._known.get(telegram_id) or language_of(language_code).code


def pin_forgotten(t: Translator, chat_id: int, message_id: int) -> OrElse:
    """Return what deletes a message with a PIN, or tells its writer to, when Telegram will not."""
    told = SendMessage(chat_id=chat_id, text=t("pin.delete_yourself"), parse_mode="HTML")
    return OrElse(DeleteMessage(chat_id=chat_id, message_id=message_id), told)


class Faults:
    """Says refusals: `faults(error, update, state)` is what dispatch shows. A PIN that was typed goes all the same."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    def __call__(self, error: FinanceError, update: Update, state: str | None = None) -> Sequence[Shown]:
        """Return the sentence for a refusal, as a message, and for a tap as its answer too."""
        return [*self._forgets_pin(update, state), *self._told(error, update)]

    def _forgets_pin(self, update: Update, state: str | None) -> list[Shown]:
        """Return what deletes a PIN or another secret: nobody's handler has run that would have done it."""
        message = update.message or update.edited_message
        is_secret = message is not None and bool(message.text or message.photo or message.document)
        if message is None or not is_secret or state not in TYPED:
            return []
        t = translator(self._languages.of(message.from_user) if message.from_user else "en")
        return [pin_forgotten(t, message.chat.id, message.message_id)]

    def _told(self, error: FinanceError, update: Update) -> list[Shown]:
        tap = update.callback_query
        user = (tap or update.message or update.edited_message or _Nobody).from_user
        if user is None:
            return []
        t = translator(self._languages.of(user))
        screen = refusal(t, error)
        chat = _chat(update)
        if tap is not None and (chat is None or chat.type != ChatType.PRIVATE):
            return [AnswerCallbackQuery(callback_query_id=tap.id, text=plain(screen.text), show_alert=True)]
        if chat is None:
            return []
        if tap is not None and error.code in _TOASTS:
            toast = AnswerCallbackQuery(callback_query_id=tap.id, text=plain(screen.text), show_alert=True)
            return [*_over(tap, screen), toast] if error.code in _OVER else [toast]
        said: list[Shown] = [_message(chat, screen)]
        return [*said, AnswerCallbackQuery(callback_query_id=tap.id)] if tap is not None else said


_TOASTS: Final = frozenset(
    {
        ErrorCode.NOT_YOURS,
        ErrorCode.INTENT_OUTDATED,
        ErrorCode.INTENT_EXPIRED,
        ErrorCode.INTENT_CANCELLED,
        ErrorCode.INTENT,
        ErrorCode.TOO_FAST,
    }
)
"""Refusals of a tap that leave the card as it is: told where the finger is."""
_OVER: Final = frozenset({ErrorCode.INTENT_EXPIRED, ErrorCode.INTENT_CANCELLED, ErrorCode.INTENT})
"""Refusals of a tap on a card that is over: the card says so, and its buttons go."""


class _Nobody:
    from_user: User | None = None


def refusal(t: Translator, error: FinanceError) -> Screen:
    """Return the sentence for a refusal, with a button out of it where there is one.

    Where the person's level is what refuses, it says which one allows more, and leads to how one gets there.
    """
    key = f"error.{error.code}"
    details = {name: _said(value) for name, value in error.details.items()} | _money_details(error)
    if "language" in details:
        details["language"] = language_of(str(details["language"])).name
    said, higher = t(key, **details), error.details.get("next_tier")
    if higher is not None:
        more = t("common.next_level_allows_more", next=higher)
        return Screen(lines(said, more), ((ask(t, "identity.how"),),))
    return Screen(said, _readings(error) or _looked_at(t, error) or _way_out(t, error.code))


def _readings(error: FinanceError) -> tuple[tuple[Button, ...], ...]:
    """The sums that may have been meant, each as an answer to the question for it."""
    readings = error.details.get(_SUMS_IN.get(error.code, ""), ())
    return (tuple(Button(reading, f"ans:{reading}") for reading in readings[:_READINGS]),) if readings else ()


def _looked_at(t: Translator, error: FinanceError) -> tuple[tuple[Button, ...], ...]:
    """The way back to what an operator decides on otherwise: `idcheck:5`, `pinreset:3`."""
    if error.code not in _DECIDED_OTHERWISE:
        return ()
    found = next((f"{tap}:{error.details[name]}" for name, tap in _DECIDED_ON.items() if name in error.details), None)
    return ((Button(t("support.open"), found),),) if found is not None else ()


_DECIDED_OTHERWISE: Final = frozenset({ErrorCode.PICTURES_UNSEEN, ErrorCode.DOCUMENT_OF_ANOTHER})
_OF_BROADCASTS: Final = frozenset(
    {
        *(ErrorCode.OFFER_TEXT, ErrorCode.OFFER_PRICE, ErrorCode.OFFER_WORDS, ErrorCode.OFFER_LONG),
        *(ErrorCode.OFFER_MARKUP, ErrorCode.OFFER_PICTURE_WORDS, ErrorCode.OFFER_IN_USE, ErrorCode.OFFER_PRICE_CHANGED),
        *(ErrorCode.OFFER_WITHOUT_EXAMPLE, ErrorCode.BROADCAST_FEW, ErrorCode.BROADCAST_AUDIENCE),
        *(ErrorCode.BROADCAST_NOT_PUT_UP, ErrorCode.BROADCAST_OUTDATED, ErrorCode.BROADCAST_PROPOSED),
        ErrorCode.BROADCAST_STATE,
    }
)
"""What operators are refused about broadcasts: the way back leads to them."""
_DECIDED_ON: Final = {"check": "idcheck", "reset": "pinreset"}
_READINGS: Final = 3
_SUMS_IN: Final = {ErrorCode.AMOUNT_AMBIGUOUS: "candidates", ErrorCode.AMOUNT_SEVERAL: "values"}


def _way_out(t: Translator, code: ErrorCode) -> tuple[tuple[Button, ...], ...]:
    if code in _OF_BROADCASTS:
        return ((Button(t("broadcasts.to_list"), "do:broadcasts"),),)
    ways = {
        ErrorCode.JOIN_FIRST: Button(t("onboarding.go_on"), "do:join"),
        ErrorCode.INSUFFICIENT_FUNDS: Button(t("menu.topup"), "do:topup"),
        ErrorCode.ACCOUNT_FROZEN: talk_to_person(t),
        ErrorCode.OUTFLOW_LOCKED: Button(t("settings.unlock"), "do:unlock"),
    }
    return ((ways[code],),) if code in ways else ()


def _money_details(error: FinanceError) -> dict[str, Any]:
    """Ledger refusals carry minor units and an asset's code; people read money."""
    asset = ASSETS.get(str(error.details.get("asset")))
    if asset is None:
        return {}
    return {
        name: Money(max(0, error.details[name]), asset) if name == "available" else Money(error.details[name], asset)
        for name in ("available", "requested")
        if isinstance(error.details.get(name), int)
    }


def _said(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return " / ".join(str(each) for each in value)
    return "" if value is None else value


def _message(chat: Chat, screen: Screen) -> SendMessage:
    return SendMessage(chat_id=chat.id, text=screen.text, parse_mode="HTML", reply_markup=markup(keyboard_of(screen)))


def _over(tap: CallbackQuery, screen: Screen) -> list[Shown]:
    """Add to the card that was tapped why it is over, without its buttons."""
    card = tap.message
    if not isinstance(card, Message):
        return []
    if not card.text:
        return [EditMessageReplyMarkup(chat_id=card.chat.id, message_id=card.message_id)]
    text = f"{card.html_text}\n\n{screen.text}"
    return [EditMessageText(chat_id=card.chat.id, message_id=card.message_id, text=text, parse_mode="HTML")]


def _chat(update: Update) -> Chat | None:
    event = update.callback_query.message if update.callback_query else update.message or update.edited_message
    return event.chat if event is not None else None
