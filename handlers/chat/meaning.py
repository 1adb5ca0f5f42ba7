"""What a turn means: an intent with its slots, from a command, a tap, free text, or the answer to a question."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.chat.questions import Question, Slots
from handlers.chat.slot_values import yes_or_no
from handlers.locales import LANGUAGES, translator
from handlers.phrases import slash
from handlers.phrases.amounts import parse_amount
from handlers.phrases.asked import page_asked_for
from handlers.phrases.fund_acts import fund_act
from handlers.phrases.saving import SAVING, saving, saving_command
from handlers.phrases.sources import (
    CHANGE_PLUS,
    asks_what_was_earned,
    but_for_change_plus,
    means_everything,
    taken_from,
)
from handlers.phrases.understand import Understanding, understand

SURE: Final = 0.75
"""From this confidence on a phrase is acted on; below it the person is asked with buttons."""

COMMANDS: Final = {
    "menu": "menu",
    "money": "money",
    "deposits": "deposits",
    "plans": "plans",
    "plan": "plans",
    "roundup": "round_ups",
    "loans": "loans",
    "funds": "funds",
    "orders": "fund_orders",
    "risk": "risk",
    "nav": "nav",
    "income": "income_desk",
    "sweep": "sweep",
    "cases": "cases",
    "operator": "operator",
    "desk": "operator",
    "queue": "queue",
    "guarantees": "guarantees",
    "report": "report",
    "language": "language",
    "lock": "lock",
    "unlock": "unlock",
}
"""Commands that are not among the intents of free text; the others are understood with their arguments."""

OPEN_TO_ALL: Final = frozenset({"start", "help"})
"""Commands that are answered in a group: they say nothing about anybody's money."""

LABELLED: Final = (
    *("borrow", "repay", "loans", "owe", "money", "invest", "withdraw", "send", "request", "topup"),
    *("funds",),
    *("balance", "history", "statement", "settings", "language", "help", "menu", "circle", "cancel"),
    *("promise", "hardship"),
)
"""Intents that stand on buttons."""

FUND_ACTS: Final = ("fund", "fund_buy", "fund_sell", "fund_switch", "fund_orders", "fund_cancel", "fund_dividends")
"""What stands on the buttons of funds."""

TAPPED: Final = frozenset(
    {
        *LABELLED,
        *FUND_ACTS,
        "income_desk",
        "income_for",
        "sell_instruments",
        "sweep",
        "money_days",
        "income_days",
        "gain_days",
        "risk",
        "suitability",
        "join",
        "cases",
        "lock",
        "unlock",
        "queue",
        "guarantees",
        "operator",
    }
)
"""Intents that a tap may name; the others are answers, and only asking opens them."""

SUMS: Final = ("amount", "income", "other", "can_pay")
"""Slots that hold a sum."""

MAY_BE_NOTHING: Final = ("other", "can_pay")
"""Sums that may be zero."""

NOTHING: Final = frozenset({"0", "０", "no", "none", "nothing", "没有", "无", "零"})

OWN_WORDS: Final = ("reason", "city")
"""Slots that hold what somebody tells in their own words: nothing but a command or a cancel leads away from them."""

NAMES: Final = ("payee", "people", *OWN_WORDS)
"""Slots in which even what stands on a button may be meant as it is written."""

TAKE_A_SUM: Final = frozenset({"borrow", "repay", "promise", "invest", "withdraw", "send", "request", "topup"})
NEGATIVE: Final = re.compile(r"(?<![A-Za-z0-9_@.,])[-−]\s?\d")
NO_SUM: Final = re.compile(r"\d_\d|\d[eE][+-]?\d|(?<!\w)(?:nan|inf|infinity)(?!\w)|\d{17,}", re.IGNORECASE)
"""What a programmer's number may look like and a person's sum never does; 17 digits fit no account."""

ALL_OF_IT: Final = ("invest", "withdraw", "repay")
"""What may be done with everything there is."""

PAID_FROM_CHANGE_PLUS: Final = ("send", "repay")

OF_A_FUND: Final = {"invest": "fund_buy", "withdraw": "fund_sell"}
"""What putting in and taking out become when a fund is named; without one they are Change Plus."""

UNSURE: Final = "unsure"
OUT_OF_SCOPE: Final = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Meaning:
    """An intent and what it was said with; `alternatives` are what else it might be, when unsure.

    `complaint` says what is wrong with the sum: it is in no slot then, and asked for again.
    """

    intent: str
    slots: Slots = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    complaint: InvalidInput | None = None


def meaning_of_text(text: str, language: str, question: Question | None) -> Meaning:
    """Return what a message means, taken as the answer to the open question first.

    Raises:
        InvalidInput: it answers the question, badly (a sum that is none); nothing is lost, the question stays.
    """
    command = _command(text)
    if command in COMMANDS:
        return Meaning(COMMANDS[command])
    saved = saving_command(command, text, language)
    if saved is not None:
        return Meaning(saved.intent, saved.slots)
    if command:
        return _command_meaning(text, language)
    if question is None:
        sent = _from_change_plus(text, language)
        if sent is not None:
            return sent
        label = _label(text)
        return Meaning(label) if label is not None else _meaning(understand(text, language), text)
    return _meaning_of_answer(text, language, question)


def _from_change_plus(text: str, language: str) -> Meaning | None:
    """Return a payment out of Change Plus ("send 50 to @ana from change plus", 用零钱通还款), None for others."""
    without = but_for_change_plus(text)
    if without is None:
        return None
    understood = understand(without, language)
    if understood.intent not in PAID_FROM_CHANGE_PLUS or understood.confidence < SURE:
        return None
    meaning = _meaning(understood, without)
    return replace(meaning, slots={**meaning.slots, "source": CHANGE_PLUS})


def _command(text: str) -> str:
    """Return the name of the command that a text begins with, "" for none: "/send@susu_bot 50" is "send"."""
    words = text.split(maxsplit=1)
    return words[0][1:].partition("@")[0].lower() if words and words[0].startswith("/") else ""


def command_to(bot_username: str, text: str) -> str | None:
    """Return the command that a text in a group gives this bot; None when it is another bot's, or nobody's."""
    addressee = text.split(maxsplit=1)[0].partition("@")[2] if text.strip() else ""
    command = _command(text)
    if addressee and addressee.lower() != bot_username.lower():
        return None
    return command if command in COMMANDS or command in slash.COMMANDS else None


def _meaning_of_answer(text: str, language: str, question: Question) -> Meaning:
    """Read an answer as the slot that was asked for; what is clearly another matter is followed instead.

    A sum or a yes is tried first, as nothing else looks like them; anything might be somebody's name. What stands on a
    button leads elsewhere, tapped or written.
    """
    label = _label(text)
    if label is not None and label != question.intent and question.slot not in NAMES:
        return Meaning(label)
    other = understand(text, language)
    is_other = _is_another_matter(other, question) or _is_of_wealth(text, question)
    try:
        answer = _answer(question, text)
    except InvalidInput:
        if is_other:
            return _meaning(other, text)
        if question.slot == "amount" and question.intent in ALL_OF_IT and means_everything(text):
            return Meaning(question.intent, {**question.slots, "all": "yes"})
        if question.slot == "amount" and _is_said_in_full(other, question, text):
            return Meaning(question.intent, {**question.slots, "amount": str(other.slots["amount"])})
        raise
    is_certain = question.slot in SUMS or (question.slot != "payee" and yes_or_no(text) is not None)
    if is_other and not is_certain:
        return _meaning(other, text)
    more = _said_beside(text, language, question) if question.slot == "payee" else {}
    return Meaning(question.intent, {**question.slots, question.slot: answer, **more})


def _is_said_in_full(understood: Understanding, question: Question, text: str) -> bool:
    """Say whether an answer repeats what is being done around the sum that is asked for: "pay 500", 还500."""
    is_same = understood.intent == question.intent and "amount" in understood.slots
    return is_same and _complaint(understood, text) is None


def _said_beside(text: str, language: str, question: Question) -> Slots:
    """Return all that a payee's line says: "@bo 50 lunch" has the sum and the note too."""
    if not text.startswith("@"):
        return {}
    meaning = _command_meaning(f"/{question.intent} {text}", language)
    return meaning.slots if "payee" in meaning.slots else {}


def meaning_of_tap(data: str, question: Question | None) -> Meaning | None:
    """Return what `do:intent[:slot=value…]` or `ans:value` means; None for other taps."""
    verb, *arguments = data.split(":")
    if verb == "do" and arguments and arguments[0] in {*TAPPED, *SAVING}:
        slots = dict(argument.split("=", 1) for argument in arguments[1:] if "=" in argument)
        return Meaning(arguments[0], slots)
    if verb == "ans" and question is not None and arguments:
        return Meaning(question.intent, {**question.slots, question.slot: arguments[0]})
    return None


def _meaning(understood: Understanding, text: str, complaint: InvalidInput | None = None) -> Meaning:
    complaint = complaint or _complaint(understood, text)
    read = _read_once_more(understood, text, complaint) if not text.startswith("/") else None
    if read is not None:
        return read
    slots = {name: str(value) for name, value in understood.slots.items()}
    if complaint is not None:
        slots.pop("amount", None)
    if "fund" in slots and understood.intent in OF_A_FUND:
        return Meaning(OF_A_FUND[understood.intent], slots, complaint=complaint)
    if understood.intent != OUT_OF_SCOPE and understood.confidence < SURE:
        alternatives = tuple(dict.fromkeys([understood.intent, *understood.alternatives]))
        return Meaning(UNSURE, slots, alternatives)
    if understood.hint is not None:
        slots["hint"] = understood.hint
    source = taken_from(text) if understood.intent == "withdraw" else None
    if source is not None:
        slots["source"] = source
    if understood.intent in ALL_OF_IT and "amount" not in slots and complaint is None and means_everything(text):
        slots["all"] = "yes"
    return Meaning(understood.intent, slots, complaint=complaint)


def _read_once_more(understood: Understanding, text: str, complaint: InvalidInput | None) -> Meaning | None:
    """Return what the readers of wealth make of a text: saving, a question of a product, funds, what was earned."""
    is_plain = (
        complaint is None or complaint.code == ErrorCode.AMOUNT_AMBIGUOUS
    )  # "by 1 May 2027" has numbers of its own
    saved = saving(text, understood) if is_plain else None
    if saved is not None:
        fund = {"fund": str(understood.slots["fund"])} if saved.intent == "plan" and "fund" in understood.slots else {}
        return Meaning(saved.intent, saved.slots | fund)
    page = page_asked_for(text, understood)
    if page is not None:
        return Meaning(page)
    acted = fund_act(text)
    if acted is not None:
        return Meaning(acted.intent, acted.slots)
    is_asked = understood.intent in ("balance", OUT_OF_SCOPE) and asks_what_was_earned(text)
    return Meaning("money") if is_asked else None


def _complaint(understood: Understanding, text: str) -> InvalidInput | None:
    """Return what is wrong with a sum that is nearly one: read in part it would be another than the one meant."""
    if understood.intent not in TAKE_A_SUM:
        return None
    folded = unicodedata.normalize("NFKC", text)
    if NEGATIVE.search(folded):
        return InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if NO_SUM.search(folded):
        return InvalidInput(ErrorCode.AMOUNT_UNCLEAR)
    if understood.candidates:
        return InvalidInput(ErrorCode.AMOUNT_AMBIGUOUS, candidates=list(understood.candidates))
    return None


def _label(text: str) -> str | None:
    return _labels().get(text.strip().casefold())


@cache
def _labels() -> dict[str, str]:
    """Return the intents by their buttons' labels: what stands on a button may be written too, in either language."""
    return {translator(language)(f"menu.{intent}").casefold(): intent for language in LANGUAGES for intent in LABELLED}


def _command_meaning(text: str, language: str) -> Meaning:
    """Return what a command with its arguments means, with a complaint when a sum is wanted and none is readable."""
    understood = understand(text, language)
    arguments = [word for word in text.split()[1:] if not word.startswith("@")]
    is_plain = "amount" in understood.slots and not understood.candidates
    if understood.intent not in TAKE_A_SUM or not arguments or is_plain:
        return _meaning(understood, text)
    try:
        parse_amount(arguments[0])
    except InvalidInput as complaint:
        return _meaning(understood, text, complaint)
    return _meaning(understood, text)


def _is_another_matter(other: Understanding, question: Question) -> bool:
    if question.slot in OWN_WORDS:
        return other.intent == "cancel"
    return other.intent not in (OUT_OF_SCOPE, question.intent) and other.confidence >= SURE


def _is_of_wealth(text: str, question: Question) -> bool:
    """Say whether a text asks what was earned, or wants something done with a fund: nobody is called so."""
    if question.slot in OWN_WORDS:
        return False
    acted = fund_act(text)
    return asks_what_was_earned(text) or (acted is not None and acted.intent != question.intent)


def _answer(question: Question, text: str) -> str:
    """Return the text as the slot's value; sums and counts are checked here, the rest by its opener."""
    if question.slot in SUMS:
        if question.slot in MAY_BE_NOTHING and text.strip().casefold() in NOTHING:
            return "0"
        return f"{parse_amount(text):f}"
    return text.strip()
