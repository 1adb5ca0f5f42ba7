"""What comes next in the life of the book."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from finance_core.business_day.plan import BookState, MoveDate, RunStep, Seal, days_behind, next_move
from finance_core.storage.steps import Step
from finance_core.storage.unit import Units

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY = date(2026, 3, 12)
FRIDAY = date(2026, 3, 13)


async def _nothing(units: Units, on: date) -> None:
    return None


ACCRUE = Step("accrue", time(0, 5), "close", "loans", _nothing)
INCOME = Step("income", time(0, 5), "close", "fund", _nothing)
REMIND = Step("remind", time(8), "open", "loans", _nothing)
DEBIT = Step("debit", time(9), "open", "loans", _nothing)
STEPS = [DEBIT, ACCRUE, INCOME, REMIND]


def _book(closing: date | None = None, opened: set[str] = frozenset(), closed: set[str] = frozenset()) -> BookState:  # type: ignore[assignment]
    return BookState(open_on=FRIDAY, closing_on=closing, ended_open=opened, ended_closing=closed)


def test_the_day_that_ended_is_closed_before_the_open_day_begins() -> None:
    assert next_move(_book(THURSDAY), STEPS, SHANGHAI) == (
        RunStep(ACCRUE, THURSDAY),
        datetime(2026, 3, 13, 0, 5, tzinfo=SHANGHAI),
    )


def test_close_steps_of_one_time_run_in_the_order_listed() -> None:
    move, _ = next_move(_book(THURSDAY, closed={"accrue"}), STEPS, SHANGHAI)
    assert move == RunStep(INCOME, THURSDAY)


def test_a_day_whose_close_steps_have_ended_is_sealed() -> None:
    move, _ = next_move(_book(THURSDAY, closed={"accrue", "income"}), STEPS, SHANGHAI)
    assert move == Seal(THURSDAY)


def test_the_open_day_runs_its_steps_by_the_clock_on_the_wall() -> None:
    assert next_move(_book(), STEPS, SHANGHAI) == (
        RunStep(REMIND, FRIDAY),
        datetime(2026, 3, 13, 8, 0, tzinfo=SHANGHAI),
    )
    move, due = next_move(_book(opened={"remind"}), STEPS, SHANGHAI)
    assert (move, due) == (RunStep(DEBIT, FRIDAY), datetime(2026, 3, 13, 9, 0, tzinfo=SHANGHAI))


def test_the_date_moves_at_midnight_once_the_open_days_steps_have_ended() -> None:
    move, due = next_move(_book(opened={"remind", "debit"}), STEPS, SHANGHAI)
    assert move == MoveDate(date(2026, 3, 14))
    assert due == datetime(2026, 3, 14, tzinfo=SHANGHAI)


def test_days_behind_counts_the_midnights_not_moved_over() -> None:
    assert days_behind(THURSDAY, THURSDAY) == 0
    assert days_behind(THURSDAY, date(2026, 3, 15)) == 3
