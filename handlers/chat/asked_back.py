"""What an operator asked a person about their case is an open question: their next words are its answer."""

from __future__ import annotations

from typing import Final

from finance_core.cases import service as cases
from handlers.chat.meaning import meaning_of, says_not_well
from handlers.chat.questions import Question
from handlers.chat.talk import Talk
from handlers.phrases.said import Said

_URGENT: Final = frozenset({"lock", "unlock"})


async def asked_back(talk: Talk, said: Said) -> Question | None:
    """Return what was asked back lately; None where nothing was, or it is answered.

    Nor is it asked of who locks their account or says that they are not well: that is never the answer to a case. A
    command is none either.
    """
    if said.text.lstrip().startswith("/"):
        return None
    case = await cases.asked_back(talk.unit, talk.customer.id)
    if case is None:
        return None
    if says_not_well(said) or meaning_of(said, None).intent in _URGENT:
        return None
    return Question("tell_person", "case_about", {"case": str(case)})
