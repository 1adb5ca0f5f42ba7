"""`susu understand`: what the machine makes of a text, as JSON, one text or one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, cast, get_args

from handlers.locales import codes
from handlers.phrases.frames import Intent
from handlers.phrases.normalise import fold, shortened
from handlers.phrases.readers.days import single_day
from handlers.phrases.spoken_commands import spoken_command_in
from handlers.phrases.understand import understand
from handlers.phrases.understanding import Understanding

MIXED: Final = "mixed"
"""What a line's `lang` may say besides a language. It is checked and not needed: one grammar reads all of them."""

LONGEST_LINE: Final = 20_000
"""Characters of a line that are parsed; a longer one is refused unread."""


def run(lines: Iterable[str], *, json_lines: bool, why: bool = False) -> Iterator[str]:
    """Yield one JSON object a line: intent, slots, confidence; or an error for a line that cannot be read.

    With `json_lines` a line is an object `{"text", "lang"?, "today"?}`, else the text itself; a line with `today` is
    answered with the `day` that its text names, seen from there. Blank lines of JSON are skipped. `why` adds what
    decided of the n-grams, and the nearest pattern.
    """
    for line in lines:
        if json_lines and not line.strip():
            continue
        yield json.dumps(_answer(line, json_lines=json_lines, why=why), ensure_ascii=False)


def _answer(line: str, *, json_lines: bool, why: bool) -> dict[str, Any]:
    try:
        text, today = _said_in(line) if json_lines else (line.rstrip("\r\n"), None)
    except ValueError as fault:
        return {"error": str(fault)}
    understood = _understood(text)
    answer = as_json(understood, single_day(text, today) if today is not None else None)
    return {**answer, "why": _why(text, understood)} if why else answer


def _why(text: str, understood: Understanding) -> dict[str, Any]:
    """Return the n-grams that decided for what was understood, and the pattern that is nearest to the text."""
    from handlers.phrases.topics.model import topic_model
    from handlers.phrases.topics.reasons import reason_for
    from handlers.phrases.topics.sources import COMMAND

    spoken = spoken_command_in(fold(shortened(text)))
    if spoken is not None:
        return {"label": spoken.intent, "words": spoken.words}
    labels = (understood.topic, f"{COMMAND}{understood.intent}", understood.intent)
    label = next((label for label in labels if label in topic_model().labels), None)
    if label is None:
        return {}
    reason = reason_for(shortened(text), label)
    found = {"label": label, "n_grams": dict(reason.n_grams)}
    return found | ({"pattern": reason.pattern.text} if reason.pattern is not None else {})


def _understood(text: str) -> Understanding:
    """Return what a text means. What a command means its line says, and lines take a second to load."""
    if not text.lstrip().startswith("/"):
        return understand(shortened(text))
    from handlers.chat.meaning import as_said
    from handlers.chat.pieces import command_in
    from handlers.lines import vocabulary

    said = as_said(text)
    command = vocabulary().commands.get(command_in(said.text))
    if command is not None and command.opens in get_args(Intent):
        return Understanding(cast("Intent", command.opens))
    claim = command.reader(said) if command is not None and command.reader is not None else None
    if claim is not None and claim.intent in get_args(Intent):
        return Understanding(cast("Intent", claim.intent), dict(claim.slots))
    return said.understood


def _said_in(line: str) -> tuple[str, date | None]:
    """Return a line's text and `today`, None where it says none. Raises ValueError: what is wrong with the line."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"a line has at most {LONGEST_LINE} characters")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError('not JSON; a line is an object such as {"text": "borrow 3000"}') from None
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise ValueError('a line is an object with "text", a string')  # noqa: TRY004 -- the line is wrong, not a call
    known = {*codes(), MIXED}
    if said.get("lang") is not None and said["lang"] not in known:
        raise ValueError(f'"lang" is one of {", ".join(sorted(known))}')
    return str(said["text"]), _today_of(said.get("today"))


def _today_of(said: object) -> date | None:
    try:
        return None if said is None else date.fromisoformat(str(said))
    except ValueError:
        raise ValueError('"today" is a date such as "2026-03-12"') from None


def as_json(understood: Understanding, day: date | None = None) -> dict[str, Any]:
    """Return what the command prints: a question's topics; alternatives, candidates, a hint where one asks back.

    `day` is the one that the text names; it stands among the slots.
    """
    about = {"topic": understood.topic, "topics": list(understood.topics)} if understood.topics else {}
    answer: dict[str, Any] = {
        "intent": understood.intent,
        **about,
        "slots": understood.slots if day is None else {**understood.slots, "day": day.isoformat()},
        "confidence": understood.confidence,
    }
    if not understood.sure and understood.alternatives:
        answer["alternatives"] = list(understood.alternatives)
    if understood.candidates:
        answer["candidates"] = list(understood.candidates)
    if understood.hint:
        answer["hint"] = understood.hint
    return answer
