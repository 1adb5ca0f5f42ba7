"""Audiences at the desk: listed, counted, written as text and saved by who may propose broadcasts."""

from __future__ import annotations

from typing import Any, Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.customers.consents import Topic
from finance_core.customers.roles import Permission, may
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.lines import FACTS, OFFER_CHECKS
from finance_core.offers.audiences import service
from finance_core.offers.audiences.counting import About, Counted, count, sees_exactly
from finance_core.offers.audiences.question import Question, restored, stored
from finance_core.offers.audiences.service import Saved
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.offers.names import names
from handlers.desk.offers.questions import read_question
from handlers.desk.offers.screens import audiences as screens

router = operators_only(Router(name="audiences"))
COUNTS: Final = needs(Permission.SEE_COUNTS)
WRITES: Final = needs(Permission.PROPOSE_BROADCAST)


class Audiences(StatesGroup):
    """What an operator is asked to write; what is there already is in the state's data under `audience`."""

    question = State()
    name = State()


# -- looking ----------------------------------------------------------------------------------------------------------


@router.message(Means("audiences"), flags=COUNTS)
async def show_all(message: Message, talk: Talk) -> Screen:
    """List the audiences."""
    return await _all(talk)


@router.callback_query(Means("audiences"), flags=COUNTS)
@router.callback_query(Tap("audiences"), flags=COUNTS)
async def page(callback: CallbackQuery, talk: Talk, arguments: list[str] | None = None) -> Screen:
    """List the audiences, from the given place on."""
    return await _all(talk, count_in(arguments or []))


async def _all(talk: Talk, start: int = 0) -> Screen:
    await talk.state.clear()
    return screens.listed(talk.t, await service.audiences(talk.unit), start, may_write=await may_write(talk))


@router.callback_query(Tap("audience"), flags=COUNTS)
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one audience with its counts as of now."""
    await talk.state.clear()
    return await _card(talk, await service.newest_of(talk.unit, id_in(arguments, ErrorCode.AUDIENCE)))


@router.callback_query(Tap("audienceout"), flags=COUNTS)
async def falls_out(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show who falls out of a version for a topic, by reason: `audienceout:7:loans`."""
    saved = await service.version_of(talk.unit, id_in(arguments, ErrorCode.AUDIENCE))
    topic = argument(arguments, 1)
    if topic not in screens.TOPICS:
        raise NotFound(ErrorCode.AUDIENCE)
    counted = await _of_topic(talk, saved.question, Topic(topic))
    return screens.falling_out(talk.t, saved, topic, counted, exactly=await exactly(talk))


async def _card(talk: Talk, saved: Saved) -> Screen:
    counts = {topic: await _of_topic(talk, saved.question, Topic(topic)) for topic in screens.TOPICS}
    return screens.card(talk.t, saved, FACTS, counts, exactly=await exactly(talk), may_write=await may_write(talk))


async def _of_topic(talk: Talk, question: Question, topic: Topic) -> Counted:
    """Count for a topic; an offer about loans is one of credit."""
    return await count(talk.unit, question, FACTS, OFFER_CHECKS, About(topic, is_credit=topic is Topic.LOANS))


async def exactly(talk: Talk) -> bool:
    """Say whether the operator is told counts to the last person."""
    return await sees_exactly(talk.unit, talk.customer.id)


async def may_write(talk: Talk) -> bool:
    """Say whether the operator makes audiences and tags."""
    return await may(talk.unit, talk.customer.id, Permission.PROPOSE_BROADCAST)


# -- writing ----------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("newaudience"), flags=WRITES)
async def new(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask for the question of a new audience."""
    await _begin(talk, None)
    return screens.ask_question(talk.t, None, None, FACTS)


@router.callback_query(Tap("changeaudience"), flags=WRITES)
async def change(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for another question of an audience: it becomes its next version."""
    saved = await service.newest_of(talk.unit, id_in(arguments, ErrorCode.AUDIENCE))
    await _begin(talk, saved.audience.name)
    return screens.ask_question(talk.t, saved.audience.name, saved.question, FACTS)


async def _begin(talk: Talk, name: str | None) -> None:
    await talk.state.set_state(Audiences.question)
    await talk.state.update_data(audience={"name": name})


@router.callback_query(Tap("askable"), flags=COUNTS)
async def askable(callback: CallbackQuery, talk: Talk) -> Screen:
    """Say what may be asked by; what was being written goes on below."""
    talk.edits = False
    return screens.askable(talk.t, FACTS)


@router.message(StateFilter(Audiences.question), flags=WRITES)
async def question_written(message: Message, talk: Talk) -> Screen:
    """Show the question as it was understood, with its count. It may be written anew at once, also a refused one."""
    question = read_question(message.text or "", FACTS, await names(talk.unit), talk.t.language)
    counted = await count(talk.unit, question, FACTS)
    await talk.state.update_data(audience={**await _draft(talk), "question": stored(question)})
    return screens.drafted(talk.t, question, FACTS, counted, exactly=await exactly(talk))


@router.callback_query(Tap("saveaudience"), flags=WRITES)
async def save(callback: CallbackQuery, talk: Talk) -> Screen:
    """Save what was written: under its name, or ask for one. Raises NotFound: `audience`: nothing was written."""
    draft = await _draft(talk)
    if "question" not in draft:
        raise NotFound(ErrorCode.AUDIENCE)
    if draft["name"] is None:
        await talk.state.set_state(Audiences.name)
        return screens.ask_name(talk.t)
    return await _saved(talk, draft["name"], draft)


@router.message(StateFilter(Audiences.name), flags=WRITES)
async def name_written(message: Message, talk: Talk) -> Screen:
    """Save the question under the name; a refused name may be written anew."""
    return await _saved(talk, message.text or "", await _draft(talk))


async def _saved(talk: Talk, name: str, draft: dict[str, Any]) -> Screen:
    saved = await service.save(talk.unit, talk.customer.id, name, restored(draft["question"]), FACTS)
    await talk.state.clear()
    return await _card(talk, saved)


async def _draft(talk: Talk) -> dict[str, Any]:
    return dict((await talk.state.get_data()).get("audience", {}))
