"""How many people a question fits, how many of them fall out and why, and what of that somebody may read.

Who falls out is counted once, with the first reason that holds, in the order of the checks. Small counts read "fewer
than 50", whoever asks; for who may see no single customer's figures the others are rounded to tens: the difference of
two exact counts would read one person's balance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from finance_core.customers.consents import OFFERS, Topic
from finance_core.customers.roles import Permission, may
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.offers.audiences.compiling import Selected, selected
from finance_core.offers.audiences.question import Facts, Question, checked, chooses
from finance_core.offers.audiences.service import NOBODY
from finance_core.storage.unit import Unit

FEWEST: Final = 50
"""An audience of fewer is not told of, and nothing is sent to it."""
ROUNDED_TO: Final = 10

_PATIENTLY: Final = text(
    "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true),"
    " set_config('statement_timeout', '30s', true)"
)
_AS_BEFORE: Final = text(
    "SELECT set_config('work_mem', :work_mem, true), set_config('jit', :jit, true),"
    " set_config('statement_timeout', :statement_timeout, true)"
)
_SETTINGS: Final = text(
    "SELECT current_setting('work_mem') AS work_mem, current_setting('jit') AS jit,"
    " current_setting('statement_timeout') AS statement_timeout"
)


@dataclass(frozen=True, slots=True)
class FallsOut:
    """Why somebody whom a question fits is not sent an offer: a select of `customer_id`, of `:on` and `:now` alone."""

    reason: str
    rows: str


UNREACHABLE: Final = FallsOut(
    "unreachable", "SELECT customer.id AS customer_id FROM customer WHERE customer.unreachable_since IS NOT NULL"
)
NOT_CHOSEN: Final = FallsOut("nothing_chosen", "SELECT customer_id FROM consent_given WHERE topic = 'nothing_chosen'")
NO_LOANS: Final = FallsOut("no_loans", "SELECT customer_id FROM consent_given WHERE topic = 'no_loans'")


def no_consent(topic: Topic) -> FallsOut:
    """Return who has not agreed to be told of a topic."""
    return FallsOut(
        "consent",
        "SELECT customer.id AS customer_id FROM customer WHERE NOT EXISTS (SELECT FROM consent_given"  # noqa: S608 - a word of ours
        f" WHERE consent_given.topic = '{Topic(topic).value}' AND consent_given.customer_id = customer.id)",
    )


def falls_out(topic: Topic, question: Question, facts: Facts) -> tuple[FallsOut, ...]:
    """Return why people are told nothing of a topic, by what they have said themselves and by what reaches them.

    What a line adds for its own offers (arrears, a tier's limit) comes after these.
    """
    chosen = (NOT_CHOSEN,) if chooses(question, facts) else ()
    loans = (NO_LOANS,) if topic is Topic.LOANS else ()
    return (no_consent(topic), *chosen, *loans, UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people a question fits, and of these how many fall out for which reason; `reach` is who is left."""

    matched: int
    out: Mapping[str, int]

    @property
    def reach(self) -> int:
        """How many are left."""
        return self.matched - sum(self.out.values())

    @property
    def is_sendable(self) -> bool:
        """Whether it is enough people to send anything to."""
        return self.matched >= FEWEST


async def count(unit: Unit, question: Question, facts: Facts, checks: Sequence[FallsOut] = ()) -> Counted:
    """Return how many people a question fits, and who falls out of them by `checks`, in one statement.

    Raises:
        InvalidInput: as `question.checked`.
    """
    asked = selected(checked(question, facts), facts, unit.open_on, unit.zone)
    sql, values = _counting(asked, checks)
    if any(":on" in each.rows for each in checks):
        values["on"] = unit.open_on
    if any(":now" in each.rows for each in checks):
        values["now"] = unit.now
    before = dict((await unit.session.execute(_SETTINGS)).mappings().one())
    await unit.session.execute(_PATIENTLY)
    row = (await unit.session.execute(text(sql), values)).one()
    await unit.session.execute(_AS_BEFORE, before)
    return Counted(int(row.matched), {each.reason: int(getattr(row, f"out_{nr}")) for nr, each in enumerate(checks)})


def _counting(asked: Selected, checks: Sequence[FallsOut]) -> tuple[str, dict[str, object]]:
    """Return the counting statement: each check joined as a set, the first that somebody falls by counted for it."""
    joins, counts, before = [], ["count(*) AS matched"], "true"
    for nr, each in enumerate(checks):
        joins.append(
            f"LEFT JOIN (SELECT DISTINCT customer_id FROM ({each.rows}) AS found) AS check_{nr}"  # noqa: S608 - code
            f" ON check_{nr}.customer_id = audience.id"
        )
        counts.append(f"count(*) FILTER (WHERE {before} AND check_{nr}.customer_id IS NOT NULL) AS out_{nr}")
        before += f" AND check_{nr}.customer_id IS NULL"
    sql = f"SELECT {', '.join(counts)} FROM ({asked.sql}) AS audience {' '.join(joins)}"  # noqa: S608 - code of ours
    return sql, dict(asked.values)


# -- what of it is told -----------------------------------------------------------------------------------------------


def told(number: int, *, exactly: bool) -> int | None:
    """Return a count as it is told: None for fewer than 50, else exactly or rounded half-up to tens."""
    if number < FEWEST:
        return None
    return number if exactly else (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


async def sees_exactly(unit: Unit, operator_id: int) -> bool:
    """Say whether somebody is told counts to the last person: who may read the books customer by customer anyway."""
    return operator_id == NOBODY or await may(unit, operator_id, Permission.SEE_REPORTS)


def require_sendable(counted: Counted) -> None:
    """Refuse to send to too few. Raises RuleViolation: `audience_small`."""
    if not counted.is_sendable:
        raise RuleViolation(ErrorCode.AUDIENCE_SMALL, fewest=FEWEST)


TOPICS: Final = OFFERS
"""What reach is counted for."""
