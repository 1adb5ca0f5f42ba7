"""What an operator asked a person about their case is an open question: their next words are its answer."""

from __future__ import annotations

from finance_core.cases import service as cases
from handlers.chat.questions import Question
from handlers.chat.talk import Talk


async def asked_back(talk: Talk) -> Question | None:
    """Return what was asked back lately; None where nothing was, or it is answered."""
    case = await cases.asked_back(talk.unit, talk.customer.id)
    return Question("tell_person", "case_about", {"case": str(case)}) if case is not None else None
