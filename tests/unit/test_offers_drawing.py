"""Drawing who gets which text, what a comparison shows, and to whom a contract is credited: the worked figures."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from finance_core.offers.rules.crediting import Tap, credited
from finance_core.offers.rules.drawing import BUCKETS, bucket, salt_of, shares, variant_of
from finance_core.offers.rules.verdict import Arm, Outcome, all_pairs, compared, least_seen, needed, split

# -- drawing ----------------------------------------------------------------------------------------------------------


def test_the_first_five_customers_of_broadcast_12_are_drawn_as_worked() -> None:
    drawn = [bucket(salt_of(12), customer) for customer in range(1, 6)]
    assert drawn == [7052, 607, 6513, 6017, 2888]
    assert [variant_of(each, 10, 2) for each in drawn] == [1, None, 1, 1, 0]


def test_of_41_200_customers_so_many_are_held_out_and_get_each_text() -> None:
    arms = Counter(variant_of(bucket(salt_of(12), customer), 10, 2) for customer in range(1, 41_201))
    assert (arms[None], arms[0], arms[1]) == (4_164, 18_683, 18_353)


@pytest.mark.parametrize(("drawn", "variant"), [(0, None), (999, None), (1_000, 0), (5_499, 0), (5_500, 1), (9_999, 1)])
def test_a_tenth_held_out_leaves_two_even_halves(drawn: int, variant: int | None) -> None:
    assert variant_of(drawn, 10, 2) == variant


@pytest.mark.parametrize("held_out", [0, 7, 10, 50])
@pytest.mark.parametrize("variants", [1, 2, 3, 4])
def test_shares_are_what_the_buckets_say(held_out: int, variants: int) -> None:
    counted = Counter(variant_of(each, held_out, variants) for each in range(BUCKETS))
    assert shares(held_out, variants) == (counted[None], *(counted[each] for each in range(variants)))


# -- the verdict ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "points", "low", "high", "z", "p", "outcome"),
    [
        (Arm(18_540, 315), Arm(18_540, 371), "0.30", "0.03", "0.58", "2.158", "0.031", Outcome.MORE),
        (Arm(18_540, 315), Arm(18_540, 341), "0.14", "-0.13", "0.41", "1.024", "0.306", Outcome.NO_DIFFERENCE),
        (Arm(400, 3), Arm(400, 9), "1.50", "-0.28", "3.53", "1.745", "0.081", Outcome.TOO_FEW),
        (Arm(4_120, 41), Arm(37_080, 686), "0.85", "0.48", "1.15", "3.954", "0.000", Outcome.MORE),
    ],
    ids=["clear", "not", "early", "holdout"],
)
def test_the_verdicts_are_as_worked(
    first: Arm, second: Arm, points: str, low: str, high: str, z: str, p: str, outcome: Outcome
) -> None:
    found = compared(first, second)
    assert [f"{part * 100:.2f}" for part in (found.difference, found.low, found.high)] == [points, low, high]
    assert (f"{found.z:.3f}", f"{found.p:.3f}", found.outcome) == (z, p, outcome)


def test_what_a_holdout_says_was_added_is_told_in_contracts() -> None:
    assert compared(Arm(4_120, 41), Arm(37_080, 686)).added == (317, 178, 427)


def test_the_worse_text_is_named_too() -> None:
    assert compared(Arm(18_540, 371), Arm(18_540, 315)).outcome is Outcome.LESS


def test_with_several_texts_p_is_multiplied_by_their_pairs() -> None:
    arms = (Arm(18_540, 315), Arm(18_540, 371), Arm(18_540, 341))
    pairs = all_pairs(arms)
    assert [(one, other) for one, other, _ in pairs] == [(0, 1), (0, 2), (1, 2)]
    assert f"{pairs[0][2].p:.3f}" == "0.093"
    assert pairs[0][2].outcome is Outcome.NO_DIFFERENCE
    assert compared(Arm(100, 20), Arm(100, 20), pairs=6).p == 1


def test_arms_of_nobody_show_nothing() -> None:
    assert compared(Arm(0, 0), Arm(100, 20)).outcome is Outcome.TOO_FEW
    assert compared(Arm(50, 50), Arm(50, 50)).outcome is Outcome.NO_DIFFERENCE


@pytest.mark.parametrize(
    ("assigned", "expected", "chi2", "degrees", "p"),
    [
        ((18_683, 18_353), shares(10, 2)[1:], "2.940", 1, "0.086"),
        ((4_164, 18_683, 18_353), shares(10, 2), "3.459", 2, "0.177"),
    ],
)
def test_the_split_is_held_against_how_it_was_drawn(
    assigned: tuple[int, ...], expected: tuple[int, ...], chi2: str, degrees: int, p: str
) -> None:
    found = split(assigned, expected)
    assert (f"{found.chi2:.3f}", found.degrees, f"{found.p:.3f}", found.is_off) == (chi2, degrees, p, False)


def test_a_split_that_is_off_is_seen() -> None:
    assert split((18_000, 19_200), (1, 1)).is_off
    assert not split((41_200,), (1,)).is_off


@pytest.mark.parametrize(("chi2", "degrees", "p"), [(7.815, 3, "0.050"), (9.488, 4, "0.050"), (18.467, 4, "0.001")])
def test_chi_squared_of_more_arms_is_that_of_the_tables(chi2: float, degrees: int, p: str) -> None:
    """`split` of arms one apart gives any χ²; the tables' 5 % and 0.1 % points are looked up here."""
    arms = degrees + 1
    base = 1_000_000
    off = (chi2 * base / 2) ** 0.5
    found = split([round(base + off), round(base - off), *[base] * (arms - 2)], [1] * arms)
    assert (found.degrees, f"{found.p:.3f}") == (degrees, p)


def test_how_many_it_takes_to_see_a_difference() -> None:
    assert (needed(0.02, 0.024), needed(0.02, 0.025)) == (21_109, 13_809)


@pytest.mark.parametrize(("share", "points"), [(0.02, "0.43"), (0.017, "0.40")])
def test_how_small_a_difference_will_hardly_show(share: float, points: str) -> None:
    assert f"{least_seen(share, 18_540) * 100:.2f}" == points


# -- crediting --------------------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
THURSDAY = datetime(2026, 12, 3, 9, tzinfo=UTC)
TAPS = (Tap(12, "loans", MONDAY), Tap(15, "loans", THURSDAY))


@pytest.mark.parametrize(
    ("line", "signed_at", "offer"),
    [
        ("loans", datetime(2026, 12, 5, 12, tzinfo=UTC), 15),  # Saturday
        ("deposits", datetime(2026, 12, 6, 12, tzinfo=UTC), None),  # Sunday: nobody's
        ("loans", THURSDAY + timedelta(days=7), 15),  # exactly as old as the window
        ("loans", THURSDAY + timedelta(days=7, seconds=1), None),
        ("loans", MONDAY + timedelta(hours=1), 12),
        ("loans", MONDAY - timedelta(seconds=1), None),
    ],
)
def test_a_contract_is_credited_to_the_last_tap_of_its_line(line: str, signed_at: datetime, offer: int | None) -> None:
    assert credited(TAPS, line, signed_at) == offer


def test_the_window_may_be_longer() -> None:
    assert credited(TAPS, "loans", THURSDAY + timedelta(days=20), timedelta(days=30)) == 15
