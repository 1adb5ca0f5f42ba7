"""The lines of the core: the order of the day that they make, and a line that comes by its one entry alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bot.commands.reports import listing
from finance_core import approvals, ledger
from finance_core.approvals import Action, Approval, ApprovalState, Parties, Preview
from finance_core.business_day.tick import run_due
from finance_core.catalogue import apply_file
from finance_core.customers.roles import Permission
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.json import TomlTable
from finance_core.ledger import Equation
from finance_core.lines import (
    CALENDAR,
    LINES,
    REPORTS,
    Line,
    actions_of,
    calendar_of,
    checks_of,
    equations_of,
    reports_of,
)
from finance_core.reports.reading import report_called, table_of
from finance_core.reports.table import Asked, Family, Found, Report, Takes, count, words
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Actor, Unit, Units
from tests.builders import a_customer, an_operator
from tests.first_day import OPEN_ON

DAY = [
    "00:05 loans.accrue",
    "00:05 wealth.income",
    "00:05 funds.value",
    "00:05 deposits.accrue",
    "00:05 loans.age",
    "00:05 loans.provide",
    "00:05 circles.late",
    "00:05 safeguarding",
    "00:05 ledger.roll_up",
    "00:10 loans.lines",
    "00:10 loans.fall_due",
    "00:10 circles.stop",
    "00:10 circles.lost",
    "08:00 loans.remind",
    "08:00 circles.remind",
    "08:00 circles.meeting_soon",
    "08:00 wealth.tell",
    "08:00 deposits.ask",
    "08:00 friends.nudge",
    "08:00 friends.again",
    "08:30 wealth.money_in",
    "08:30 wealth.redemptions",
    "08:30 wealth.settle",
    "08:30 deposits.mature",
    "08:30 funds.confirm",
    "08:30 funds.pay",
    "09:00 loans.debit",
    "09:00 change_plus.debit_due",
    "09:00 loans.debit_short",
    "09:00 circles.debit",
    "09:00 circles.debit_change_plus",
    "09:00 circles.pay",
    "09:00 circles.meet",
    "09:00 plans.run",
    "09:00 circles.afterwards",
    "09:00 circles.end",
    "09:00 circles.forward",
    "10:00 loans.guarantors",
    "10:00 circles.guarantors",
    "20:00 circles.meetings_end",
    "20:00 change_plus.sweep",
    "21:00 audiences.tag",
    "21:00 audiences.count",
    "21:00 inbox.forget",
    "21:00 intents.forget",
    "21:00 cases.forget",
    "21:00 friends.forget",
    "21:00 groups.forget",
    "21:00 accounts.erase",
    "21:00 accounts.forget",
    "21:00 offers.forget",
    "21:00 account.look_after",
]
"""The close steps of the day that ended come first, then the open day's own."""


def test_the_steps_of_a_day_stand_in_this_order_whatever_the_order_of_the_lines() -> None:
    for lines in (LINES, LINES[::-1]):
        assert [f"{step.at:%H:%M} {step.name}" for step in calendar_of(lines).steps] == DAY


def test_ranks_are_unique_in_a_phase_and_agree_with_the_times() -> None:
    for phase in ("close", "open"):
        steps = [step for step in CALENDAR.steps if step.phase == phase]
        assert [step.rank for step in steps] == sorted({step.rank for step in steps})


async def _nothing(_: Units, __: date) -> None:
    return


@pytest.mark.parametrize(
    "step",
    [
        Step("loans.age", time(7), "close", "tea", _nothing, rank=777),
        Step("tea.pour", time(7), "close", "tea", _nothing, rank=110),
    ],
)
def test_two_steps_of_one_name_or_one_rank_are_refused(step: Step) -> None:
    with pytest.raises(ValueError, match="two steps"):
        calendar_of((*LINES, Line("tea", steps=(step,))))


def test_two_reports_or_two_actions_of_one_name_are_refused() -> None:
    [loans] = [line for line in LINES if line.name == "loans"]
    with pytest.raises(ValueError, match="two reports"):
        reports_of((*LINES, Line("tea", reports=loans.reports[:1])))
    with pytest.raises(ValueError, match="two actions"):
        actions_of((*LINES, Line("tea", actions=loans.actions[:1])))


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_what_is_told_of_a_report_in_brief_are_columns_of_it(report: Report) -> None:
    assert set(report.brief) <= {column.name for column in report.columns}


def test_no_family_has_more_reports_than_a_card_has_buttons() -> None:
    assert all(sum(report.family is family for report in REPORTS.values()) <= 8 for family in Family)  # two pages


# -- a line of its own ------------------------------------------------------------------------------------------------


class Tea:
    """A line that pours tea: everything that a line can bring, in one entry."""

    def __init__(self) -> None:
        self.poured: list[date] = []
        self.line = Line(
            "tea",
            steps=(Step("tea.pour", time(7), "open", "tea", self._pour, "SELECT FROM customer", rank=150),),
            equations=(Equation("nobody is without tea", "SELECT id FROM customer WHERE username = 'thirsty'"),),
            reports=(
                Report(
                    "tea",
                    "Who is poured tea.",
                    Takes.DATE,
                    (words("name"), count("cups")),
                    self._read,
                    family=Family.RECORDS,
                    brief=("name", "cups"),
                ),
            ),
            checks={"tea": self._check},
            actions=(
                Action(
                    "tea.brew",
                    Permission.PROPOSE_GRANT,
                    Permission.APPROVE_GRANT,
                    self._parties,
                    self._preview,
                    self._brew,
                ),
            ),
        )

    async def _pour(self, _: Units, on: date) -> None:
        self.poured.append(on)

    async def _read(self, _: Unit, asked: Asked) -> Found:
        return Found([("Ana", sum(on <= asked.last_on for on in self.poured))])

    def _check(self, code: str, terms: TomlTable, _: date) -> None:
        if "leaves" not in terms:
            raise InvalidInput(ErrorCode.PRODUCT_TERMS, product=code, field="leaves", reason="missing")

    async def _parties(self, _: Unit, subject: str, params: Mapping[str, Any]) -> Parties:
        return Parties()

    async def _preview(self, _: Unit, subject: str, params: Mapping[str, Any]) -> Preview:
        return Preview({"pot": subject}, {"pot": params["leaves"]})

    async def _brew(self, _: Unit, approval: Approval) -> dict[str, Any]:
        return {"brewed": approval.params["leaves"]}


@pytest.fixture
def tea() -> Tea:
    return Tea()


async def test_a_line_that_is_added_has_its_step_run_in_its_place(units: Units, clock: ManualClock, tea: Tea) -> None:
    calendar = calendar_of((*LINES, tea.line))
    names = [step.name for step in calendar.steps]
    assert names.index("loans.fall_due") < names.index("tea.pour") < names.index("loans.remind")
    await a_customer(units)
    clock.set(clock.now().replace(hour=1))
    await run_due(units, calendar)
    assert tea.poured == [OPEN_ON]


async def test_what_a_line_proves_is_verified_with_the_books(units: Units, tea: Tea) -> None:
    equations = equations_of((*LINES, tea.line))
    async with units.begin() as unit:
        assert (await ledger.verify(unit, equations)).first_wrong is None
    ana = await a_customer(units)
    async with units.begin() as unit:
        (await unit.session.get_one(type(ana), ana.id)).username = "thirsty"
    async with units.begin() as unit:
        wrong = (await ledger.verify(unit, equations)).first_wrong
        assert wrong is not None
        assert wrong.name == "nobody is without tea"


async def test_a_report_of_a_line_is_listed_and_read(units: Units, tea: Tea) -> None:
    reports = reports_of((*LINES, tea.line))
    assert "Who is poured tea. (--on)" in listing(reports)
    tea.poured.append(OPEN_ON)
    async with units.begin() as unit:
        found = await table_of(unit, report_called(reports, "tea"), on=OPEN_ON)
        with pytest.raises(NotFound, match="report"):
            report_called(REPORTS, "tea")
    assert found.rows == [("Ana", 1)]


async def test_terms_of_a_line_are_looked_at_before_they_are_sold(units: Units, tea: Tea, tmp_path: Path) -> None:
    file = tmp_path / "products.toml"
    file.write_text('[green]\nline = "tea"\n')
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="product_terms"):
            await apply_file(unit, file, checks_of((*LINES, tea.line)))
        with pytest.raises(InvalidInput, match="product_line"):
            await apply_file(unit, file, checks_of(LINES))


async def test_an_action_of_a_line_takes_two_people(units: Units, tea: Tea) -> None:
    actions = actions_of((*LINES, tea.line))
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    brew = actions.called("tea.brew")
    async with units.begin(Actor("operator", olu.id)) as unit:
        made = await approvals.propose(unit, olu.id, brew, "pot:1", {"leaves": "green"}, "it is five", "tea")
    async with units.begin(Actor("operator", mei.id)) as unit:
        assert (await approvals.look(unit, actions, made.id, mei.id)).obstacle is None
        done = await approvals.approve(unit, actions, made.id, mei.id, made.version)
    assert (done.state, done.result) == (ApprovalState.APPROVED, {"brewed": "green"})
