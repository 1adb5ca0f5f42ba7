"""*Talk to a person*: the question becomes a case with a number and a deadline; what to do meanwhile is said."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.approvals import ages
from finance_core.cases import service as cases
from finance_core.cases.models import ServiceCase
from finance_core.cases.rules import CaseKind
from finance_core.cases.service import Question
from finance_core.journeys import distress
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.arguments import ID_DIGITS, whole_number
from handlers.chat.filters import Means
from handlers.chat.meaning import TOPIC
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, LastAsked, asked_in, forget_unanswered
from handlers.lines import vocabulary
from handlers.topics.screens import handing_over as screens

router = Router(name="handing over")

HUMAN, DISTRESS = "human.please", "human.distress"
AT_ONCE: Final = frozenset({HUMAN, DISTRESS, "fraud.unrecognised", "complaint.make"})
"""Topics that go to a person without a tap."""
ABOUT_AGE: Final = frozenset({"account.who_may_join", "account.join", "loan.who_may"})
"""Topics under which somebody who said to be under 18 asks for the correction of a slip."""
SAID: Final = "case_about"
"""The slot that is asked for where it is not known what a case is about."""

_OF_A_LOAN: Final = re.compile(
    r"(?:loan|account|schedule|letter|contract|timeline|curve|pastloan|closedloan|draw|giveback|early|more)"
    r":([0-9]{1,18})$"
)
"""A tap that is about a loan, which is its contract, too."""
_REFERENCE: Final = re.compile(r"\bS[A-Z2-9]{3}-[A-Z2-9]{4}\b")


@router.message(Means("talk_to_person"))
@router.callback_query(Means("talk_to_person"))
async def talk_to_person(event: Message | CallbackQuery, talk: Talk, slots: Slots, *, was_asked: bool) -> Screen:
    """Hand over the question beneath whose answer it was tapped; twenty taps are one case."""
    talk.edits = False
    asked = asked_in(await talk.state.get_data())
    is_latest = asked is not None and asked.mark == slots.get("q")
    question = question_of(asked) if asked is not None and is_latest else Question(_topic_in(slots))
    case = await handed_over(talk, question, slots.get("q") or f"m{talk.message_id}")
    # from the notice of an answer, or of a freeze: nothing was written yet, so a colleague would have nothing to read
    is_bare = not question.text and (question.topic == HUMAN or "q" not in slots)
    return await told(talk, case, asks=is_bare and case.kind != CaseKind.DISTRESS and not was_asked)


@router.message(Means("tell_person"))
@router.callback_query(Means("tell_person"))
async def tell_person(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Add to one's own case what it is about, in one's own words."""
    number = _number_in(slots)
    if SAID not in slots:
        await ask(talk.state, "tell_person", SAID, {"case": str(number)})
        return screens.ask_about(talk.t)
    key = f"case:{talk.customer.id}:m{talk.message_id}"
    was_asked_back = await cases.asked_back(talk.unit, talk.customer.id) == number
    case = await cases.add(talk.unit, talk.cipher, talk.customer.id, number, slots[SAID], key=key)
    return screens.answer_added(talk.t, case) if was_asked_back else screens.added(talk.t, case)


@router.callback_query(Means("my_case"))
async def my_case(callback: CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show how one's own case stands, with what was written and answered."""
    own = await cases.own_case(talk.unit, talk.cipher, talk.customer.id, _number_in(slots))
    return screens.own_case(talk.t, own, talk.customer.zone)


@router.callback_query(Means("reopen_case"))
async def reopen_case(callback: CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take one's own case up again within 30 days of its answer; what is still open is asked."""
    talk.edits = False
    case = await cases.reopen(talk.unit, talk.customer.id, _number_in(slots))
    await ask(talk.state, "tell_person", SAID, {"case": str(case.id)})
    return screens.reopened(talk.t, case, talk.customer.zone)


def _number_in(slots: Slots) -> int:
    number = whole_number(slots.get("case", ""), ID_DIGITS)
    if number is None:
        raise NotFound(ErrorCode.CASE)
    return number


async def handed_over(talk: Talk, question: Question, mark: str) -> ServiceCase:
    """Return the case that a question is, under the mark of the answer that it came of."""
    await forget_unanswered(talk.state)
    key = f"case:{talk.customer.id}:{mark}"
    hand_over = distress.hand_over if question.topic == DISTRESS else cases.hand_over
    case: Awaitable[ServiceCase] = hand_over(talk.unit, talk.cipher, talk.customer.id, question, key=key)
    if question.topic in ABOUT_AGE:
        await ages.ask_for_correction(talk.unit, talk.customer)
    return await case


async def told(talk: Talk, case: ServiceCase, *, asks: bool) -> Screen:
    """Return what tells the number, by when it is answered and what to do meanwhile; `asks` what it is about."""
    if asks:
        await ask(talk.state, "tell_person", SAID, {"case": str(case.id)})
    ahead = await cases.ahead_of(talk.unit, case)
    return screens.handed_over(talk.t, case, talk.customer.zone, talk.support.hours, ahead, asks=asks)


def question_of(asked: LastAsked) -> Question:
    """Return a question as it is handed over: with what the bot answered to it, if it was clear which it was."""
    topic = asked.topic or next(iter(asked.guesses), HUMAN)
    answered = (asked.topic,) if asked.topic else ()
    return Question(topic, asked.text, asked.confidence, answered, asked.references)


def references_of(answer: Answer, said: str) -> tuple[str, ...]:
    """Return what a question and its answer name, each once: receipts (S8F3-K2QW), and loans by their taps (loan:5)."""
    receipts = _REFERENCE.findall(f"{said.upper()} {answer.text}")
    loans = [named[1] for button in answer.buttons if (named := _OF_A_LOAN.match(button.data or ""))]
    return tuple(dict.fromkeys([*receipts, *(f"loan:{number}" for number in loans)]))


def _topic_in(slots: Slots) -> str:
    topic = slots.get(TOPIC, "")
    return topic if topic in vocabulary().topics else HUMAN
