"""Every use case of operators asks for the permission at the instant it is done: who has lost the role is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from finance_core import approvals
from finance_core.approvals import grants
from finance_core.cases import answering as cases
from finance_core.change_plus import operating as change_plus
from finance_core.change_plus.product import fund_on_sale as money_fund
from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.desk import absence, figures
from finance_core.desk import queue as desk_queue
from finance_core.funds import operating as funds
from finance_core.funds.product import fund_on_sale
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.lines import ACTIONS, FIGURES, SOURCES
from finance_core.loans.contact import calls, hardship
from finance_core.loans.origination import officer
from finance_core.loans.origination.decision import Reason
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, an_operator, the_catalogue, yuan

DAY: Final = date(2026, 3, 11)
BONDS: Final = "steady_bonds"
Act = Callable[[Unit, int], Awaitable[Any]]


async def _proposes(unit: Unit, me: int) -> None:
    await approvals.propose(
        unit, me, ACTIONS.called(grants.GRANT), f"customer:{me}", {"role": "support"}, "she answers", "key"
    )


async def _publishes(unit: Unit, me: int) -> None:
    await funds.publish_nav(unit, me, await fund_on_sale(unit, BONDS), DAY, Decimal("1.05"))


async def _corrects(unit: Unit, me: int) -> None:
    await funds.propose_nav(unit, me, await fund_on_sale(unit, BONDS), DAY, Decimal("1.05"), "a slip", "key")


async def _distributes(unit: Unit, me: int) -> None:
    await funds.declare_dividend(unit, me, await fund_on_sale(unit, BONDS), DAY, Decimal("0.05"))


async def _suspends(unit: Unit, me: int) -> None:
    await funds.suspend(unit, me, await fund_on_sale(unit, BONDS), "a flood")


async def _lifts(unit: Unit, me: int) -> None:
    await funds.lift(unit, me, await fund_on_sale(unit, BONDS))


async def _pays_income(unit: Unit, me: int) -> None:
    await change_plus.publish_income(unit, me, await money_fund(unit), DAY, Decimal("0.23"))


async def _sells(unit: Unit, me: int) -> None:
    await change_plus.sell(unit, me, await money_fund(unit), yuan(1), "key")


ACTS: Final[dict[str, Act]] = {
    "propose": _proposes,
    "take a role": lambda unit, me: grants.take(unit, me, Role.SUPPORT, actor_id=me, why="she left"),
    "publish a NAV": _publishes,
    "correct a NAV": _corrects,
    "declare a distribution": _distributes,
    "suspend a fund": _suspends,
    "lift a suspension": _lifts,
    "publish an income": _pays_income,
    "sell instruments": _sells,
    "approve an application": lambda unit, me: officer.approve(unit, 1, me),
    "decline an application": lambda unit, me: officer.decline(unit, 1, me, (Reason.TIER,)),
    "look at an application": lambda unit, me: officer.look(unit, 1, me),
    "see the queue": officer.queue,
    "look at a case": lambda unit, me: hardship.look_at(unit, 1, me),
    "close a case": lambda unit, me: hardship.close_case(unit, 1, me),
    "see the cases": hardship.queue,
    "call a debtor": lambda unit, me: calls.open_call(unit, CIPHER, 1, me),
    "see what waits": approvals.waiting,
    "see who waits for a person": cases.queue,
    "read a case": lambda unit, me: cases.look_at(unit, CIPHER, 1, me),
    "answer a case": lambda unit, me: cases.answer(unit, CIPHER, 1, me, "sorry", key="key"),
    "ask a person back": lambda unit, me: cases.ask_back(unit, CIPHER, 1, me, "which?", key="key"),
    "pass a case on": lambda unit, me: cases.pass_on(unit, 1, me, me),
    "take a case over": lambda unit, me: cases.take_over(unit, 1, me),
    "close what was asked": lambda unit, me: cases.close(unit, 1, me),
    "see the queue of all": lambda unit, me: desk_queue.queue(unit, me, SOURCES.values()),
    "see the card": lambda unit, me: figures.card(unit, me, FIGURES),
    "be away": lambda unit, me: absence.go_away(unit, me, me, unit.now),
}
"""Deciding on a proposal and withdrawing one, which is its maker's alone, take one: `tests/core/test_approvals.py` and
`tests/security/test_operators.py`."""


async def test_who_has_lost_the_role_does_nothing(units: Units) -> None:
    await the_catalogue(units)
    await an_operator(units, "Mei")
    olu = await an_operator(units, "Olu")
    async with units.begin() as unit:
        await operators.revoke(unit, olu.id, Role.ADMINISTRATOR)
    for name, act in ACTS.items():
        with pytest.raises(NotAllowed) as refused:
            async with units.begin() as unit:
                await act(unit, olu.id)
        assert refused.value.code is ErrorCode.NO_PERMISSION, name
