"""Asking: the topic's answer in the same unit of work, whether it helped, and what is asked back when unsure."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.methods import AnswerCallbackQuery, EditMessageReplyMarkup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.chat.filters import Means, Tap
from handlers.chat.meaning import Meaning
from handlers.chat.questions import Slots
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.screens.groups import ASKS, private_only
from handlers.chat.talk import Talk
from handlers.chat.topics import (
    CONFIDENCE,
    TOPIC,
    Asked,
    LastAsked,
    Topics,
    asked_in,
    asked_of,
    count_unanswered,
    forget_unanswered,
    guesses_in,
    remember_asked,
)
from handlers.lines import vocabulary
from handlers.topics.screens import asking as screens

router = Router(name="asking")


@router.message(Means("ask"))
@router.callback_query(Means("ask"))
async def ask(event: Message | CallbackQuery, talk: Talk, slots: Slots, topics: Topics) -> Screen:
    """Answer a question, written or tapped. Nothing is done: a question never opens an act's card."""
    return await _answered(event, talk, slots, topics)


async def _answered(event: Message | CallbackQuery, talk: Talk, slots: Slots, topics: Topics) -> Screen:
    asked = asked_of(slots, await _words(event, talk, slots.get("topic", "")))
    kept = _kept(asked, talk, slots)
    await remember_asked(talk.state, kept)
    topic = topics.get(asked.topic)
    if topic is None:
        await count_unanswered(talk.state)
        return screens.no_answer(talk.t, asked.topic if asked.topic in vocabulary().topics else "", kept.mark)
    answer = await topic.answer(talk, asked)
    await forget_unanswered(talk.state)
    return screens.answer(talk.t, answer.text, answer.buttons, topic.name, kept.mark)


@router.message(CommandStart(deep_link=True, magic=F.args.startswith(ASKS)))
async def ask_by_link(message: Message, talk: Talk, command: CommandObject, topics: Topics) -> Screen:
    """Answer what was asked in a group, where only the two of them read it."""
    topic = (command.args or "").removeprefix(ASKS).replace("-", ".")
    if not talk.is_private:
        return private_only(talk.t, talk.bot_username)
    return await _answered(message, talk, {TOPIC: topic}, topics)


@router.message(Means("which_topic"))
async def which_topic(message: Message, talk: Talk, slots: Slots, meaning: Meaning) -> Screen:
    """Ask back with up to three questions, where it is not clear which was asked."""
    asked = asked_of(slots, message.text or "")
    guesses = tuple(dict.fromkeys((*guesses_in(slots), *meaning.alternatives)))
    kept = LastAsked("", asked.slots, talk.unit.now, asked.text, guesses, slots.get(CONFIDENCE, ""))
    await remember_asked(talk.state, kept)
    in_a_row = await count_unanswered(talk.state)
    return screens.which(talk.t, guesses, asked.slots, kept.mark, again=in_a_row > 1)


@router.callback_query(Tap(screens.JUDGED))
async def judged(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Shown]:
    """Take down whether an answer helped; the thumbs go, and what did not help leads on."""
    helped, mark = (*arguments, "", "")[:2]
    asked = asked_in(await talk.state.get_data())
    is_latest = asked is not None and asked.mark == mark
    talk.edits = False
    if helped != "no":
        return [
            *_without_thumbs(callback),
            AnswerCallbackQuery(callback_query_id=callback.id, text=talk.t("asking.thanks")),
        ]
    topic = asked.topic if asked is not None and is_latest else ""
    others = asked.guesses if asked is not None and is_latest else ()
    return [
        *_without_thumbs(callback),
        *await talk.show(screens.not_helped(talk.t, _besides(topic, others), topic, mark)),
    ]


@router.message(Means("talk_to_person"))
@router.callback_query(Means("talk_to_person"))
async def talk_to_person(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Hand a question over to a person."""
    return Screen(talk.t("asking.no_answer"))


async def _words(event: Message | CallbackQuery, talk: Talk, topic: str) -> str:
    """Return the question as it was written, at first where it had to be asked back; empty where a button asked it."""
    if isinstance(event, Message):
        return "" if (event.text or "").startswith("/") else event.text or ""
    unclear = asked_in(await talk.state.get_data())
    return unclear.text if unclear is not None and not unclear.topic and topic in unclear.guesses else ""


def _kept(asked: Asked, talk: Talk, slots: Slots) -> LastAsked:
    guesses = tuple(guess for guess in guesses_in(slots) if guess != asked.topic)
    return LastAsked(asked.topic, asked.slots, talk.unit.now, asked.text, guesses, slots.get(CONFIDENCE, ""))


def _besides(topic: str, guesses: tuple[str, ...]) -> list[str]:
    """Return what else may have been meant: the other guesses, then the topic's neighbours."""
    family = topic.partition(".")[0]
    neighbours = [name for name in sorted(vocabulary().topics) if name.partition(".")[0] == family]
    return [name for name in dict.fromkeys((*guesses, *neighbours)) if name != topic][: screens.MOST_OFFERED]


def _without_thumbs(callback: CallbackQuery) -> list[Shown]:
    """Return what takes the thumbs from the answer that was tapped."""
    card = callback.message
    if not isinstance(card, Message) or card.reply_markup is None:
        return []
    rows = card.reply_markup.inline_keyboard
    kept = [row for row in rows if not any((button.callback_data or "").startswith(screens.JUDGED) for button in row)]
    if len(kept) == len(rows):
        return []
    markup = InlineKeyboardMarkup(inline_keyboard=kept)
    return [EditMessageReplyMarkup(chat_id=card.chat.id, message_id=card.message_id, reply_markup=markup)]
