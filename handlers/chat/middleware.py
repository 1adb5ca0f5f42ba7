"""Before a handler: what somebody means. After it: screens become methods."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from finance_core.customers.queries import by_telegram_id
from finance_core.customers.rules import looks_like_a_pin
from finance_core.kernel.errors import FinanceError, IntegrityFault, InvalidInput
from handlers.chat import open_cards
from handlers.chat.answers import continues
from handlers.chat.asked_back import asked_back
from handlers.chat.corrections import correction_of, marked
from handlers.chat.faults import refusal
from handlers.chat.follow_ups import before, follow_up
from handlers.chat.forms import form_in
from handlers.chat.meaning import (
    OUT_OF_SCOPE,
    TOPIC,
    UNREAD,
    UNSURE,
    Meaning,
    as_said,
    asks_for_number,
    command_to,
    is_open_to_all,
    meaning_of,
    meaning_of_tap,
)
from handlers.chat.mentions import in_words, read_in
from handlers.chat.pin_states import NewPin, PinEntry, PinSetup, leave_step
from handlers.chat.questions import Question, pending, settle
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines
from handlers.chat.screens.groups import private_only, told_privately
from handlers.chat.slot_values import count_said
from handlers.chat.talk import Talk
from handlers.chat.topics import forget_unanswered
from handlers.lines import vocabulary
from handlers.phrases.follow_ups import asks_of_this
from handlers.phrases.said import Said

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


_NOT_UNDERSTOOD: Final = frozenset({OUT_OF_SCOPE, UNSURE, "which_topic", UNREAD})
"""What is counted until something is understood again: two in a row lead to a person."""


class WhatIsMeant(BaseMiddleware):
    """Gives `meaning`: the intent and slots of a private message or of a tap, None where another filter decides.

    And `was_asked`: whether a question, or a step such as the PIN, was open when it came.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        talk: Talk = data["talk"]
        if not talk.is_private:
            return await _in_a_group(handler, event, data)
        written = _written_by(event, talk)
        text = as_said(written, talk.customer.language) if written is not None else None
        question = await pending(talk.state)
        data["was_asked"] = question is not None or data.get("raw_state") is not None
        if text is not None and not data["was_asked"]:
            question = await asked_back(talk, text)
        if data.get("raw_state") is not None:
            await self._in_a_step(event, text, talk, data)
        if data.get("raw_state") is None and "meaning" not in data:
            data["meaning"] = await self._meaning(event, text, talk, question)
        if data.get("meaning") is not None and talk.mentioned:
            data["meaning"] = in_words(talk, data["meaning"])
        return await handler(event, data)

    async def _in_a_step(self, event: TelegramObject, text: Said | None, talk: Talk, data: dict[str, Any]) -> None:
        """Leave a step (a PIN, an operator's reason) that is broken off; look elsewhere without leaving it."""
        meaning = _beside_a_step(event, text, data["raw_state"])
        if meaning is not None and vocabulary().intent(meaning.intent).look:
            data["meaning"], data["raw_state"] = meaning, None
            if "card" in await talk.state.get_data():
                await talk.state.update_data(card=None)
        elif meaning is not None and isinstance(event, CallbackQuery) and meaning.intent == "cancel":
            data["meaning"] = meaning
        elif meaning is not None:
            await leave_step(talk.state)
            data["raw_state"] = None

    async def _meaning(
        self, event: TelegramObject, text: Said | None, talk: Talk, question: Question | None
    ) -> Meaning | None:
        if isinstance(event, CallbackQuery):
            return meaning_of_tap(event.data or "", question)
        if text is None:
            return Meaning(UNREAD) if isinstance(event, Message) and event.contact is None else None
        count = count_said(text.text) if question is None else None
        button = await talk.counted_button(count) if count is not None else None
        counted = meaning_of_tap(button, question) if button is not None else None
        correction = await correction_of(talk, text, counted) if question is None else None
        if correction is not None:
            meaning, talk.changed = correction
            return meaning
        if counted is not None:
            return counted
        number = text.text.strip()
        if number.isdecimal() and not asks_for_number(question):
            typed = await talk.typed_button(int(number[:3]))
            if typed is not None and typed.startswith(("do:", "ans:")):
                return meaning_of_tap(typed, question)
        last = before(await talk.state.get_data(), talk.unit.now) if question is None else None
        going_on = follow_up(text, *last) if last is not None else None
        return going_on or meaning_of(text, question)


class AnsweredQuestion(BaseMiddleware):
    """Forgets the open question once a handler is about to run; the handler asks anew if it still lacks something.

    What only looks at how things stand forgets nothing: the form comes back after it. A refused answer leaves the
    question standing. Where something else was said, its refusal must not bring the old question back: the next sum
    would go to whom that was about.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        meaning, talk = data.get("meaning"), data["talk"]
        if meaning is None:
            talk.left_open = await pending(talk.state)
            return await handler(event, data)
        if meaning.intent not in _NOT_UNDERSTOOD:
            await forget_unanswered(talk.state)
        if data.get("was_asked") and vocabulary().intent(meaning.intent).look:
            talk.left_open = await pending(talk.state)
            return await _and_back(handler, event, data)
        question = await pending(talk.state)
        form = await talk.form_at() if question is not None and isinstance(event, Message) else None
        await settle(talk.state)
        is_answer = question is None or (meaning.intent == question.intent and continues(meaning.slots, question))
        talk.answered = question if is_answer else None
        talk.meant = (meaning.intent, meaning.slots)
        runs = handler if is_answer or not isinstance(event, Message) else partial(_without_question, handler)
        shown = await runs(event, data)
        return [*shown, *talk.without_buttons(form)] if isinstance(shown, list) else shown


class Shows(BaseMiddleware):
    """Turns what a handler returns, a screen or several, into the methods that show it."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        result = await handler(event, data)
        screens = [result] if isinstance(result, Screen) else result
        if not isinstance(screens, list) or not all(isinstance(screen, Screen) for screen in screens):
            return result
        talk: Talk = data["talk"]
        complaint = getattr(data.get("meaning"), "complaint", None)
        if complaint is not None and screens:
            screens[0] = await _complaining(talk, complaint, screens[0])
        elif screens:
            screens[0] = marked(talk, talk.changed, screens[0])
        expired = await open_cards.of_what_expired(talk)
        return [*expired, *await talk.show(*screens)]


class EditedCards(BaseMiddleware):
    """Takes an edited message for a new one where it made a card that is open: the card then says what it says."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Update) and (edited := event.edited_message) is not None:
            card = await self._card_of(edited, data)
            if card is not None:
                data["card"] = card
                event = Update(update_id=event.update_id, message=edited)
        return await handler(event, data)

    async def _card_of(self, edited: Message, data: dict[str, Any]) -> int | None:
        """Return the message that shows the card that an edited message made, once that is given up; or None."""
        unit, state, anchored = data["unit"], data["state"], data.get("anchored")
        if edited.text is None or looks_like_a_pin(edited.text) or edited.chat.type != ChatType.PRIVATE:
            return None
        customer = await by_telegram_id(unit, edited.chat.id)
        if customer is None or anchored is None:
            return None
        card = await open_cards.shown_at(state, partial(anchored, edited.chat.id))
        if card is None or not await open_cards.reopen(unit, state, edited.message_id, customer.id):
            return None
        return card


def _written_by(event: TelegramObject, talk: Talk) -> str | None:
    """Return what somebody wrote themselves, under a photo as well; None where it is no text of theirs."""
    if not isinstance(event, Message) or event.forward_origin is not None:
        return None
    return read_in(event, talk) if event.text or (event.caption and event.photo) else None


async def _and_back(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Show what was asked for beside the form that is open, then the form again, where nothing else is asked now."""
    talk: Talk = data["talk"]
    form = form_in(await talk.state.get_data())
    asked = await pending(talk.state), await talk.state.get_state()
    at = await talk.form_at()
    shown = await handler(event, data)
    is_asked_still = (await pending(talk.state), await talk.state.get_state()) == asked
    if form is None or not is_asked_still or not isinstance(shown, list):
        return shown
    return [*shown, *await talk.ask_again(form), *talk.without_buttons(at)]


async def _without_question(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Run a handler; tell its refusal here, so that the question which was left is forgotten all the same."""
    talk: Talk = data["talk"]
    state, standing = await talk.state.get_state(), await talk.state.get_data()
    try:
        async with talk.unit.session.begin_nested():
            return await handler(event, data)
    except IntegrityFault:
        raise
    except FinanceError as refused:
        await talk.state.set_state(state)
        await talk.state.set_data(standing)
        return await talk.show(refusal(talk.t, refused))


async def _complaining(talk: Talk, complaint: InvalidInput, screen: Screen) -> Screen:
    """Say first what was wrong with the sum; where that is what the screen asks for, the sentence asks for it."""
    said, question = refusal(talk.t, complaint), await pending(talk.state)
    if question is not None and question.slot == "amount":
        return replace(screen, text=said.text, buttons=said.buttons or screen.buttons)
    return replace(screen, text=lines(said.text, "", screen.text))


async def _in_a_group(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Answer where others read along: help is for all, what is anybody's own is told in private."""
    talk: Talk = data["talk"]
    if isinstance(event, CallbackQuery):
        if (event.data or "").partition(":")[0] in vocabulary().group_taps:
            return await handler(event, data)
        return talk.toast(talk.t("common.private_only"))
    written = read_in(event, talk) if isinstance(event, Message) else ""
    if not written.startswith("/"):
        named = _said_to_the_bot(talk, written)
        if not _works_in_words(named):
            return await talk.show(_asked_in_a_group(talk, named))
        data["meaning"] = in_words(talk, named)
        return await handler(event, data)
    command = command_to(talk.bot_username, written)
    if command is not None and is_open_to_all(command):
        data["meaning"] = in_words(talk, _meaning_in_group(command, written, talk))
        return await handler(event, data)
    return await talk.show(private_only(talk.t, talk.bot_username)) if command is not None else None


def _meaning_in_group(command: str, written: str, talk: Talk) -> Meaning:
    """Return what a command means in a group: what follows it is read where the command reads it."""
    known = vocabulary().commands[command]
    if known.opens is None and known.reader is None:
        return Meaning(command)
    return meaning_of(as_said(written, talk.customer.language), None)


def _said_to_the_bot(talk: Talk, text: str) -> Meaning:
    """Return what is meant by words that name the bot or answer it."""
    without = re.sub(f"@{re.escape(talk.bot_username)}", "", text, flags=re.IGNORECASE)
    return meaning_of(as_said(without.strip(), talk.customer.language), None)


def _works_in_words(meaning: Meaning) -> bool:
    """Say whether what is meant is done in groups, and is said whole: a bill (AA), a packet, a request."""
    command = vocabulary().commands.get(meaning.intent)
    return command is not None and command.opens is None and is_open_to_all(meaning.intent)


def _asked_in_a_group(talk: Talk, meaning: Meaning) -> Screen:
    """Say that what the bot was asked before others is told in private: the link asks it there."""
    topic = meaning.slots.get(TOPIC) if meaning.intent == "ask" else None
    return told_privately(talk.t, talk.bot_username, topic if topic in vocabulary().topics else None)


def _beside_a_step(event: TelegramObject, text: Said | None, step: str) -> Meaning | None:
    """Return what a person in the middle of a step turns to on purpose, None for what the step itself takes.

    A command, a button that opens something, a cancel, locking. Beside a PIN there is nothing that one would write in
    one's own words, so a question that is asked there is one; one that names nothing is about what the PIN would sign.
    """
    if isinstance(event, CallbackQuery):
        return meaning_of_tap(event.data or "", None)
    if text is None:
        return None
    if step.startswith(PinEntry.__name__) and asks_of_this(text.folded):
        return None
    meaning = meaning_of(text, None)
    is_look = vocabulary().intent(meaning.intent).look and meaning.intent not in _NOT_UNDERSTOOD
    is_of_a_pin = step.startswith((PinEntry.__name__, PinSetup.__name__, NewPin.__name__))
    is_on_purpose = text.text.startswith("/") or meaning.intent in ("cancel", "lock", "unlock")
    return meaning if is_on_purpose or (is_of_a_pin and is_look) else None
