"""Where a plan's money goes: Change Plus, each time a new deposit, or a fund. A new kind is a line in `_KINDS`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from finance_core.change_plus import service as wealth
from finance_core.change_plus.product import fund_on_sale
from finance_core.customers.models import Customer
from finance_core.deposits import service as deposits
from finance_core.deposits.product import deposit_on_sale
from finance_core.funds import service as funds
from finance_core.funds.product import fund_on_sale as nav_fund_on_sale
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed
from finance_core.kernel.money import Money
from finance_core.notices import Urgency
from finance_core.storage.unit import Unit
from finance_core.suitability.service import Shown

CHANGE_PLUS: Final = "change_plus"
DEPOSIT: Final = "deposit"
FUND: Final = "fund"


@dataclass(frozen=True, slots=True)
class Move:
    """One sum that goes into a target. `of` is what the target's name says after its colon."""

    customer_id: int
    of: str
    amount: Money
    key: str
    shown: Mapping[str, str]
    """The plan's card as it was confirmed: language and text."""


@dataclass(frozen=True, slots=True)
class _Kind:
    put: Callable[[Unit, Move], Awaitable[str]]
    least: Callable[[Unit, str], Awaitable[Money]]


async def put(unit: Unit, customer_id: int, target: str, amount: Money, key: str, shown: Mapping[str, str]) -> str:
    """Put money from the wallet into a target; return the movement's reference. The receipt waits for the morning.

    Raises: what the target's product refuses, and InsufficientFunds.
    """
    kind, _, of = target.partition(":")
    return await _KINDS[kind].put(unit, Move(customer_id, of, amount, key, shown))


async def least(unit: Unit, target: str) -> Money:
    """Return the smallest sum that a target takes. Raises InvalidInput: `plan_target`, or as the product does."""
    kind, _, of = target.partition(":")
    if kind not in _KINDS:
        raise InvalidInput(ErrorCode.PLAN_TARGET)
    return await _KINDS[kind].least(unit, of)


async def require_may_have(unit: Unit, customer: Customer, target: str, amount: Money) -> None:
    """Refuse a plan of somebody who may not hold what it buys: a plan signs contracts.

    Raises:
        NotAllowed: `adult_unconfirmed`, `suitability_…`. And what a fund refuses.
    """
    if customer.adult_confirmed_at is None:
        raise NotAllowed(ErrorCode.ADULT_UNCONFIRMED)
    kind, _, of = target.partition(":")
    if kind == FUND:
        await funds.require_may_buy(unit, await nav_fund_on_sale(unit, of), customer, amount)


def deposit_target(days: int) -> str:
    """Return the target that opens a deposit of `days` each time."""
    return f"{DEPOSIT}:{days}"


def fund_target(code: str) -> str:
    """Return the target that buys a fund each time."""
    return f"{FUND}:{code}"


async def _into_change_plus(unit: Unit, move: Move) -> str:
    put_in = await wealth.put_in(unit, move.customer_id, move.amount, move.key, urgency=Urgency.SYSTEM)
    return put_in.reference


async def _least_of_change_plus(unit: Unit, _: str) -> Money:
    return (await fund_on_sale(unit)).minimum


async def _into_a_deposit(unit: Unit, move: Move) -> str:
    made = await deposits.open_deposit(
        unit, move.customer_id, move.amount, int(move.of), move.key, urgency=Urgency.SYSTEM
    )
    return made.reference


async def _least_of_a_deposit(unit: Unit, days: str) -> Money:
    product = await deposit_on_sale(unit)
    if not days.isdecimal() or int(days) not in product.rates:
        raise InvalidInput(ErrorCode.DEPOSIT_DAYS, days=", ".join(map(str, product.rates)))
    return product.minimum


async def _into_a_fund(unit: Unit, move: Move) -> str:
    """Buy units; what was shown is the plan's own card, which its owner confirmed for every time."""
    shown = Shown(move.shown["language"], move.shown["text"], {"sum": move.amount.as_json(), "plan": move.key})
    made = await funds.subscribe(unit, move.customer_id, move.of, move.amount, shown, move.key, urgency=Urgency.SYSTEM)
    return made.reference


async def _least_of_a_fund(unit: Unit, code: str) -> Money:
    return (await nav_fund_on_sale(unit, code)).minimum


_KINDS: Final[Mapping[str, _Kind]] = {
    CHANGE_PLUS: _Kind(_into_change_plus, _least_of_change_plus),
    DEPOSIT: _Kind(_into_a_deposit, _least_of_a_deposit),
    FUND: _Kind(_into_a_fund, _least_of_a_fund),
}
