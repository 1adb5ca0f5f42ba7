"""What a turn means: an intent with its slots, from a command, a tap, free text, or the answer to a question.

A text is read once (`Said`), by one ordered chain of readers: each claims it or passes, and none overrules another. A
command comes first, then the answer to an open question, a payment out of Change Plus, what stands on a button, the
lines' own readers, and last the grammar's frames, which always say something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from finance_core.kernel.errors import InvalidInput
from handlers.chat.answers import with_correction, with_sentence
from handlers.chat.line import Holds, Menu
from handlers.chat.pieces import as_value, command_in, complaint_of_arguments, complaint_of_command, labelled, slots_of
from handlers.chat.questions import Question, Slots
from handlers.chat.slot_values import yes_or_no
from handlers.lines import vocabulary
from handlers.phrases.normalise import shortened
from handlers.phrases.readers.sources import CHANGE_PLUS, but_for_change_plus, means_everything, names_change_plus
from handlers.phrases.said import Claim, Said
from handlers.phrases.understanding import Understanding
from handlers.phrases.words import listed

SURE: Final = 0.75
"""From this confidence on a phrase is acted on; below it the person is asked with buttons."""

UNSURE: Final = "unsure"
OUT_OF_SCOPE: Final = "out_of_scope"
UNREAD: Final = "unread"
"""What is no text of the person's own: a voice, a picture, a message that was passed on."""

ASK, WHICH_TOPIC = "ask", "which_topic"
"""A question; and one of which it is not sure what it is about, which is asked back."""
NOT_WELL: Final = "human.distress"
"""The topic of somebody who is not well."""
TOPIC, TOPICS, CONFIDENCE = "topic", "topics", "confidence"
"""Their slots beside what was said: the best guess; up to three with commas, best first; how sure ("0.91")."""

NOT_LATER: Final = "not_later"
"""What is meant for a day ahead and cannot wait: the slots LATER (the day as written) and ACT say what."""
LATER, ACT = "later", "act"
NOW: Final = "now"
"""The slot that is asked for then."""

LONGEST_NAME: Final = 24
"""Characters of an answer that may be somebody's name; a sentence that is longer says something."""

_A_SUM: Final = frozenset({"amount", "asset", "hint"})
"""Slots of a sentence that says how much, and nothing more."""
_SAID_ALONG: Final = {"borrow": _A_SUM | {"count", "unit"}}
"""By act, where a sentence that says how much may say more: over how long something is borrowed."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An intent and what it was said with; `alternatives` are what else it might be, when unsure.

    `complaint` says what is wrong with the sum: it is in no slot then, and asked for again.
    """

    intent: str
    slots: Slots = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    complaint: InvalidInput | None = None


def as_said(text: str, language: str | None = None) -> Said:
    """Return a text that somebody who writes in `language` sent, to be read: once, however many look at it.

    Here, before any reader, a long one is cut: no text of one person may keep others waiting.
    """
    return Said(shortened(text), language, vocabulary().grammar, whole=text)


# -- what does not come as free text --------------------------------------------------------------------------------


def meaning_of_tap(data: str, question: Question | None) -> Meaning | None:
    """Return what `do:intent[:slot=value…]` or `ans:value[:mark]` means; None for other taps.

    An answer with the mark of another question than the open one was drawn for that one, and answers nothing.
    """
    verb, *arguments = data.split(":")
    if verb == "do" and arguments and vocabulary().may_be_tapped(arguments[0]):
        slots = dict(argument.split("=", 1) for argument in arguments[1:] if "=" in argument)
        return Meaning(arguments[0], slots)
    if verb == "ans" and question is not None and arguments and arguments[1:] in ([], [question.mark]):
        if question.slot == NOW:
            return _now(arguments[0], question)
        return Meaning(question.intent, {**question.slots, question.slot: arguments[0]})
    return None


def asks_for_number(question: Question | None) -> bool:
    """Say whether a number is asked for: a sum or a count. A typed number stands for a button elsewhere."""
    holds = vocabulary().answers.get(question.slot) if question is not None else None
    return holds is not None and (holds.is_sum or holds is Holds.COUNT)


def command_to(bot_username: str, text: str) -> str | None:
    """Return the command that a text in a group gives this bot; None when it is another bot's, or nobody's."""
    addressee = text.split(maxsplit=1)[0].partition("@")[2] if text.strip() else ""
    command = command_in(text)
    if addressee and addressee.lower() != bot_username.lower():
        return None
    return command if command in vocabulary().commands else None


def is_open_to_all(command: str) -> bool:
    """Say whether a command is answered in a group."""
    return command in vocabulary().named(Menu.GROUP)


# -- the chain ------------------------------------------------------------------------------------------------------


def meaning_of(text: Said, question: Question | None) -> Meaning:
    """Return what a message means, taken as the answer to the open question first.

    Raises:
        InvalidInput: it answers the question, badly (a sum that is none); nothing is lost, the question stays.
    """
    return _not_later(_read(text, question), text, question)


def _read(text: Said, question: Question | None) -> Meaning:
    for reader in _READERS:
        meaning = reader(text, question)
        if meaning is not None:
            return meaning
    return _by_frames(text)


def _not_later(meaning: Meaning, text: Said, question: Question | None) -> Meaning:
    """Return what is meant, or that it is meant for a day ahead although it can only happen at once."""
    act = meaning.alternatives[0] if len(meaning.alternatives) == 1 else meaning.intent
    if not vocabulary().intent(act).at_once or meaning.slots.get("payee") == text.text.strip():
        return meaning
    later = _later_in(text, act, question)
    if later is None:
        return meaning
    return Meaning(NOT_LATER, {**meaning.slots, LATER: later, ACT: act}, complaint=meaning.complaint)


def _later_in(text: Said, act: str, question: Question | None) -> str | None:
    """Return the day ahead that a text says: in a sentence by itself, in an answer or in a line's words for its act."""
    understood = text.understood
    intent = vocabulary().intent(act).said_as or text.grammar.commands.get(act)
    if intent is None or understood.intent == intent or (question is None and understood.intent != OUT_OF_SCOPE):
        return understood.later
    return text.filled(intent).later


def _as_command(text: Said, question: Question | None) -> Meaning | None:
    name = command_in(text.text)
    command = vocabulary().commands.get(name)
    if command is not None and command.opens is not None:
        return Meaning(command.opens)
    if command is not None and command.reader is not None:
        return _claimed(command.reader(text))
    return _by_frames(text, complaint_of_command(text)) if name else None


def _as_answer(text: Said, question: Question | None) -> Meaning | None:
    """Read an answer as the slot that was asked for; pass what is clearly another matter.

    A whole sentence, another payee or a correction comes first: what is said now wins over what was asked before.

    A sum or a yes is tried first, as nothing else looks like them; anything might be somebody's name. What stands on a
    button leads elsewhere, tapped or written.
    """
    if question is None:
        return None
    holds = vocabulary().answers.get(question.slot)
    label = labelled(text.text)
    if label is not None and label != question.intent and not (holds is not None and holds.is_name):
        return Meaning(label)
    said = _said_anew(text, question) if holds is not Holds.OWN_WORDS else None
    if question.slot == NOW and said is None:
        return _now(text.text, question)
    return said or _as_slot(text, question, holds)


def _now(said: str, question: Question) -> Meaning | None:
    """Return the act where it is to happen now, cancelled where it is not; pass what answers neither."""
    slots = {name: value for name, value in question.slots.items() if name != LATER}
    is_now = yes_or_no(said)
    if is_now is None and said.strip().casefold() not in listed("answers", "now"):
        return None
    return Meaning("cancel") if is_now is False else Meaning(question.intent, slots)


def _as_slot(text: Said, question: Question, holds: Holds | None) -> Meaning | None:
    is_other = _is_another_matter(text, question)
    try:
        answer = text.whole.strip() if holds is Holds.OWN_WORDS else as_value(holds, text.text)
    except InvalidInput:
        if is_other:
            return None
        instead = _said_otherwise(text, question)
        if instead is None:
            raise
        return instead
    is_certain = (holds is not None and holds.is_sum) or (question.slot != "payee" and yes_or_no(text.text) is not None)
    if is_other and not is_certain:
        return None
    return Meaning(question.intent, {**question.slots, question.slot: answer})


def _as_paid_from_change_plus(text: Said, question: Question | None) -> Meaning | None:
    """A payment out of Change Plus ("send 50 to @ana from change plus", 用零钱通还款): read without these words."""
    without = but_for_change_plus(text.text) if question is None else None
    if without is None:
        return None
    payment = text.instead(without)
    understood = payment.understood
    if not vocabulary().intent(understood.intent).from_change_plus or understood.confidence < SURE:
        return None
    meaning = _as_a_line_reads(payment, None) or _by_frames(payment)
    return replace(meaning, slots={**meaning.slots, "source": CHANGE_PLUS})


def _as_label(text: Said, question: Question | None) -> Meaning | None:
    label = labelled(text.text) if question is None else None
    return Meaning(label) if label is not None else None


def _as_a_line_reads(text: Said, question: Question | None) -> Meaning | None:
    """A question is claimed by what only looks, where its topic is not sure; an act is not claimed out of one."""
    if text.text.startswith("/"):
        return None
    for reader in vocabulary().readers:
        claim = reader.read(text)
        if claim is None:
            continue
        is_known = text.understood.sure and text.has_form_of_a_question
        looks = vocabulary().intent(claim.intent).look and not is_known
        if not text.is_question or reader.claims_questions or looks:
            return _claimed(claim)
    return None


def _by_frames(text: Said, complaint: InvalidInput | None = None) -> Meaning:
    """Return what the grammar's frames make of a text, with the slots that go with its intent."""
    understood = text.understood
    if understood.intent == ASK:
        return asked(understood)
    complaint = complaint or text.complaint
    intent = vocabulary().intent(understood.intent)
    slots = slots_of(understood, complaint)
    if "fund" in slots and intent.of_a_fund is not None:
        return Meaning(intent.of_a_fund, slots, complaint=complaint)
    if understood.intent != OUT_OF_SCOPE and understood.confidence < SURE:
        alternatives = tuple(dict.fromkeys([understood.intent, *understood.alternatives]))
        return Meaning(UNSURE, slots, alternatives)
    if understood.hint is not None:
        slots["hint"] = understood.hint
    for more in intent.more:
        slots |= more(text)
    if intent.takes_all and "amount" not in slots and complaint is None and means_everything(text.text):
        slots["all"] = "yes"
    return Meaning(understood.intent, slots, complaint=complaint)


def asked(understood: Understanding) -> Meaning:
    """Return the question that was understood, to be answered; or asked back, where it is not sure which it is."""
    about = {TOPICS: ",".join(understood.topics), CONFIDENCE: str(understood.confidence)}
    slots = slots_of(understood, None) | about
    if not understood.sure or understood.topic is None:
        return Meaning(WHICH_TOPIC, slots)
    return Meaning(ASK, {**slots, TOPIC: understood.topic})


_READERS: Final[tuple[Callable[[Said, Question | None], Meaning | None], ...]] = (
    _as_command,
    _as_answer,
    _as_paid_from_change_plus,
    _as_label,
    _as_a_line_reads,
)


# -- what the readers share -----------------------------------------------------------------------------------------


def _claimed(claim: Claim | None) -> Meaning | None:
    return Meaning(claim.intent, claim.slots) if claim is not None else None


def _said_anew(text: Said, question: Question) -> Meaning | None:
    """Return a turn that says more than the answer: a whole sentence of the same act, another payee, a correction."""
    sentence = _read(text, None)
    if _is_same_act(sentence, text, question) and sentence.slots.keys() - {"hint"}:
        slots = {name: said for name, said in with_sentence(sentence.slots, question).items() if name != LATER}
        return Meaning(question.intent, slots, complaint=sentence.complaint)
    intent = text.grammar.commands.get(question.intent)
    is_open = sentence.intent in (OUT_OF_SCOPE, UNSURE, intent) or _is_vague(sentence, text)
    if intent != question.intent or not is_open:
        return None
    understood = text.filled(intent)
    complaint = text.complaint_about(understood) or complaint_of_arguments(understood, text.text.split())
    corrected = with_correction(text, slots_of(understood, complaint), question)
    return Meaning(question.intent, corrected) if corrected is not None else None


def _is_same_act(sentence: Meaning, text: Said, question: Question) -> bool:
    """Say whether a sentence is of the question's act, in the act's own words or in those that it shares with others.

    "put in 500" answers how much is to be deposited; "put 500 into change plus" turns to Change Plus.
    """
    if sentence.intent == question.intent:
        return True
    act = vocabulary().intent(question.intent).said_as or question.intent
    if sentence.slots.keys() - _SAID_ALONG.get(act, _A_SUM) or names_change_plus(text.text):
        return False
    if sentence.intent == UNSURE:
        return act in sentence.alternatives or (act == "invest" and "topup" in sentence.alternatives)
    return sentence.intent == act


def _said_otherwise(text: Said, question: Question) -> Meaning | None:
    """Return what answers "how much?" in another way than by a number: all of it, or another act with its own words."""
    if question.slot != "amount":
        return None
    if vocabulary().intent(question.intent).takes_all and means_everything(text.text):
        return Meaning(question.intent, {**question.slots, "all": "yes"})
    sentence = _read(text, None)
    is_vague = sentence.intent in (OUT_OF_SCOPE, UNSURE) or _is_vague(sentence, text)
    is_other = not is_vague and not _is_same_act(sentence, text, question)
    return sentence if is_other else None


def _is_vague(sentence: Meaning, text: Said) -> bool:
    """Say whether a short text is taken for a question although nothing in it asks: at an open one it is an answer."""
    is_unlike = sentence.intent == WHICH_TOPIC or (sentence.intent == ASK and len(text.text.strip()) <= LONGEST_NAME)
    return is_unlike and not text.has_form_of_a_question


def says_not_well(text: Said) -> bool:
    """Say whether somebody writes that they are not well: that is never just the answer to what was asked."""
    return not text.text.startswith("/") and _by_frames(text).slots.get(TOPIC) == NOT_WELL


def _is_another_matter(text: Said, question: Question) -> bool:
    """Say whether a text is clearly no answer to the question."""
    if vocabulary().answers.get(question.slot) is Holds.OWN_WORDS:
        return text.understood.intent == "cancel" or says_not_well(text)
    understood = text.understood
    if understood.intent not in (OUT_OF_SCOPE, question.intent) and understood.confidence >= SURE:
        return understood.intent != ASK or _is_no_mere_answer(text, question)
    claims = (reader.leads_away(text) for reader in vocabulary().readers if reader.leads_away is not None)
    return any(claim is not None and claim.intent != question.intent for claim in claims)


def _is_no_mere_answer(text: Said, question: Question) -> bool:
    """Say whether what sounds like a question is one: a short name could sound like anything."""
    holds = vocabulary().answers.get(question.slot)
    if holds is None or not holds.is_name:
        return True
    return text.has_form_of_a_question or len(text.text.strip()) > LONGEST_NAME
