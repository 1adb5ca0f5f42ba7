"""Asking: the topic's answer in the same unit of work, whether it helped, and what is asked back when unsure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from finance_core.cases.counts import Came, count
from handlers.chat import open_cards
from handlers.chat.filters import Means, Tap
from handlers.chat.meaning import CONFIDENCE, TOPIC, Meaning
from handlers.chat.methods import as_edit_of_buttons
from handlers.chat.questions import Slots
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.groups import ASKS, private_only
from handlers.chat.talk import Talk
from handlers.chat.topics import (
    Answer,
    Asked,
    LastAsked,
    Topics,
    asked_in,
    asked_of,
    count_unanswered,
    followed,
    forget_unanswered,
    guesses_in,
    judge,
    remember_asked,
)
from handlers.home.screens.menu import unread as cant_read
from handlers.lines import vocabulary
from handlers.phrases.asking import EMERGENCIES
from handlers.phrases.unread import unread
from handlers.topics import handing_over
from handlers.topics.screens import asking as screens
from handlers.topics.screens import handing_over as handing_over_screens

_OF_A_LOAN: Final = frozenset({"amount", "asset", "count", "unit"})

router = Router(name="asking")


@router.message(Means("ask"))
@router.callback_query(Means("ask"))
async def ask(
    event: Message | CallbackQuery, talk: Talk, slots: Slots, topics: Topics, *, was_asked: bool = False
) -> Screen:
    """Answer a question, written or tapped. Nothing is done: a question never opens an act's card."""
    return await _answered(event, talk, slots, topics, was_asked=was_asked)


@router.message(CommandStart(deep_link=True, magic=F.args.startswith(ASKS)))
async def ask_by_link(message: Message, talk: Talk, command: CommandObject, topics: Topics) -> Screen:
    """Answer what was asked in a group, where only the two of them read it."""
    topic = (command.args or "").removeprefix(ASKS).replace("-", ".")
    if not talk.is_private:
        return private_only(talk.t, talk.bot_username)
    return await _answered(message, talk, {TOPIC: topic}, topics, was_asked=False)


@router.message(Means("which_topic"))
async def which_topic(message: Message, talk: Talk, slots: Slots, meaning: Meaning) -> Screen:
    """Ask back with up to three questions, where it is not clear which was asked."""
    kind = unread(message.text or "")
    if kind in ("emoji", "language"):
        return cant_read(talk.t, kind)
    asked = asked_of({**slots, TOPIC: ""}, message.text or "")
    guesses = tuple(dict.fromkeys((*guesses_in(slots), *meaning.alternatives)))
    kept = _kept(talk, asked, guesses, slots)
    await remember_asked(talk.state, kept)
    in_a_row = await count_unanswered(talk.state)
    await count(talk.unit, next(iter(guesses), ""), Came.UNSURE)
    return screens.which(talk.t, guesses, asked.slots, kept.mark, again=in_a_row > 1)


@router.callback_query(Tap(screens.JUDGED))
async def judged(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Shown]:
    """Take down whether an answer helped, once; the thumbs go, and what did not help leads on."""
    helped, mark = (*arguments, "", "")[:2]
    asked = asked_in(await talk.state.get_data())
    if asked is not None and asked.mark != mark:
        asked = None
    talk.edits = False
    if helped != "no":
        thanks = AnswerCallbackQuery(callback_query_id=callback.id, text=talk.t("asking.thanks"))
        return [*_without_thumbs(callback), thanks]
    topic, guesses = (asked.topic, asked.guesses) if asked is not None else ("", ())
    if asked is not None and not asked.is_judged:
        await judge(talk.state, asked)
        await count(talk.unit, topic, Came.NOT_HELPED)
    others = screens.not_helped(talk.t, _besides(topic, guesses), topic, mark)
    return [*_without_thumbs(callback), *await talk.show(others)]


async def _answered(
    event: Message | CallbackQuery, talk: Talk, slots: Slots, topics: Topics, *, was_asked: bool
) -> Screen:
    before = followed(await talk.state.get_data(), talk.unit.now)
    asked = await _of_the_card(talk, asked_of(slots, await _words(event, talk, slots.get(TOPIC, ""))))
    guesses = tuple(guess for guess in guesses_in(slots) if guess != asked.topic)
    kept = _kept(talk, asked, guesses, slots)
    topic = topics.get(asked.topic)
    if topic is None:
        await remember_asked(talk.state, kept)
        await count_unanswered(talk.state)
        known = asked.topic if asked.topic in vocabulary().topics else ""
        await count(talk.unit, known, Came.UNSURE)
        return screens.no_answer(talk.t, known, kept.mark)
    answer = await topic.answer(talk, asked)
    kept = kept.naming(handing_over.references_of(answer, kept.text))
    await remember_asked(talk.state, kept)
    await forget_unanswered(talk.state)
    await count(talk.unit, topic.name, Came.ASKED)
    is_emergency = topic.name in EMERGENCIES and bool(kept.text)  # told, and not just asked by a button
    if topic.name in handing_over.AT_ONCE or is_emergency:
        return await _handed_over(talk, answer, kept, before, was_asked=was_asked)
    return screens.answer(talk.t, answer.text, answer.buttons, topic.name, kept.mark)


async def _handed_over(
    talk: Talk, answer: Answer, asked: LastAsked, before: LastAsked | None, *, was_asked: bool
) -> Screen:
    """Show an answer that a person follows at once. Who just asks for somebody means what they asked before."""
    goes_on = asked.topic == handing_over.HUMAN and before is not None and before.topic not in handing_over.AT_ONCE
    about = before.with_words(asked.text) if goes_on and before is not None else asked
    question = handing_over.question_of(about)
    case = await handing_over.handed_over(talk, question, about.mark)
    asks = question.topic == handing_over.HUMAN and not was_asked
    told = await handing_over.told(talk, case, asks=asks)
    return handing_over_screens.answered_at_once(talk.t, answer.text, answer.buttons, case, told)


def _kept(talk: Talk, asked: Asked, guesses: tuple[str, ...], slots: Slots) -> LastAsked:
    source, confidence = talk.message_id or 0, slots.get(CONFIDENCE, "")
    return LastAsked(asked.topic, asked.slots, talk.unit.now, source, asked.text, guesses, confidence)


async def _of_the_card(talk: Talk, asked: Asked) -> Asked:
    """Return a question about a loan with the sum and the time of the loan's card that is open, where it says none."""
    offered = open_cards.offered_in(await talk.state.get_data())
    is_open = offered is not None and offered.said is not None and talk.unit.now < offered.until
    if not is_open or not asked.topic.startswith("loan.") or asked.slots.keys() & _OF_A_LOAN:
        return asked
    assert offered is not None
    assert offered.said is not None
    act, said = offered.said
    if act != "borrow":
        return asked
    return replace(asked, slots={**asked.slots, **{name: said[name] for name in _OF_A_LOAN if name in said}})


async def _words(event: Message | CallbackQuery, talk: Talk, topic: str) -> str:
    """Return the question as it was written, at first where it had to be asked back; empty where a button asked it."""
    if isinstance(event, Message):
        return "" if (event.text or "").startswith("/") else event.text or ""
    unclear = asked_in(await talk.state.get_data())
    return unclear.text if unclear is not None and not unclear.topic and topic in unclear.guesses else ""


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
    shown = card.reply_markup.inline_keyboard
    # made anew, as what Telegram gave holds the bot, and a reply that is owed is kept
    rows = tuple(tuple(Button(each.text, each.callback_data, each.url) for each in row) for row in shown)
    kept = tuple(row for row in rows if not any((each.data or "").startswith(screens.JUDGED) for each in row))
    if len(kept) == len(rows):
        return []
    return [as_edit_of_buttons(card.chat.id, card.message_id, kept)]
