"""What is said now wins over what was asked before: an open question against a text that says more than its answer.

"send 20 to @chidi for tea", said while "how much for Bo?" is open, starts anew and keeps nothing of Bo. "sorry, I meant
@chidi" corrects the one thing and leaves the rest, and the question is asked again. Pure: slots in, slots out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finance_core.kernel.errors import InvalidInput
from handlers.chat.questions import Question, Slots
from handlers.phrases.payees import corrects
from handlers.phrases.readers.amounts import parse_amount
from handlers.phrases.said import Said
from handlers.phrases.tokens import Token, tokenise

_SUM_SAID: Final = frozenset({"amount", "asset", "note"})
"""What an answer to "how much?" says by itself; anything more is a new turn of the talk."""
_LEADING: Final = ("TO", "GEI", "FROM", "XIANG", "CORRECTION", "NO")
"""What begins an answer to "to whom?" that is no name as it stands: "to Mei", 给小明, "no, Mei"."""
_PEOPLE: Final = frozenset({"payee", "payees"})
_TERM: Final = frozenset({"count", "unit"})


def with_sentence(said: Slots, question: Question) -> dict[str, str]:
    """Return the slots that hold after a whole sentence of the question's own act, which says `said`.

    Where it says anything otherwise than it was known, it stands alone; else what was known stays beside it.
    """
    if any(_differs(question.slots, name, value) for name, value in said.items() if name != question.slot):
        return dict(said)
    return joined(question.slots, said)


def with_correction(text: Said, said: Slots, question: Question) -> dict[str, str] | None:
    """Return the slots after a text without a verb that says `said`: "no, @chidi", "20 to @chidi", "12 months".

    None where the text is no more than an answer to the question, or none at all.
    """
    if question.slot not in ("payee", "amount"):
        return None
    tokens = tokenise(text.folded, text.language)
    takes_back = corrects(tokens)
    if question.slot == "payee":
        names = bool(_PEOPLE & said.keys()) and _is_no_mere_name(tokens)
        is_more = bool(said) if takes_back else names or _is_the_sum(text, said, question)
    else:
        is_noted = {"amount", "note"} <= said.keys() and not said["note"].isdecimal()
        is_more = bool(said) if takes_back else is_noted or bool(said.keys() - _SUM_SAID)
    if not is_more:
        return None
    return joined(question.slots, said) if takes_back else _alone_or_joined(said, question)


def _alone_or_joined(said: Slots, question: Question) -> dict[str, str]:
    """A bare "@chidi" or "6 months" takes the place of the one that was said; "20 to @chidi" is all there is."""
    is_one_thing = said.keys() <= _PEOPLE or said.keys() <= _TERM or said.keys() <= _SUM_SAID
    return joined(question.slots, said) if is_one_thing else with_sentence(said, question)


def _is_the_sum(text: Said, said: Slots, question: Question) -> bool:
    """Say whether a text at "to whom?" is the sum that is still to be asked for: nobody is called 20."""
    if "amount" in question.slots or said.keys() != {"amount"}:
        return False
    try:
        return bool(parse_amount(text.text))
    except InvalidInput:
        return False


def continues(slots: Slots, question: Question) -> bool:
    """Say whether a turn keeps all that the question knew, and so is an answer to it."""
    return all(slots.get(name) == value for name, value in question.slots.items())


def joined(known: Slots, said: Slots) -> dict[str, str]:
    """Put what is said in the place of what was known; of people, either one is named or several are."""
    replaced: frozenset[str] = _PEOPLE if _PEOPLE & said.keys() else frozenset()
    if "count" in said:
        replaced |= {"unit"}
    return {name: value for name, value in known.items() if name not in replaced} | dict(said)


def _differs(known: Mapping[str, str], name: str, value: str) -> bool:
    if name == "payees":
        return "payee" in known
    return known.get(name, value).casefold() != value.casefold()


def _is_no_mere_name(tokens: list[Token]) -> bool:
    return any(token.has("WHO") for token in tokens) or tokens[0].has(*_LEADING)
