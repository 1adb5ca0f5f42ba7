"""The rules of money among friends, with the worked figures of CIRCLES §6."""

from __future__ import annotations

from statistics import fmean, median, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.friends.bills import NewBill
from finance_core.friends.rules.draws import (
    MOST_SHARE,
    PacketKind,
    checked_packet,
    commitment,
    drawn,
    equal_shares,
    luckiest,
    lucky_shares,
    misfits,
)
from finance_core.friends.rules.splits import Debt, Sharing, Split, Stake, by_sharings, by_sums, debts, split
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from tests.builders import yuan
from tests.friends import SEED

DRAWS = 4_000


def test_the_worked_packet_is_drawn_from_its_seed() -> None:
    assert commitment(SEED)[:8] + commitment(SEED)[-8:] == "6c86c6aa14b4b92b"
    assert lucky_shares(10_00, 5, SEED) == [4_05, 1_49, 32, 2_46, 1_68]


def test_equal_shares_give_the_first_a_cent_more() -> None:
    assert equal_shares(10_00, 3) == [3_34, 3_33, 3_33]
    assert equal_shares(10_00, 5) == [2_00] * 5


@pytest.mark.parametrize("kind", PacketKind)
def test_at_its_bounds_a_packet_leaves_nothing_to_luck(kind: PacketKind) -> None:
    assert drawn(kind, 5, 5, SEED) == [1] * 5
    assert drawn(kind, 1_000_00, 5, SEED) == [MOST_SHARE] * 5


@pytest.mark.parametrize(
    ("total", "shares", "code"),
    [
        ("0.04", 5, ErrorCode.PACKET_TOO_SMALL),
        ("1000.01", 5, ErrorCode.PACKET_TOO_LARGE),
        ("10.00", 0, ErrorCode.PACKET_SHARES),
        ("10.00", 101, ErrorCode.PACKET_SHARES),
    ],
)
def test_a_packet_beyond_its_bounds_is_refused(total: str, shares: int, code: ErrorCode) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_packet(yuan(total), shares)
    assert refusal.value.code == code


@settings(max_examples=300, deadline=None)
@given(data=st.data(), shares=st.integers(1, 100), seed=st.integers(0, 2**256 - 1))
def test_lucky_shares_keep_their_bounds_and_their_sum(data: st.DataObject, shares: int, seed: int) -> None:
    total = data.draw(st.integers(shares, shares * MOST_SHARE))
    amounts = lucky_shares(total, shares, f"{seed:064x}")
    assert len(amounts) == shares
    assert sum(amounts) == total
    assert all(1 <= amount <= MOST_SHARE for amount in amounts)


def test_luck_does_not_hang_on_the_place() -> None:
    """10.00 in 5: mean 2.00 and deviation 1.31 at each, the luckiest at each 0.20 of the time; the largest 3.72."""
    drawn_often = [lucky_shares(10_00, 5, f"{seed:064x}") for seed in range(DRAWS)]
    for column in zip(*drawn_often, strict=True):
        assert fmean(column) == pytest.approx(2_00, abs=8)
        assert pstdev(column) == pytest.approx(1_31, abs=5)
    best = [luckiest(amounts) for amounts in drawn_often]
    assert all(best.count(place) / DRAWS == pytest.approx(0.20, abs=0.025) for place in range(5))
    assert median(max(amounts) for amounts in drawn_often) == pytest.approx(3_72, abs=6)


def test_of_several_largest_shares_the_first_is_the_luckiest() -> None:
    assert luckiest([2, 5, 1, 5]) == 1


def test_what_does_not_fit_a_seed_is_named() -> None:
    fits = misfits(PacketKind.LUCKY, yuan("10.00"), 5, SEED, commitment(SEED), [4_05, 1_49])
    assert fits == []
    wrong = misfits(PacketKind.LUCKY, yuan("10.00"), 5, SEED, "0" * 64, [4_05, 1_50, 32, 2_46, 1_68, 1])
    assert wrong == [
        "the commitment is not the SHA-256 of the seed",
        "6 shares were given, the packet has 5",
        "share 2 is 1.50, the seed gives 1.49",
    ]


@pytest.mark.parametrize(
    ("total", "weights", "organiser", "expected"),
    [
        (100_00, [1, 1], 1, Split((33_33, 33_33), 33_34)),
        (353_16, [1] * 7, 1, Split((44_14,) * 7, 44_18)),
        (100_01, [2, 1], 1, Split((50_00, 25_00), 25_01)),
        (100_00, [1, 1, 1], 0, Split((33_34, 33_33, 33_33), 0)),
        (2_00, [1, 1, 1], 0, Split((67, 67, 66), 0)),
    ],
)
def test_a_bill_is_split_and_the_organiser_bears_the_cents(
    total: int, weights: list[int], organiser: int, expected: Split
) -> None:
    assert split(total, weights, organiser) == expected


def test_sums_that_add_up_are_the_parts_and_the_rest_is_the_organisers() -> None:
    assert by_sums(yuan("100.00"), [60_00, 30_00], 10_00) == Split((60_00, 30_00), 10_00)
    assert by_sums(yuan("100.00"), [60_00, 30_00], None) == Split((60_00, 30_00), 10_00)


@pytest.mark.parametrize(
    ("sums", "own", "difference"),
    [([60_00, 30_00], 0, "10.00"), ([60_00, 39_99], 0, "0.01"), ([60_00, 50_00], None, "-10.00")],
)
def test_sums_that_do_not_add_up_are_answered_with_the_difference(
    sums: list[int], own: int | None, difference: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        by_sums(yuan("100.00"), sums, own)
    assert refusal.value.details["difference"] == yuan(difference)


def test_the_largest_debtor_pays_the_largest_creditor_first() -> None:
    stakes = [Stake(1, 30, 0), Stake(2, 30, 90), Stake(3, 30, 0), Stake(4, 30, 30)]
    assert debts(stakes) == [Debt(1, 2, 30), Debt(3, 2, 30)]
    assert debts([Stake(1, 50, 0), Stake(2, 10, 40), Stake(3, 0, 20)]) == [Debt(1, 2, 30), Debt(1, 3, 20)]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=12))
def test_debts_make_everybody_even(pairs: list[tuple[int, int]]) -> None:
    over = sum(paid - bears for bears, paid in pairs)
    stakes = [Stake(person, bears, paid) for person, (bears, paid) in enumerate(pairs)]
    stakes.append(Stake(len(pairs), max(over, 0), max(-over, 0)))
    left = {stake.person: stake.bears - stake.paid for stake in stakes}
    for debt in debts(stakes):
        assert debt.amount > 0
        left[debt.payer] -= debt.amount
        left[debt.payee] += debt.amount
    assert set(left.values()) == {0}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewBill(yuan("0.00"), (2,), Split((0,), 0)), ErrorCode.AMOUNT_NOT_POSITIVE),
        (NewBill(yuan("1000000.01"), (2,), Split((1,), 0)), ErrorCode.AMOUNT_TOO_LARGE),
        (NewBill(yuan("10.00"), (), Split((), 10_00)), ErrorCode.BILL_PEOPLE),
        (NewBill(yuan("10.00"), (2, 2), Split((5_00, 5_00), 0)), ErrorCode.BILL_PEOPLE),
        (NewBill(yuan("10.00"), (1,), Split((5_00,), 5_00)), ErrorCode.BILL_PEOPLE),
        (NewBill(yuan("0.02"), (2, 3), Split((0, 0), 2)), ErrorCode.BILL_TOO_SMALL),
        (NewBill(yuan("10.00"), (2,), Split((5_00,), 4_99)), ErrorCode.BILL_DIFFERENCE),
        (NewBill(yuan("10.00"), (2,), Split((5_00,), 5_00), paid=((2, 9_99),)), ErrorCode.BILL_DIFFERENCE),
        (NewBill(yuan("10.00"), (2,), Split((5_00,), 5_00), paid=((3, 10_00),)), ErrorCode.BILL_DIFFERENCE),
        (NewBill(yuan("10.00"), (2,), Split((5_00,), 5_00), paid=((2, 4_00), (2, 6_00))), ErrorCode.BILL_DIFFERENCE),
    ],
)
def test_a_bill_that_cannot_be_split_so_is_refused(new: NewBill, code: ErrorCode) -> None:
    with pytest.raises(InvalidInput) as refusal:
        new.checked(1)
    assert refusal.value.code == code


BY_WEIGHT, TWO, HUNDRED = Sharing(), Sharing(weight=2), Sharing(amount=100_00)


@pytest.mark.parametrize(
    ("total", "sharings", "organiser", "expected"),
    [
        ("100.00", [BY_WEIGHT, BY_WEIGHT], 1, Split((33_33, 33_33), 33_34)),
        ("300.00", [TWO, BY_WEIGHT], 1, Split((150_00, 75_00), 75_00)),
        ("300.00", [HUNDRED], 1, Split((100_00,), 200_00)),
        ("300.00", [HUNDRED, BY_WEIGHT], 1, Split((100_00, 100_00), 100_00)),
        ("300.01", [BY_WEIGHT, HUNDRED, TWO], 0, Split((66_67, 100_00, 133_34), 0)),
        ("100.00", [HUNDRED], 0, Split((100_00,), 0)),
    ],
)
def test_who_has_a_sum_bears_it_and_the_others_the_rest_by_weight(
    total: str, sharings: list[Sharing], organiser: int, expected: Split
) -> None:
    assert by_sharings(yuan(total), sharings, organiser) == expected


@pytest.mark.parametrize(("total", "organiser", "difference"), [("99.99", 1, "-0.01"), ("100.01", 0, "0.01")])
def test_sums_above_the_total_or_short_of_it_with_nobody_for_the_rest_are_answered_with_the_difference(
    total: str, organiser: int, difference: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        by_sharings(yuan(total), [HUNDRED], organiser)
    assert refused.value.code == ErrorCode.BILL_DIFFERENCE
    assert refused.value.details["difference"] == yuan(difference)


_SHARINGS = st.lists(
    st.one_of(st.builds(Sharing, weight=st.integers(1, 99)), st.builds(Sharing, amount=st.integers(1, 5_000))),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60)
@given(cents=st.integers(1, 1_000_000), sharings=_SHARINGS, organiser=st.integers(0, 3))
def test_whatever_is_said_of_each_the_parts_add_up_or_it_is_refused(
    cents: int, sharings: list[Sharing], organiser: int
) -> None:
    total = yuan(f"{cents / 100:.2f}")
    try:
        divided = by_sharings(total, sharings, organiser)
    except InvalidInput:
        left = total.amount - sum(each.amount or 0 for each in sharings)
        assert left < 0 or (organiser == 0 and all(each.amount for each in sharings))
    else:
        assert sum(divided.others) + divided.organiser == total.amount
        assert all(part == each.amount for part, each in zip(divided.others, sharings, strict=True) if each.amount)
