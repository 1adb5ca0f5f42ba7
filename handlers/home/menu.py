"""The main menu, help, and what to say when nothing else fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.cases import service as cases
from finance_core.customers.roles import Permission, may
from finance_core.customers.rules import looks_like_a_pin
from finance_core.customers.service import username_of
from finance_core.wallet import queries
from finance_core.wallet.service import sum_of
from handlers.chat.filters import Means
from handlers.chat.meaning import ACT, LATER, NOT_LATER, NOW, Meaning
from handlers.chat.open_cards import without_buttons
from handlers.chat.questions import Slots, ask
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import menu_row
from handlers.chat.talk import Talk
from handlers.chat.topics import Asked, count_unanswered
from handlers.circles.line import OF_CIRCLES
from handlers.home.screens import menu as screens
from handlers.home.topics.circles import of_circles
from handlers.joining.links import forget_all_but_link
from handlers.lines import vocabulary
from handlers.phrases.spoken_commands import TOPIC_OF
from handlers.phrases.unread import unread
from handlers.topics.screens.handing_over import state as case_state
from handlers.wallet.waiting import other_side

FRIENDS: Final = ("@ana", "@bo")
"""Who is paid in examples, and who is where the reader is the first of them."""

DESK: Final = "operator"
"""Where who works at the desk begins."""
FIRST_ROW: Final = 2
"""Buttons in a row of the menu."""
MOST_OFFERED: Final = 3
"""Sends that are offered back, the latest ones."""

router = Router(name="menu")
last_resort = Router(name="last resort")


async def main_menu(talk: Talk) -> Screen:
    """Return the main menu in the person's language: its first row is what they do most."""
    acts = vocabulary().acts
    often = [acts[action] for action in await intents.frequent(talk.unit, talk.customer.id) if action in acts]
    last = DESK if await may(talk.unit, talk.customer.id, Permission.SEE_DESK) else None
    return screens.main(talk.t, arranged(vocabulary().menu, often, last), _friend(talk))


def _friend(talk: Talk) -> str:
    """Return who is paid in the examples: nobody reads there that they pay themselves."""
    usual, other = FRIENDS
    return other if username_of(talk.customer, talk.cipher) == usual.removeprefix("@") else usual


def arranged(rows: Sequence[Sequence[str]], often: Sequence[str], last: str | None = None) -> list[list[str]]:
    """Return the menu's rows with what is done most first, the others after it in their order; none is added to six.

    `last` takes the last place: the desk, for who works at it.
    """
    first = list(dict.fromkeys(often))[:FIRST_ROW]
    usual = [intent for row in rows for intent in row]
    every = [*first, *(intent for intent in usual if intent not in first)][: len(usual)]
    every[-1] = last or every[-1]
    return [every[start : start + FIRST_ROW] for start in range(0, len(every), FIRST_ROW)]


@router.message(Means("menu"))
@router.callback_query(Means("menu"))
async def menu(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the main menu."""
    return await main_menu(talk)


@router.message(Means("help"))
@router.callback_query(Means("help"))
async def help_(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Say what can be done, with the commands, how one's cases stand, and a person; what it costs, if that is asked."""
    if slots.get("hint") == "costs":
        return screens.costs(talk.t)
    own = await cases.lately_of(talk.unit, talk.customer.id)
    states = [(case.id, case_state(talk.t, case, talk.customer.zone)) for case in own]
    at_desk = await may(talk.unit, talk.customer.id, Permission.SEE_DESK)
    return screens.help_(talk.t, _friend(talk), states, at_desk=at_desk)


@router.message(Means("cancel"))
@router.callback_query(Means("cancel"))
async def cancel(event: Message | CallbackQuery, talk: Talk, *, was_asked: bool) -> list[Shown]:
    """Give up whatever is open, a question or a card; say what can still be taken back, as that may have been meant."""
    over = await without_buttons(talk)
    await forget_all_but_link(talk)
    given_up = await intents.cancel_open(talk.unit, talk.customer.id, talk.chat_id)
    sends = [send for send in await queries.waiting(talk.unit, talk.customer.id) if send.sender_id == talk.customer.id]
    waiting = [(sum_of(send), await other_side(talk, send.payee_id), send.token) for send in sends[-MOST_OFFERED:]]
    something = was_asked or given_up > 0
    return [
        *over,
        *await talk.show(screens.cancelled(talk.t, waiting, something=something, joined=talk.customer.has_joined)),
    ]


@router.message(Means("unsure"))
async def unsure(message: Message, talk: Talk, meaning: Meaning) -> Screen:
    """Ask with two or three buttons instead of guessing."""
    in_a_row = await count_unanswered(talk.state)
    return screens.unsure(talk.t, meaning.alternatives[:3], meaning.slots, again=in_a_row > 1)


@router.message(Means(NOT_LATER))
async def not_later(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Say that what is meant for a day ahead can't wait until then; nothing is done, and it may be done now."""
    act = slots[ACT]
    await ask(talk.state, act, NOW, {name: value for name, value in slots.items() if name != ACT})
    return screens.not_later(talk.t, act, slots[LATER])


@router.message(Means("out_of_scope"))
async def out_of_scope(message: Message, talk: Talk, slots: Slots) -> Screen | list[Shown]:
    """Say what can be done here; lending between friends gets a hint at what comes nearest.

    What looks like a PIN that nobody asked for (it was sent twice) does not stay in the chat.
    """
    if talk.is_private and looks_like_a_pin(message.text or ""):
        return [*talk.forget_message(), *await talk.show(screens.stray_pin(talk.t))]
    in_a_row = await count_unanswered(talk.state) if talk.is_private else 0
    kind = unread(message.text or "")
    if kind is not None:
        return screens.unread(talk.t, kind, again=in_a_row > 1)
    return screens.out_of_scope(talk.t, slots.get("hint"), again=in_a_row > 1)


@router.message(Means(*OF_CIRCLES))
async def circle(message: Message, talk: Talk, intent: str) -> Screen:
    """Say by the rules of circles what is wished of one, to who is in none that runs; and where one's circles are."""
    topic = TOPIC_OF.get(intent)
    if topic is None:
        return screens.circle_ways(talk.t)
    answer = await of_circles(talk, Asked(topic, {}))
    return Screen(answer.text, (*((button,) for button in answer.buttons), menu_row(talk.t)))


@last_resort.message()
async def anything_else(message: Message, talk: Talk) -> Screen | None:
    """A voice, a picture, a sticker, a place, what was passed on: what works instead; ignored in a group."""
    if not talk.is_private:
        return None
    kind = next((each for each in screens.UNREAD if each == message.content_type), "other")
    return screens.unread(talk.t, kind if message.forward_origin is None else "forwarded")


@last_resort.edited_message(F.text)
async def edited(message: Message, talk: Talk) -> Screen | list[Shown] | None:
    """A message that was changed after it was read: what it did stands, and that is said. A PIN does not stay."""
    if not talk.is_private:
        return None
    if looks_like_a_pin(message.text or ""):
        return [*talk.forget_message(), *await talk.show(screens.stray_pin(talk.t))]
    return screens.edit_changes_nothing(talk.t)


@last_resort.callback_query()
async def dead_button(callback: CallbackQuery, talk: Talk) -> Screen:
    """A button that leads nowhere: forged, or from a version long gone."""
    return screens.button_is_old(talk.t)
