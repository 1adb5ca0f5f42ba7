"""Who pays or is paid: the person that a text names, or the several of whom one must be chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from handlers.phrases.tokens import Token
from handlers.phrases.words import Words

LONGEST_NAME: Final = 3
"""Words of a name."""

_PERSON: Final = ("X", "KIN", "THIRD")
_SENDING: Final = ("SEND", "MOVE", "PAY", "GIVE", "FA", "GEI", "PUT")
_ASKING: Final = ("REQUEST", "ASK", "BILL", "SHOU")
_NOTE_VERBS: Final = Words("notes", "verbs")
"""What begins a note in a language that has no spaces between words."""
_EACH: Final = re.compile("(?:各自?|每个?人?|分别?)$")
"""What says of several people that each gets a sum: 小明和小红各50."""
_JOINING: Final = ("AND", "CORRECTION")
"""What stands between two people who are named: both are meant, or the second instead of the first."""
_BETWEEN: Final = ("STOP", "NO", "FILL", "IS", "TO", "GEI", "FROM")
_AFTER_A_NAME: Final = ("STOP", "SUM", "AND", "FOR", "NOTE", "WHEN", "FILL", "TERM", *_SENDING, *_ASKING)


def payee_spans(tokens: Sequence[Token], text: str) -> list[tuple[int, int]]:
    """Return where `text` names those who pay or are paid, each once: handles and numbers before any name.

    "with @chidi", said after another handle, is company at what the money is for; "not @bo" names nobody.
    """
    named = [place for place, token in enumerate(tokens) if token.has("WHO")]
    said = [(tokens[place], tokens[place - 1] if place else None) for place in named if _denial(place, tokens) is None]
    if named and not said:
        return []
    if said:
        meant = said[:1] + [(token, before) for token, before in said[1:] if before is None or not before.has("WITH")]
        return sorted({token.text: (token.start, token.end) for token, _ in reversed(meant)}.values())
    first = _named(tokens, text) or _named_instead(tokens, text)
    if first is None:
        return []
    second = _joined(tokens, first, text)
    return [first] if second is None else [first, second]


def denied_spans(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return where a text says of somebody that it is not them: "not @bo", "not to @bo", 不是@bo."""
    found = ((_denial(place, tokens), token) for place, token in enumerate(tokens) if token.has("WHO"))
    return [(denial.start, token.end) for denial, token in found if denial is not None]


def _denial(place: int, tokens: Sequence[Token]) -> Token | None:
    before = list(tokens[:place])
    while before and before[-1].has("TO", "GEI", "FROM", "IS"):
        before.pop()
    return before[-1] if before and before[-1].has("NEG") else None


def corrects(tokens: Sequence[Token]) -> bool:
    """Say whether a text takes back what was said before: "sorry, I meant …", 不对，是…, "no, …"."""
    return bool(tokens) and (tokens[0].has("NO") or any(token.has("CORRECTION") for token in tokens))


def _named(tokens: Sequence[Token], text: str) -> tuple[int, int] | None:
    for markers in (("GEI", "TO"), ("XIANG", "RANG", "FROM", "SHOU", "BILL"), _SENDING, _ASKING):
        for place, token in enumerate(tokens):
            if token.has(*markers) or (markers == ("GEI", "TO") and token.text.endswith("给")):
                span = _name_after(tokens[place + 1 :], text)
                if span:
                    return span
    return _name_before_sum(tokens, text)


def _name_after(tokens: Sequence[Token], text: str) -> tuple[int, int] | None:
    """The run of name-like tokens right after a marker ("my" and "the" left out)."""
    run: list[Token] = []
    for token in tokens:
        if not run and token.has("MY", "DET", "WO", "I") and not _is_name(token, text):
            continue
        if not _goes_on(token, run, text):
            break
        run.append(token)
    return _trimmed(run, text) if run else None


def _goes_on(token: Token, run: Sequence[Token], text: str) -> bool:
    if token.has("NOTEHEAD", "SUM", "STOP", "FOR", "NOTE", "PURPOSE", "WHEN", "TERM"):
        return False
    if (token.has(*_PERSON) and not token.has("SOMEONE")) or _is_name(token, text):
        return len(run) < LONGEST_NAME
    touching = bool(run) and run[-1].end == token.start and not text[token.start].isascii()
    return touching and token.has("FILL") and token.text in ("哥", "姐", "师傅", "总", "点", "行")


def _is_name(token: Token, text: str) -> bool:
    """A known word is a name when it alone is capitalised: "send Grace 50", "pay Bill"."""
    said = text[token.start : token.end]
    return (
        said.istitle()
        and said.isascii()
        and not text.istitle()
        and token.start > 0
        and not token.has("SUM", "WHEN", "I")
    )


def _trimmed(run: Sequence[Token], text: str) -> tuple[int, int] | None:
    start, end = run[0].start, run[-1].end
    if text[start] == "我" and end - start > len("我妈"):
        start += 1
    verb = _NOTE_VERBS.search(text, start + 1, end)
    if verb and not text[start].isascii():
        end = verb.start()
    while end > start and (text[end - 1] in " 的" or _EACH.search(text, start + 1, end)):
        end -= 1
    return (start, end) if end > start else None


def _name_before_sum(tokens: Sequence[Token], text: str) -> tuple[int, int] | None:
    """Return "Ana" of "Ana 50 please", or 阿珍 of 给77阿珍; 小明转50 names who acts, not who is paid."""
    for name, value in pairwise(tokens):
        if value.has("SUM") and name.has("KIN", "X") and name.text.isascii():
            return name.start, name.end
    for marker, value, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if marker.has("GEI") and value.has("SUM") and name.has("KIN", "X"):
            return _trimmed([name], text)
    return None


def _named_instead(tokens: Sequence[Token], text: str) -> tuple[int, int] | None:
    """Return "Chidi" of "sorry, I meant Chidi": the name that follows where a text begins by taking back."""
    if not tokens or not tokens[0].has("CORRECTION", "NO"):
        return None
    place = max(place for place, token in enumerate(tokens) if token.has("CORRECTION", "NO"))
    return _name_after(_without_leading(tokens[place + 1 :]), text)


def _joined(tokens: Sequence[Token], first: tuple[int, int], text: str) -> tuple[int, int] | None:
    """Return the second name of "Bo and Chidi", of "Bo, sorry, Chidi", of 小明、小红, None where one is named."""
    after = [token for token in tokens if token.start >= first[1]]
    link = [*_run_of(after, (*_JOINING, *_BETWEEN))]
    if not any(token.has(*_JOINING) or text[token.start] == "、" for token in link):
        return None
    span = _name_after(after[len(link) :], text)
    following = next((token for token in after if span is not None and token.start >= span[1]), None)
    is_end = following is None or following.has(*_AFTER_A_NAME) or not following.text.isascii()
    return span if is_end else None


def _run_of(tokens: Sequence[Token], tags: Sequence[str]) -> Sequence[Token]:
    end = next((place for place, token in enumerate(tokens) if not token.has(*tags)), len(tokens))
    return tokens[:end]


def _without_leading(tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[len(_run_of(tokens, (*_BETWEEN, "FOR"))) :]
