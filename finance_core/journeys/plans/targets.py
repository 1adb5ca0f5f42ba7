"""Where a plan's money goes: Change Plus, or each time a new term deposit. A new target is a line in `_KINDS`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from finance_core.customers.models import Customer
from finance_core.deposits import service as deposits
from finance_core.deposits.product import deposit_on_sale
from finance_core.kernel.errors import InvalidInput, NotAllowed
from finance_core.kernel.money import Money
from finance_core.notices import Urgency
from finance_core.storage.unit import Unit
from finance_core.wealth import service as wealth
from finance_core.wealth.product import fund_on_sale

CHANGE_PLUS: Final = "change_plus"
DEPOSIT: Final = "deposit"

Put = Callable[[Unit, int, str, Money, str], Awaitable[str]]
"""Takes the customer, what the target's name says after its colon, the sum and the key; returns the reference."""
Least = Callable[[Unit, str], Awaitable[Money]]


async def put(unit: Unit, customer_id: int, target: str, amount: Money, key: str) -> str:
    """Put money from the wallet into a target; return the movement's reference. The receipt waits for the morning.

    Raises: what the target's product refuses, and InsufficientFunds.
    """
    kind, _, of = target.partition(":")
    return await _KINDS[kind][0](unit, customer_id, of, amount, key)


async def least(unit: Unit, target: str) -> Money:
    """Return the smallest sum that a target takes. Raises InvalidInput: `plan_target`, or as the product does."""
    kind, _, of = target.partition(":")
    if kind not in _KINDS:
        raise InvalidInput("plan_target")
    return await _KINDS[kind][1](unit, of)


def deposit_target(days: int) -> str:
    """Return the target that opens a deposit of `days` each time."""
    return f"{DEPOSIT}:{days}"


def require_may_have(customer: Customer) -> None:
    """Refuse who has not said to be of age: a plan signs contracts. Raises NotAllowed: `adult_unconfirmed`."""
    if customer.adult_confirmed_at is None:
        raise NotAllowed("adult_unconfirmed")


async def _into_change_plus(unit: Unit, customer_id: int, _: str, amount: Money, key: str) -> str:
    return (await wealth.put_in(unit, customer_id, amount, key, urgency=Urgency.SYSTEM)).reference


async def _least_of_change_plus(unit: Unit, _: str) -> Money:
    return (await fund_on_sale(unit)).minimum


async def _into_a_deposit(unit: Unit, customer_id: int, days: str, amount: Money, key: str) -> str:
    made = await deposits.open_deposit(unit, customer_id, amount, int(days), key, urgency=Urgency.SYSTEM)
    return made.reference


async def _least_of_a_deposit(unit: Unit, days: str) -> Money:
    product = await deposit_on_sale(unit)
    if not days.isdecimal() or int(days) not in product.rates:
        raise InvalidInput("deposit_days", days=", ".join(map(str, product.rates)))
    return product.minimum


_KINDS: Final[Mapping[str, tuple[Put, Least]]] = {
    CHANGE_PLUS: (_into_change_plus, _least_of_change_plus),
    DEPOSIT: (_into_a_deposit, _least_of_a_deposit),
}
