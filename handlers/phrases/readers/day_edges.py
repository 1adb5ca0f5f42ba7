"""The two edges of a day: no word belongs to it that was not understood ("the blue Friday", "the 5th of smarch").

One guard for a day wherever it is said, as `edges` is for a number. Only what could name another day counts: a word
between "on the" and "Friday" does, the loan of "pay the loan on Friday" does not.
"""

from __future__ import annotations

import re
from typing import Final

_LEADS: Final = "on|by|until|till|before"
_POINTS: Final = "the|this|that|a|an|my|his|her|our|your|their"
_UNDERSTOOD: Final = frozenset(
    f"{_LEADS}|{_POINTS}|next|coming|following|from|for|of|at|in|and|is|it|me|you|us|to|ok|okay|yes|yeah|well|sure|no|please|pls"
    "|make|say|let's|lets|then|maybe|i|i'll|will|pay|noon|midnight|morning|night|evening|afternoon|end|day|date|after".split(
        "|"
    )
)
"""What may stand right before a day."""

_WORD_BEFORE: Final = re.compile(rf"(?P<lead>^|\b(?:{_LEADS}) )(?:(?:{_POINTS}) )?(?P<word>[a-z][a-z'-]*) $", re.ASCII)
"""A word between what leads to a day and the day: the "blue" of "on the blue Friday"."""

_ANOTHER_BEFORE: Final = re.compile(
    r"(?:\b(?:not|last|past|previous|first|second|third|fourth|other|next|early|mid|late|about|around|roughly|after"
    r"|approximately|some|any|one|an?|good|black|cyber|easter|ash|palm|holy|another|alternate)(?: (?:on|the|in))?"
    r"|\b(?:(?:days?|weeks?|months?) (?:from|after|before)|weeks? on)(?: the)?) $"
    r"|(?:不是|大概|大约|或者?|还是|第[一二三四]个?|[农阴旧]历)$",
    re.ASCII,
)
_OF_TIME: Final = re.compile("[a-z]*day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|months?|weeks?|weekend|year")
_DOUBLED: Final = ("下下", "上上", "大大")
_DESCRIBED: Final = re.compile("[色的](?:周|星期|礼拜)")
_ANOTHER_AFTER: Final = re.compile(
    r" after next(?![a-z])| week(?![a-z])| ago(?![a-z])|-?ish(?![a-z])"
    r"|,? or (?:so|thereabouts|later|(?:on |the |maybe )*(?:\d|mon|tue|wed|thu|fri|sat|sun|tod|tom|next))[a-z0-9]*"
    r"|左右|上下|前后|以后|之后|过后|后(?!天)|(?:或者?|还是)(?:(?:下|这|本)?个?(?:周|星期|礼拜)[一二三四五六日天末]|\d{1,2}[号日]|[今明后]天)",
    re.ASCII,
)
_OF: Final = re.compile(r" of (?:(?:the|this|next|that) )?(?P<word>[a-z]+)", re.ASCII)
_MONTHS: Final = re.compile(
    "month|it|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_NAMED_BY: Final = re.compile(r"(?:[a-z]day|\d(?:st|nd|rd|th))$")


def reach(folded: str, start: int, stop: int, *, alone: bool) -> tuple[int, int]:
    """Return the span of a day with what belongs to it and was not understood; as it is where all was understood.

    `alone`: the text says a day and nothing else, so that its first word belongs to the day as well.
    """
    before, after = _before(folded, start, alone=alone), _ANOTHER_AFTER.match(folded, stop)
    if after is None and _NAMED_BY.search(folded, start, stop):
        of = _OF.match(folded, stop)
        after = of if of is not None and not _MONTHS.fullmatch(of["word"]) else None
    return (start if before is None else before), (stop if after is None else after.end())


def _before(folded: str, start: int, *, alone: bool) -> int | None:
    if folded[max(0, start - 1) : start + 1] in _DOUBLED or (start and _DESCRIBED.match(folded, start - 1)):
        return start - 1
    if another := _ANOTHER_BEFORE.search(folded, 0, start):
        return another.start()
    unknown = _WORD_BEFORE.search(folded, 0, start)
    if (
        unknown is None
        or unknown["word"] in _UNDERSTOOD
        or _OF_TIME.fullmatch(unknown["word"])
        or not (alone or unknown["lead"])
    ):
        return None
    return unknown.start("word")
