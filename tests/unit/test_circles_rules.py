"""The rules of circles, with the worked figures of CIRCLES §5."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.circles.rules.auctions import Period, Round, cost
from finance_core.circles.rules.draws import (
    WHOLE_ORDER,
    Purpose,
    key_before,
    key_chain,
    normal_pick,
    picks_hash,
    ticket,
    tickets,
)
from finance_core.circles.rules.sharing import by_rounds_on_time, share_out
from finance_core.kernel.money import ASSETS
from tests.friends import SEED

CNY = ASSETS["CNY"]
CODE = "C4TN-8KQ2"
PICKS = {1: "rain", 2: "速速", 3: "42", 4: "mango", 5: "7"}
LARGE = Round(25_000_00, tuple(range(1, 41)), Decimal(5))
SMALL = Round(500_00, tuple(range(1, 11)), Decimal(2))


def short(text: str) -> str:
    """Return a hash as CIRCLES writes it."""
    return f"{text[:8]}…{text[-8:]}"


# -- auctions ---------------------------------------------------------------------------------------------------------


def test_forty_places_share_what_the_winner_gives_up() -> None:
    won = LARGE.won(1, 350_000_00)
    assert (won.prize, won.commission) == (650_000_00, 50_000_00)
    assert won.dividends == (7_500_00,) * 40
    assert won.net == (17_500_00,) * 40


def test_cents_that_are_over_go_to_the_places_after_the_winners() -> None:
    won = SMALL.won(9, 800_05)
    assert (won.prize, won.commission) == (4_199_95, 100_00)
    assert [place for place, dividend in enumerate(won.dividends, 1) if dividend == 70_01] == [1, 2, 3, 4, 10]
    assert set(won.dividends) == {70_01, 70_00}
    assert sum(won.net) == 4_299_95 == won.prize + won.commission


@pytest.mark.parametrize(
    ("auction", "winner", "bid", "number", "rates"),
    [
        (LARGE, 1, 350_000_00, 1, ("12.4", "32.3", "4.7")),
        (SMALL, 9, 800_05, 1, ("22.8", "54.6", "6.5")),
        (SMALL, 9, 800_05, 2, ("26.0", None, None)),
        (SMALL, 9, 800_05, 10, (None, None, None)),
    ],
)
def test_a_bid_is_shown_as_a_yearly_rate(
    auction: Round, winner: int, bid: int, number: int, rates: tuple[str | None, ...]
) -> None:
    won = auction.won(winner, bid)
    price = cost(won, won.net[winner - 1], number, len(auction.places), Period.MONTH)
    found = (price.against_waiting, price.later_in_full, price.each_discounted)
    assert tuple(None if rate is None else f"{rate:.1f}" for rate in found) == rates


def test_the_bounds_of_a_bid_are_the_commission_and_two_fifths_of_the_pot() -> None:
    assert (SMALL.commission, SMALL.most_bid) == (100_00, 2_000_00)
    odd = Round(33, (1, 2, 4), Decimal("2.5"))
    assert (odd.pot, odd.commission, odd.most_bid) == (99, 2, 39)
    for winner, bid in ((9, 99_99), (9, 2_000_01), (11, 500_00)):
        with pytest.raises(ValueError, match="cannot win"):
            SMALL.won(winner, bid)


@given(st.data())
def test_whatever_is_bid_the_round_pays_out_what_it_takes_in(data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(1, 50), min_size=3, unique=True).map(sorted))
    contribution = data.draw(st.integers(100, 10_000_000))
    auction = Round(contribution, tuple(places), data.draw(st.decimals(0, 5, places=2)))
    bid = data.draw(st.integers(auction.commission, auction.most_bid))
    won = auction.won(data.draw(st.sampled_from(places)), bid)
    assert sum(won.net) == won.prize + won.commission
    assert max(won.dividends) - min(won.dividends) <= 1


# -- draws ------------------------------------------------------------------------------------------------------------


def test_the_worked_chain_draws_the_worked_places() -> None:
    keys, picks = key_chain(SEED, 5), picks_hash(PICKS)
    assert [short(keys[0]), short(keys[1]), short(picks)] == [
        "95e5979e…538dce8a",
        "7c760e1b…f6a0081c",
        "5104113e…f2e4112c",
    ]
    eligible = [{1, 2, 3, 4, 5}, {1, 2, 5}, {2, 4, 5}, {2, 4}, {2}]
    drawn = [tickets(Purpose.DRAW, keys[number], picks, CODE, number, each) for number, each in enumerate(eligible, 1)]
    assert [next(iter(each)) for each in drawn] == [3, 1, 5, 4, 2]
    assert [drawn[0][3][:8], drawn[1][1][:8]] == ["21b74034", "28f0e8bc"]


def test_drawn_whole_the_order_is_that_of_the_tickets() -> None:
    whole = tickets(Purpose.DRAW, key_chain(SEED, 5)[1], picks_hash(PICKS), CODE, WHOLE_ORDER, range(1, 6))
    assert list(whole) == [3, 5, 1, 2, 4]


def test_equal_bids_are_drawn_by_tickets_of_their_own() -> None:
    key, picks = key_chain(SEED, 10)[1], picks_hash({place: str(place) for place in range(1, 11)})
    assert [short(key), short(picks)] == ["2cd3a7e8…b618f419", "1a10937a…7761e179"]
    drawn = tickets(Purpose.TIE, key, picks, CODE, 1, {7, 9})
    assert [(place, each[:8]) for place, each in drawn.items()] == [(9, "c02bb676"), (7, "e7496c73")]


def test_each_key_is_the_hash_of_the_next_one() -> None:
    keys = key_chain(SEED, 12)
    assert (len(keys), keys[-1]) == (13, SEED)
    assert all(earlier == key_before(later) for earlier, later in pairwise(keys))


def test_over_ten_thousand_circles_each_place_is_drawn_as_often_as_another() -> None:
    """Chi-square with 11 degrees of freedom: below 31.26, which chance passes once in a thousand."""
    first = dict.fromkeys(range(1, 13), 0)
    for circle in range(10_000):
        key = key_before(f"{circle:064x}")
        first[next(iter(tickets(Purpose.DRAW, key, picks_hash({}), f"C{circle}", 1, range(1, 13))))] += 1
    expected = 10_000 / 12
    assert sum((count - expected) ** 2 / expected for count in first.values()) < 31.26


@given(st.sets(st.integers(1, 50), min_size=1), st.integers(1, 50))
def test_a_ticket_does_not_depend_on_who_else_is_eligible(eligible: set[int], place: int) -> None:
    key, picks = key_before(SEED), picks_hash({})
    drawn = tickets(Purpose.DRAW, key, picks, CODE, 3, eligible | {place})
    assert drawn[place] == ticket(Purpose.DRAW, key, picks, CODE, 3, place)


@pytest.mark.parametrize(
    ("text", "pick"), [("e\u0301", "é"), ("雨" * 64, "雨" * 64), ("雨" * 65, None), ("", None), ("x" * 5_000, None)]
)
def test_a_pick_has_1_to_64_characters_composed(text: str, pick: str | None) -> None:
    assert normal_pick(text) == pick


# -- sharing ----------------------------------------------------------------------------------------------------------


def test_the_worked_share_out_sets_the_loan_off() -> None:
    out = share_out(939_66, [12, 8, 15, 5, 10], [0, 0, 0, 84_59, 0], CNY)
    assert out.value_per_share == Decimal("2048.50")
    assert out.entitled == (245_82, 163_88, 307_28, 102_42, 204_85)
    assert out.paid == (245_82, 163_88, 307_28, 17_83, 204_85)
    assert sum(out.paid) == 939_66


def test_who_owes_more_than_entitled_gets_nothing_and_owes_the_rest() -> None:
    out = share_out(700_00, [5, 25, 20], [300_00, 0, 0], CNY)
    assert f"{float(out.value_per_share) / 100:.4f}" == "15.5556"
    assert (out.entitled[0], out.paid[0], out.still_owed[0]) == (77_78, 0, 222_22)
    assert sum(out.paid) == 700_00


def test_what_divides_evenly_is_the_same_for_each_share() -> None:
    assert share_out(187_550_00, [25, 100], [0, 0], CNY).paid == (37_510_00, 150_040_00)


@given(
    st.integers(0, 10_000_000),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 500_000)), min_size=1, max_size=30),
)
def test_a_share_out_pays_what_there_is_and_leaves_nobody_below_zero(cash: int, members: list[tuple[int, int]]) -> None:
    shares, owed = [count for count, _ in members], [debt for _, debt in members]
    if not any(shares):
        shares[0] = 1
    out = share_out(cash, shares, owed, CNY)
    assert min(out.paid) >= 0
    assert sum(out.paid) == cash
    assert all(not paid or not debt for paid, debt in zip(out.paid, out.still_owed, strict=True))


def test_fines_are_shared_by_rounds_that_were_paid_on_time() -> None:
    assert by_rounds_on_time(30_00, [10, 9, 7], CNY) == [11_54, 10_38, 8_08]
    assert by_rounds_on_time(10_00, [0, 0, 0], CNY) == [3_34, 3_33, 3_33]
