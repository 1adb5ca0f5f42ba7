"""How many people a question fits, how many of them fall out and why, and what of that somebody may read.

Who falls out is counted once, with the first reason that holds, in the order of the checks. Small counts read "fewer
than 50", whoever asks; for who may see no single customer's figures the others are rounded to tens: the difference of
two exact counts would read one person's balance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from finance_core.customers.consents import Topic
from finance_core.customers.offer_checks import OfferCheck, keeping_out
from finance_core.customers.roles import Permission, may
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.offers.audiences.compiling import selected
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

_MATCHED: Final = "SELECT '' AS reason, count(*) AS people FROM ({asked}) AS audience"
_FALLING_OUT: Final = """
    WITH asked AS MATERIALIZED (SELECT id AS customer_id FROM ({asked}) AS audience), out AS ({out})
    SELECT coalesce(out.reason, CASE WHEN {chosen} THEN 'nothing_chosen' ELSE '' END) AS reason, count(*) AS people
    FROM asked LEFT JOIN out ON out.customer_id = asked.customer_id GROUP BY 1
"""
_UNCHOSEN: Final = (
    "asked.customer_id IN (SELECT unchosen.customer_id FROM consent_given unchosen"
    " WHERE unchosen.topic = 'nothing_chosen')"
)
NOTHING_CHOSEN: Final = "nothing_chosen"


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


@dataclass(frozen=True, slots=True)
class About:
    """What would be sent: an offer on a topic, of credit or not."""

    topic: Topic
    is_credit: bool = False


async def count(
    unit: Unit, question: Question, facts: Facts, checks: Iterable[OfferCheck] = (), about: About | None = None
) -> Counted:
    """Return how many people a question fits and, of an offer about something, who of them falls out by which reason.

    The reasons are the lines' own (`finance_core.lines.OFFER_CHECKS`), as they keep people out of a broadcast; one
    statement counts all. Who wants nothing chosen for them falls out of what chooses.

    Raises:
        InvalidInput: as `question.checked`.
    """
    asked = selected(checked(question, facts), facts, unit.open_on, unit.zone)
    sql = _MATCHED.format(asked=asked.sql)
    values = dict(asked.values)
    if about is not None:
        out = keeping_out(checks, is_offer=True, is_credit=about.is_credit)
        sql = _FALLING_OUT.format(asked=asked.sql, out=out, chosen=_UNCHOSEN if chooses(question, facts) else "false")
        known = {"now": unit.now, "on": unit.open_on, "topic": about.topic.value, "is_credit": about.is_credit}
        values |= {name: value for name, value in known.items() if re.search(rf":{name}\b", sql)}
    before = dict((await unit.session.execute(_SETTINGS)).mappings().one())
    await unit.session.execute(_PATIENTLY)
    rows = (await unit.session.execute(text(sql), values)).all()
    await unit.session.execute(_AS_BEFORE, before)
    by_reason = {row.reason: int(row.people) for row in rows}
    return Counted(sum(by_reason.values()), {reason: by_reason[reason] for reason in sorted(by_reason.keys() - {""})})


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
