"""Whatever stands at the edges of a number, the sum is the whole of it or nothing, and no part of it is a note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from finance_core.kernel.errors import InvalidInput
from handlers.phrases.normalise import fold
from handlers.phrases.readers.amounts import parse_amount
from handlers.phrases.readers.quantities import find_quantities
from handlers.phrases.understand import understand

NUMBERS: Final = ("300", "1,200", "50.5", "三百", "1.5万", "five hundred", "5k", "两块半", "12", "$20", "8毛")
NUMERALS: Final = "零一二两三四五六七八九十百千万亿壹贰拾佰仟"
OF_NUMBERS: Final = f"0123456789.,'-/%+^_~½²¥$€kwmoxlI{NUMERALS}块元毛角分半几多来余点成"
SIGNS: Final = "%‰°^_=/\\+<>"
EDGES: Final = st.text(st.sampled_from(OF_NUMBERS) | st.characters(categories=("L", "N", "Me", "P", "S")), max_size=4)
LEADS_TO_A_NUMBER: Final = re.compile(r"[^\W\d]{2}$|@[A-Za-z]\w*$")
"""A word, as in "borrow3000", or a handle."""
TERM: Final = re.compile(r"\D(?:\d+[dwmyx期年天周月日次笔条人位个分星礼季]|半(?:[年天月]|个))")
"""A unit of a sum, then a stretch of time, as in "3k6m"."""
SENTENCES: Final = st.sampled_from(["send @bo {}", "借{}", "转{}给小明", "withdraw {} please"])


def reading(text: str) -> Decimal | None:
    try:
        return parse_amount(text)
    except InvalidInput:
        return None


def is_free(edge: str) -> bool:
    """Tell whether a character beside a number leaves it what it is: none at all, a word of Han, a mark, an emoji."""
    character = fold(edge)
    if not character or character in "|~":
        return True
    if "\u3400" <= character <= "\u9fff":
        return character not in NUMERALS
    is_of_a_number = character.isalnum() or character in SIGNS
    return not is_of_a_number and unicodedata.category(character) not in ("Sc", "Sm", "Me")


MONTH_BESIDE: Final = re.compile(r"[\u4e00-\u9fff](?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\b")
"""A month's name right behind a Chinese numeral is a word of its own: letters are no part of such a number."""


def wholes(token: str) -> Iterator[str]:
    """Return every part of a token at whose edges nothing stands that could belong to its number."""
    for begin, end in combinations(range(len(token) + 1), 2):
        before, after = token[:begin], token[end:]
        is_cut = re.search(r"\d[.,':]?$", before) or re.match(r"[.,':]?\d", after)
        leads = is_free(before[-1:]) or before.endswith("+") or LEADS_TO_A_NUMBER.search(before)
        ends = TERM.match(fold(token[end - 1 :])) or MONTH_BESIDE.match(fold(token[end - 1 :]))
        if leads and ((is_free(after[:1]) and not is_cut) or ends):
            yield token[begin:end]


def names_a_term(note: str) -> bool:
    """Tell whether a note is no rest of a sum but a stretch of time, as the 12W of "3;12W" are to one who writes so."""
    return [each.kind for each in find_quantities(f"5 {fold(note)}")] == ["SUM", "TERM"] or note.startswith("半个")


@settings(deadline=None, max_examples=300, derandomize=True)  # 15,000 random ones were tried once
@given(SENTENCES, EDGES, st.sampled_from(NUMBERS), EDGES)
@example("借{}", "仟", "1.5万", "仟")
@example("send @bo {}", "", "five hundred", "b")
@example("转{}给小明", "w", "five hundred", "")
@example("send @bo {}", "", "1,200", "M")
@example("send @bo {}", "", "50.5", "一")
@example("withdraw {} please", "", "两块半", "拾")
@example("send @bo {}", "0/0", "1,200", "")
@example("转{}给小明", "", "三百", "0/0")
@example("withdraw {} please", "", "1,200", "°")
@example("send @bo {}", "", "300", "DEC")
@example("send @bo {}", "$", "8毛", "")
@example("send @bo {}", "1X", "300", "")
@example("send @bo {}", "0?", "三百", "0")
def test_a_sum_is_whole_or_nothing(sentence: str, before: str, number: str, after: str) -> None:
    token = before + number + after
    understood = understand(sentence.format(token))
    amount = understood.slots.get("amount")
    if amount is not None and Decimal(amount) != reading(token):
        assert Decimal(amount) in {reading(whole) for whole in wholes(token)}
    note = str(understood.slots.get("note", ""))
    assert not set(note) & {*number, *"0123456789"} - {*before, *after, " "} or names_a_term(note)
