"""What cases bring to the desk: entries of the one queue, figures of *Since Friday 18:00*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from finance_core.cases import answering
from finance_core.cases.rules import CaseKind
from finance_core.customers.roles import Permission
from finance_core.desk import Entry, Figure, Source
from finance_core.desk.figures import counted
from finance_core.storage.unit import Unit


async def _waiting(unit: Unit, operator_id: int, _: frozenset[Permission]) -> Sequence[Entry]:
    return [
        Entry(
            "case",
            case.id,
            case.topic,
            case.opened_at,
            case.due_at,
            owner_id=case.officer_id,
            is_first=case.kind == CaseKind.DISTRESS,
        )
        for case in await answering.queue(unit, operator_id)
    ]


async def _give(unit: Unit, number: int, giver_id: int, colleague_id: int) -> None:
    if giver_id == colleague_id:
        await answering.take_over(unit, number, giver_id)
    else:
        await answering.pass_on(unit, number, giver_id, colleague_id)


SOURCE: Final = Source("case", Permission.ANSWER_CASES, _waiting, _give)

FIGURES: Final = (
    Figure(
        "cases_new",
        Permission.ANSWER_CASES,
        counted(
            text("SELECT count(DISTINCT case_id) FROM case_event WHERE event IN ('opened', 'reopened') AND at > :since")
        ),
    ),
    Figure(
        "cases_waiting",
        Permission.ANSWER_CASES,
        counted(text("SELECT count(*) FROM service_case WHERE state IN ('open', 'asked')")),
    ),
    Figure(
        "complaints_due",
        Permission.ANSWER_CASES,
        counted(
            text(
                "SELECT count(*) FROM service_case WHERE state IN ('open', 'asked') AND kind = 'complaint'"
                " AND due_at > :now AND due_at <= CAST(:now AS timestamptz) + interval '5 days'"
            )
        ),
        is_trouble=True,
    ),
    Figure(
        "cases_overdue",
        Permission.ANSWER_CASES,
        counted(text("SELECT count(*) FROM service_case WHERE state IN ('open', 'asked') AND due_at <= :now")),
        is_trouble=True,
    ),
)
