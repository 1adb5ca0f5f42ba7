"""What the readers of `meaning.py` share: a text's command, its label, its value for a slot, a fault of its sum."""

from __future__ import annotations

from functools import cache

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.chat.line import Holds, Vocabulary
from handlers.chat.slot_values import count_said, is_nothing
from handlers.lines import vocabulary
from handlers.locales import codes, translator
from handlers.phrases.readers.amounts import parse_amount
from handlers.phrases.said import Said
from handlers.phrases.understanding import Understanding


def command_in(text: str) -> str:
    """Return the name of the command that a text begins with, "" for none: "/send@susu_bot 50" is "send"."""
    words = text.split(maxsplit=1)
    return words[0][1:].partition("@")[0].lower() if words and words[0].startswith("/") else ""


def complaint_of_command(text: Said) -> InvalidInput | None:
    """Return what is wrong with a command's first argument: a number for a person, no sum where one is wanted."""
    if text.complaint is not None and text.complaint.code == ErrorCode.PAYEE_BY_NUMBER:
        return text.complaint
    return complaint_of_arguments(text.understood, text.text.split()[1:])


def complaint_of_arguments(understood: Understanding, words: list[str]) -> InvalidInput | None:
    """Return what is wrong with the first of `words` that names nobody, where a sum is wanted and none is readable."""
    arguments = [word for word in words if not word.startswith("@")]
    is_plain = "amount" in understood.slots and not understood.candidates
    if not vocabulary().intent(understood.intent).takes_sum or not arguments or is_plain:
        return None
    try:
        parse_amount(arguments[0])
    except InvalidInput as complaint:
        return complaint
    return None


def slots_of(understood: Understanding, complaint: InvalidInput | None) -> dict[str, str]:
    """Return slots as text; with a complaint about the sum, neither the sum nor its rest that was taken for a note."""
    slots = {name: str(value) for name, value in understood.slots.items()}
    if complaint is not None:
        slots.pop("amount", None)
        if not any(character.isalpha() for character in slots.get("note", "")):
            slots.pop("note", None)
    return slots


def as_value(holds: Holds | None, text: str) -> str:
    """Return the text as the slot's value; sums are checked here, the rest by its opener."""
    if holds is Holds.SUM_OR_NOTHING and is_nothing(text):
        return "0"
    if holds is Holds.COUNT:
        count = count_said(text)
        return text.strip() if count is None else str(count)
    return f"{parse_amount(text):f}" if holds is not None and holds.is_sum else text.strip()


def labelled(text: str) -> str | None:
    """Return the intent whose button's label a text is, None when it is none."""
    return _labels(vocabulary(), codes()).get(text.strip().casefold())


@cache
def _labels(spoken: Vocabulary, languages: tuple[str, ...]) -> dict[str, str]:
    """Return the intents by their buttons' labels: what stands on a button may be written too, in any language."""
    return {
        translator(language)(f"menu.{intent}").casefold(): intent
        for language in languages
        for intent in spoken.labelled()
    }
