"""Tags at the desk: by a rule or a list from who proposes broadcasts, by hand from who takes notes on customers."""

from __future__ import annotations

from typing import Any, Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.customers.roles import Permission, may
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.lines import FACTS
from finance_core.offers.audiences import tags
from finance_core.offers.audiences.tag_files import customers_of, lines_of
from handlers.chat.arguments import count_in, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import person_called
from handlers.desk.offers.audiences import COUNTS, WRITES, exactly, may_write
from handlers.desk.offers.names import names
from handlers.desk.offers.questions import read_question
from handlers.desk.offers.screens import audiences as screens

router = operators_only(Router(name="tags"))
BY_HAND: Final = needs(Permission.TAKE_NOTES)


class Tags(StatesGroup):
    """What an operator is asked to write; the tag that it is about is in the state's data under `tag`."""

    name = State()
    rule = State()
    list = State()
    give = State()
    take = State()


@router.message(Means("tags"), flags=COUNTS)
async def show_all(message: Message, talk: Talk) -> Screen:
    """List the tags."""
    return await _all(talk)


@router.callback_query(Means("tags"), flags=COUNTS)
@router.callback_query(Tap("tags"), flags=COUNTS)
async def page(callback: CallbackQuery, talk: Talk, arguments: list[str] | None = None) -> Screen:
    """List the tags, from the given place on."""
    return await _all(talk, count_in(arguments or []))


async def _all(talk: Talk, start: int = 0) -> Screen:
    await talk.state.clear()
    found = await tags.tags(talk.unit)
    return screens.tags(talk.t, found, start, exactly=await exactly(talk), may_write=await may_write(talk))


@router.callback_query(Tap("tag"), flags=COUNTS)
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one tag."""
    await talk.state.clear()
    return await _card(talk, id_in(arguments, ErrorCode.TAG))


async def _card(talk: Talk, tag_id: int) -> Screen:
    return screens.tag(
        talk.t,
        await _counted(talk, tag_id),
        FACTS,
        exactly=await exactly(talk),
        may_write=await may_write(talk),
        by_hand=await may(talk.unit, talk.customer.id, Permission.TAKE_NOTES),
    )


async def _counted(talk: Talk, tag_id: int) -> tags.Counted:
    found = [each for each in await tags.tags(talk.unit) if each.tag.id == tag_id]
    if not found:
        raise NotFound(ErrorCode.TAG)
    return found[0]


# -- by rule and by a list --------------------------------------------------------------------------------------------


@router.callback_query(Tap("newtag"), flags=WRITES)
async def new(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask what a new tag is called."""
    await talk.state.set_state(Tags.name)
    return screens.ask_tag(talk.t)


@router.message(StateFilter(Tags.name), flags=WRITES)
async def name_written(message: Message, talk: Talk) -> Screen:
    """Make the tag; a refused name may be written anew."""
    tag = await tags.give_all(talk.unit, talk.customer.id, message.text or "", [])
    await talk.state.clear()
    return await _card(talk, tag.id)


@router.callback_query(Tap("tagrule"), flags=WRITES)
async def ask_rule(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask by which question a tag is given."""
    return screens.ask_rule(talk.t, await _begun(talk, Tags.rule, arguments))


@router.message(StateFilter(Tags.rule), flags=WRITES)
async def rule_written(message: Message, talk: Talk) -> Screen:
    """Give the tag by the question from now on; a refused one may be written anew."""
    question = read_question(message.text or "", FACTS, await names(talk.unit), talk.t.language)
    tag = await tags.set_rule(talk.unit, talk.customer.id, await _name(talk), question, FACTS)
    await talk.state.clear()
    return await _card(talk, tag.id)


@router.callback_query(Tap("taglist"), flags=WRITES)
async def ask_list(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for a list of customers."""
    return screens.ask_list(talk.t, await _begun(talk, Tags.list, arguments))


@router.message(StateFilter(Tags.list), flags=WRITES)
async def list_written(message: Message, talk: Talk) -> Screen:
    """Give the tag to whom the list names; which lines that were is not said."""
    lines = lines_of(message.text or "")
    customers = await customers_of(talk.unit, talk.cipher, lines)
    tag = await tags.give_all(talk.unit, talk.customer.id, await _name(talk), customers)
    await talk.state.clear()
    return screens.list_done(talk.t, await _counted(talk, tag.id), len(lines), exactly=await exactly(talk))


# -- by hand ----------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("taggive"), flags=BY_HAND)
async def ask_whom_to_give(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask to whom a tag is given."""
    return screens.ask_whom(talk.t, await _begun(talk, Tags.give, arguments), give=True)


@router.callback_query(Tap("tagtake"), flags=BY_HAND)
async def ask_whom_to_take(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask from whom a tag is taken."""
    return screens.ask_whom(talk.t, await _begun(talk, Tags.take, arguments), give=False)


@router.message(StateFilter(Tags.give), flags=BY_HAND)
async def give(message: Message, talk: Talk) -> Screen:
    """Give the tag to who is named by @username."""
    person = await person_called(talk, message.text or "")
    await tags.give(talk.unit, talk.customer.id, await _name(talk), person.id)
    return await _done(talk)


@router.message(StateFilter(Tags.take), flags=BY_HAND)
async def take(message: Message, talk: Talk) -> Screen:
    """Take the tag from who is named by @username."""
    person = await person_called(talk, message.text or "")
    await tags.take(talk.unit, talk.customer.id, await _name(talk), person.id)
    return await _done(talk)


async def _done(talk: Talk) -> Screen:
    tag = await tags.called(talk.unit, await _name(talk))
    await talk.state.clear()
    return await _card(talk, tag.id)


async def _begun(talk: Talk, state: State, arguments: list[str]) -> str:
    """Begin to ask about a tag; return its name. Raises NotFound: `tag`."""
    it = await _counted(talk, id_in(arguments, ErrorCode.TAG))
    await talk.state.set_state(state)
    await talk.state.update_data(tag={"name": it.tag.name})
    return it.tag.name


async def _name(talk: Talk) -> str:
    data: dict[str, Any] = (await talk.state.get_data()).get("tag", {})
    return str(data.get("name", ""))
