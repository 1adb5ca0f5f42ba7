"""What circles promise about days, debts, leaving and limits, with the worked figures of CIRCLES §5."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.circles.rules.auctions import Period, Round
from finance_core.circles.rules.bidding import Chance, decided, eligible, seal
from finance_core.circles.rules.dates import (
    due_within,
    lasts_at_most,
    moved_by_one,
    reminder_days,
    round_days,
)
from finance_core.circles.rules.draws import Purpose, key_chain, picks_hash
from finance_core.circles.rules.joining import promise
from finance_core.circles.rules.leaving import PaidIn, kept, paid_back, refund
from finance_core.circles.rules.limits import (
    Broken,
    Joining,
    Limit,
    TierLimits,
    broken_by,
    exposure,
    is_early,
    most_places_each,
    organiser_broken_by,
)
from finance_core.circles.rules.paying import Due, Paid, commission, fine, in_proportion, late_from, spread
from finance_core.circles.rules.reliability import RoundPaid, reliability
from finance_core.circles.rules.voting import Needs, Outcome, outcome, yes_needed
from tests.friends import SEED

TENTH = date(2026, 3, 10)

# -- days -------------------------------------------------------------------------------------------------------------


def test_a_round_on_the_31st_falls_on_the_last_day_of_a_shorter_month() -> None:
    assert round_days(date(2026, 1, 31), 4, Period.MONTH) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


@pytest.mark.parametrize(
    ("period", "second"),
    [
        (Period.DAY, date(2026, 3, 11)),
        (Period.WEEK, date(2026, 3, 17)),
        (Period.TWO_WEEKS, date(2026, 3, 24)),
        (Period.MONTH, date(2026, 4, 10)),
    ],
)
def test_rounds_are_a_period_apart_on_natural_days(period: Period, second: date) -> None:
    assert round_days(TENTH, 2, period) == [TENTH, second]


def test_a_circle_lasts_24_months_at_most_and_60_where_the_catalogue_says_so() -> None:
    assert lasts_at_most(TENTH, 24, Period.MONTH)
    assert not lasts_at_most(TENTH, 25, Period.MONTH)
    assert lasts_at_most(TENTH, 50, Period.MONTH, months=60)
    assert not lasts_at_most(TENTH, 61, Period.MONTH, months=72)
    assert lasts_at_most(TENTH, 50, Period.TWO_WEEKS)


def test_coming_days_move_by_one_period_and_keep_the_day_of_month() -> None:
    first_on = date(2026, 1, 31)
    coming = round_days(first_on, 4, Period.MONTH)[2:]
    assert moved_by_one(coming, first_on, 4, Period.MONTH) == [date(2026, 4, 30), date(2026, 5, 31)]


def test_reminders_come_two_days_and_one_day_before_or_on_the_day_alone_under_a_week() -> None:
    assert reminder_days(TENTH, Period.WEEK) == (date(2026, 3, 8), date(2026, 3, 9))
    assert reminder_days(TENTH, Period.DAY) == (TENTH,)


def test_contributions_of_30_days_are_counted_by_their_days() -> None:
    counts = {period: due_within(round_days(TENTH, 40, period), TENTH) for period in Period}
    assert counts == {Period.DAY: 30, Period.WEEK: 5, Period.TWO_WEEKS: 3, Period.MONTH: 1}


# -- late, fines, debts -----------------------------------------------------------------------------------------------


def test_the_worked_payment_pays_the_contribution_and_then_the_fine() -> None:
    """500.00 due on the 10th, 300.00 on the 11th, 210.00 on the 14th."""
    assert late_from(TENTH) == date(2026, 3, 12)
    assert fine(500_00, Decimal(2)) == 10_00
    assert spread(300_00, [Due(1, 4, 500_00)]) == [Paid(1, 4, 300_00, 0)]
    assert spread(210_00, [Due(1, 4, 200_00, 10_00)]) == [Paid(1, 4, 200_00, 10_00)]


def test_the_oldest_round_is_paid_first_and_in_each_the_contribution_before_the_fine() -> None:
    debts = [Due(3, 2, 100_00), Due(2, 2, 50_00, 2_00), Due(1, 2, 0, 2_00)]
    assert spread(120_00, debts) == [Paid(1, 2, 0, 2_00), Paid(2, 2, 50_00, 2_00), Paid(3, 2, 66_00, 0)]


@given(st.integers(0, 100_000), st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 500)), max_size=8))
def test_money_pays_all_that_it_reaches_and_no_more(money: int, debts: list[tuple[int, int]]) -> None:
    dues = [Due(number, 1, *debt) for number, debt in enumerate(debts, 1)]
    paid = spread(money, dues)
    assert sum(each.contribution + each.fine for each in paid) == min(money, sum(map(sum, debts)))


def test_a_commission_is_taken_in_proportion_to_each_payout_and_whole_in_the_end() -> None:
    assert commission(10, 500_00, Decimal(2)) == 100_00
    assert commission(9, 500_00, Decimal(2)) == 90_00
    first = in_proportion(100_00, 5_000_00, 0, 3_333_33)
    assert first == 66_67
    assert first + in_proportion(100_00, 5_000_00, 3_333_33, 1_666_67) == 100_00


@given(st.integers(0, 10_000), st.lists(st.integers(1, 10_000), min_size=1))
def test_parts_of_a_commission_add_up(whole: int, payouts: list[int]) -> None:
    of = sum(payouts)
    parts = [in_proportion(whole, of, sum(payouts[:index]), now) for index, now in enumerate(payouts)]
    assert sum(parts) == whole
    assert min(parts) >= 0


# -- leaving ----------------------------------------------------------------------------------------------------------


def test_the_worked_leaver_has_back_what_the_first_two_received() -> None:
    """5 of 200.00, place 5 leaves after round 2."""
    paid = [PaidIn(1, 1, 200_00, 200_00, 0, 5), PaidIn(2, 2, 200_00, 200_00, 0, 5)]
    back = refund(5, paid)
    assert (back.by_place, back.in_moved_round) == ({1: 200_00, 2: 200_00}, 400_00)
    assert 4 * 200_00 == 800_00  # what rounds 3 and 4 pay, and what places 3 and 4 pay in


def test_in_an_auction_net_sums_come_back_less_the_commission() -> None:
    paid = [PaidIn(1, 3, 95_00, 95_00, 0, 10), PaidIn(2, 4, 97_00, 97_00, 0, 10)]
    assert refund(9, paid).in_moved_round == 192_00
    taken = [PaidIn(1, 3, 95_00, 95_00, 50_00, 10), PaidIn(2, 4, 97_00, 97_00, 50_00, 10)]
    assert refund(9, taken).in_moved_round == 182_00


def test_the_leavers_part_of_the_commission_is_rounded_down() -> None:
    assert paid_back(PaidIn(1, 1, 200_00, 200_00, 20_00, 5)) == 196_00
    assert paid_back(PaidIn(1, 1, 200_00, 200_00, 1_00, 7)) == 200_00 - 14
    assert paid_back(PaidIn(1, 1, 100_00, 200_00, 20_00, 5)) == 98_00


def test_what_lies_in_a_pot_comes_back_at_once_and_whole() -> None:
    paid = [PaidIn(1, 1, 200_00, 200_00, 0, 5), PaidIn(2, None, 120_00, 200_00, 0, 5)]
    back = refund(5, paid, Decimal(5))
    assert (back.at_once, back.by_place) == ({2: 120_00}, {1: 200_00})
    assert (back.kept, back.in_moved_round) == (10_00, 190_00)
    assert kept(199_99, Decimal("2.5")) == 5_00


def test_who_received_in_their_own_round_owes_themselves_nothing() -> None:
    assert refund(1, [PaidIn(1, 1, 200_00, 200_00, 0, 5)]).by_place == {}


# -- limits -----------------------------------------------------------------------------------------------------------

TIER_1 = TierLimits(3, 5_000_00)


def joining(**changed: int) -> Joining:
    figures = {
        "income": 5_000_00,
        "contributions": 500_00,
        "instalments": 1_500_00,
        "circles": 1,
        "exposure": 4_500_00,
        "places": 1,
        "of_places": 10,
    }
    return Joining(**{**figures, **changed})


def test_who_keeps_all_limits_may_join() -> None:
    assert broken_by(joining(), TIER_1) == []


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"instalments": 1_500_01}, Broken(Limit.INCOME, 2_000_01, 2_000_00)),
        ({"circles": 4}, Broken(Limit.CIRCLES, 4, 3)),
        ({"exposure": 5_000_01}, Broken(Limit.EXPOSURE, 5_000_01, 5_000_00)),
        ({"places": 4}, Broken(Limit.PLACES_EACH, 4, 3)),
        ({"places": 3, "of_places": 5}, Broken(Limit.PLACES_EACH, 3, 2)),
    ],
)
def test_a_limit_that_is_broken_is_told_with_what_would_keep_it(changed: dict[str, int], broken: Broken) -> None:
    assert broken_by(joining(**changed), TIER_1) == [broken]


def test_nobody_holds_more_than_three_places_or_half() -> None:
    assert [most_places_each(places) for places in (3, 4, 5, 6, 50)] == [1, 2, 2, 3, 3]


def test_exposure_is_what_is_still_to_be_paid_after_having_received() -> None:
    assert exposure(500_00, 10, 1) == 4_500_00 == exposure(500_00, 10, None)
    assert exposure(500_00, 10, 4, secured=1_000_00) == 2_000_00
    assert exposure(500_00, 10, 10) == 0 == exposure(500_00, 10, 9, secured=600_00)


def test_an_organisers_first_circle_is_small_and_its_chair_comes_late_or_secures_it() -> None:
    assert organiser_broken_by(10, 1_000_00, 10_000_00, [4], 0) == []
    assert organiser_broken_by(10, 1_000_00, 10_000_00, [3], 0) == [Broken(Limit.CHAIR_EARLY, 3, 3)]
    assert organiser_broken_by(10, 1_000_00, 10_000_00, [3], 7_000_00) == []
    broken = organiser_broken_by(13, 1_000_00, 10_000_00, [None], 0)
    assert [each.limit for each in broken] == [Limit.FIRST_PLACES, Limit.FIRST_POT]
    assert [turn for turn in range(1, 13) if is_early(turn, 12)] == [1, 2, 3, 4]


# -- reliability ------------------------------------------------------------------------------------------------------


def test_reliability_is_rounds_on_time_of_rounds_due() -> None:
    days = round_days(date(2025, 1, 10), 24, Period.MONTH)
    rounds = [RoundPaid(day, day, 1) for day in days[:23]] + [RoundPaid(days[23], date(2026, 12, 12), 1)]
    found = reliability(rounds, date(2026, 12, 20))
    assert (found.on_time, found.due, found.late, found.missed) == (23, 24, 1, 0)
    assert found.percent == 95


def test_grace_counts_as_on_time_and_what_is_not_over_does_not_count() -> None:
    rounds = [RoundPaid(TENTH, date(2026, 3, 11), 1), RoundPaid(date(2026, 4, 10), None, 1)]
    assert reliability(rounds, date(2026, 4, 11)).due == 1
    assert reliability(rounds, date(2026, 4, 12)).missed == 1


def test_a_fault_of_ours_is_no_lateness_and_what_is_two_years_old_is_left_out() -> None:
    late = RoundPaid(TENTH, date(2026, 3, 20), 1, excused=True)
    old = RoundPaid(date(2024, 3, 10), None, 1)
    found = reliability([late, old], date(2026, 4, 1))
    assert (found.on_time, found.due) == (1, 1)
    assert reliability([], TENTH).percent is None


# -- bids -------------------------------------------------------------------------------------------------------------

SMALL = Round(500_00, tuple(range(1, 11)), Decimal(2))
CHANCE = Chance(key_chain(SEED, 10)[1], picks_hash({place: str(place) for place in range(1, 11)}), "C4TN-8KQ2", 1)


def test_a_seal_is_the_hash_of_what_was_bid_and_a_nonce() -> None:
    nonce = "00112233445566778899aabbccddeeff"
    text = f"susu-bid-1|C4TN-8KQ2|1|9|80005|{nonce}"
    assert seal("C4TN-8KQ2", 1, 9, 800_05, nonce) == hashlib.sha256(text.encode()).hexdigest()


def test_the_worked_tie_is_drawn() -> None:
    bids = {3: 612_35, 7: 800_05, 9: 800_05}
    won = decided(bids, late=(), not_now=(), unpaid=range(1, 11), least=SMALL.commission, chance=CHANCE)
    assert (won.place, won.bid, won.drawn) == (9, 800_05, Purpose.TIE)


def test_the_highest_bid_of_who_is_not_late_wins() -> None:
    bids = {3: 612_35, 7: 800_05}
    won = decided(bids, late={7}, not_now=(), unpaid=range(1, 11), least=100_00, chance=CHANCE)
    assert (won.place, won.bid, won.drawn) == (3, 612_35, None)


def test_without_a_bid_who_wants_it_is_drawn_at_the_least_bid() -> None:
    won = decided({}, late={1}, not_now={2, 3, 4, 5, 6, 7, 8, 9}, unpaid=range(1, 11), least=100_00, chance=CHANCE)
    assert (won.place, won.bid, won.drawn) == (10, 100_00, Purpose.DRAW)


def test_the_last_place_pays_the_least_bid() -> None:
    won = decided({5: 900_00}, late=(), not_now=(), unpaid=[5], least=100_00, chance=CHANCE)
    assert (won.place, won.bid, won.drawn) == (5, 100_00, None)


def test_where_nobody_is_eligible_all_who_have_not_received_are() -> None:
    assert eligible([1, 2, 3], late=[2], not_now=[3]) == [1]
    assert eligible([1, 2, 3], late=[2], not_now=[1, 3]) == [1, 3]
    assert eligible([1, 2], late=[1, 2]) == [1, 2]


# -- votes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needs", "voters", "needed"),
    [
        (Needs.OFFICERS, 3, 2),
        (Needs.MAJORITY, 10, 6),
        (Needs.MAJORITY, 5, 3),
        (Needs.TWO_THIRDS, 10, 7),
        (Needs.TWO_THIRDS, 6, 4),
    ],
)
def test_how_many_must_say_yes(needs: Needs, voters: int, needed: int) -> None:
    assert yes_needed(needs, voters) == needed


def test_a_vote_ends_early_when_it_is_decided() -> None:
    def found(yes: int, no: int, *, is_over: bool = False) -> Outcome:
        return outcome(Needs.MAJORITY, 10, yes, no, is_over=is_over)

    assert found(6, 0) is Outcome.PASSED
    assert found(5, 4) is Outcome.OPEN
    assert found(0, 5) is Outcome.FAILED
    assert found(5, 0, is_over=True) is Outcome.FAILED


# -- what joining promises --------------------------------------------------------------------------------------------


def test_a_join_promises_what_is_paid_in_and_what_comes_back() -> None:
    promised = promise(500_00, 10, [4], date(2026, 1, 10), Period.MONTH, Decimal(2))
    assert (promised.paid_in, promised.comes_back, promised.commission) == (5_000_00, 4_900_00, 100_00)
    assert promised.receives_on == (date(2026, 4, 10),)
    assert promised.last_on == date(2026, 10, 10)


def test_two_places_pay_and_receive_twice() -> None:
    promised = promise(500_00, 10, [None, 2], date(2026, 1, 10), Period.MONTH, Decimal(0))
    assert (promised.each_round, promised.paid_in, promised.comes_back) == (1_000_00, 10_000_00, 10_000_00)
    assert promised.receives_on == (None, date(2026, 2, 10))
