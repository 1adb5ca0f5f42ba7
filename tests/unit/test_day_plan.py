"""What comes next in the life of the book."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from finance_core.business_day.plan import BookState, MoveDate, Next, RunStep, Seal, days_behind, next_move
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Units

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY = date(2026, 3, 12)
FRIDAY = date(2026, 3, 13)


async def _nothing(units: Units, on: date) -> None:
    return None


ACCRUE = Step("accrue", time(0, 5), "close", "loans", _nothing, rank=110)
INCOME = Step("income", time(0, 5), "close", "fund", _nothing, rank=120)
REMIND = Step("remind", time(8), "open", "loans", _nothing, rank=210)
DEBIT = Step("debit", time(9), "open", "loans", _nothing, rank=410)
STEPS = [DEBIT, ACCRUE, INCOME, REMIND]


def _open(*ended: str) -> BookState:
    return BookState(FRIDAY, None, set(ended))


def _closing(*ended: str) -> BookState:
    return BookState(FRIDAY, THURSDAY, set(ended))


def _at(hour: int, minute: int = 0, day: int = 13) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_the_day_that_ended_is_closed_before_the_open_day_begins() -> None:
    assert next_move(_closing(), STEPS, SHANGHAI) == Next(RunStep(ACCRUE, THURSDAY), _at(0, 5), [])


def test_close_steps_of_one_time_run_in_the_order_listed() -> None:
    assert next_move(_closing("accrue"), STEPS, SHANGHAI).move == RunStep(INCOME, THURSDAY)


def test_a_day_whose_close_steps_have_ended_is_sealed() -> None:
    assert next_move(_closing("accrue", "income"), STEPS, SHANGHAI).move == Seal(THURSDAY)


def test_the_open_day_runs_its_steps_by_the_clock_on_the_wall() -> None:
    assert next_move(_open(), STEPS, SHANGHAI) == Next(RunStep(REMIND, FRIDAY), _at(8), [])
    assert next_move(_open("remind"), STEPS, SHANGHAI) == Next(RunStep(DEBIT, FRIDAY), _at(9), [])


def test_the_date_moves_at_midnight_once_the_open_days_steps_have_ended() -> None:
    assert next_move(_open("remind", "debit"), STEPS, SHANGHAI) == Next(MoveDate(date(2026, 3, 14)), _at(0, day=14), [])


def test_a_step_with_nothing_to_do_is_passed_over_and_named() -> None:
    after_both = next_move(_open(), STEPS, SHANGHAI, idle={"remind", "debit"})
    assert (after_both.move, [each.step for each in after_both.idle]) == (MoveDate(date(2026, 3, 14)), [REMIND, DEBIT])
    the_second = next_move(_open(), STEPS, SHANGHAI, idle={"debit"})
    assert (the_second.move, the_second.idle) == (RunStep(REMIND, FRIDAY), []), "what comes after it is asked again"
    sealed = next_move(_closing("accrue"), STEPS, SHANGHAI, idle={"income"})
    assert (sealed.move, [each.step for each in sealed.idle]) == (Seal(THURSDAY), [INCOME])


def test_a_day_on_which_nothing_is_to_be_closed_is_sealed_once_its_steps_would_have_run() -> None:
    """Were it due at midnight, who waits for it would wait forever: at midnight no step is passed over yet."""
    sealed = next_move(_closing(), STEPS, SHANGHAI, idle={"accrue", "income"})
    assert (sealed.move, sealed.due) == (Seal(THURSDAY), _at(0, 5))


def test_days_behind_counts_the_midnights_not_moved_over() -> None:
    assert days_behind(THURSDAY, THURSDAY) == 0
    assert days_behind(THURSDAY, date(2026, 3, 15)) == 3
