"""Receipt references: short, distinct, and unlike their neighbours."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from finance_core.ledger.reference import ALPHABET, REFERENCES, reference_of


def test_a_reference_looks_as_a_receipt_prints_it() -> None:
    assert all(re.fullmatch(rf"S[{ALPHABET}]{{3}}-[{ALPHABET}]{{4}}", reference_of(number)) for number in range(1, 500))


def test_no_two_entries_share_a_reference() -> None:
    assert len({reference_of(number) for number in range(200_000)}) == 200_000


@given(st.integers(0, REFERENCES - 1), st.integers(0, REFERENCES - 1))
def test_two_ids_have_one_reference_only_when_they_are_one(first: int, second: int) -> None:
    assert (reference_of(first) == reference_of(second)) == (first == second)


def test_neighbours_look_unrelated() -> None:
    """Of 7 letters, two neighbours share a quarter of one by chance (7/28); far fewer than half of them on average."""
    pairs = [(reference_of(number), reference_of(number + 1)) for number in range(1, 2000)]
    shared = sum(
        one == other for first, second in pairs for one, other in zip(first[1:], second[1:], strict=True) if one != "-"
    )
    assert shared / len(pairs) < 1
