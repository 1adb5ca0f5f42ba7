"""What a freeze is and what it stops; freezing and lifting are acts of operators (`finance_core/approvals/freezing`).

Frozen, nothing leaves an account: nothing is sent, withdrawn, paid to others, invested, and nothing new is borrowed or
stood for. Money comes in, what is invested may be taken back into the wallet, what is owed can be paid, and agreed
debits go on. A person's own lock (`outflow_locked_at`) is another thing: lifting one leaves the other.
"""

from __future__ import annotations

from sqlmodel import col, select

from finance_core.customers.models import AccountFreeze
from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def freeze_of(unit: Unit, customer_id: int) -> AccountFreeze | None:
    """Return the freeze that stands on an account, None where there is none."""
    standing = select(AccountFreeze).where(
        AccountFreeze.customer_id == customer_id, col(AccountFreeze.lifted_at).is_(None)
    )
    return await unit.session.scalar(standing)


async def require_not_frozen(unit: Unit, customer_id: int) -> None:
    """Refuse what leaves an account while it is frozen. Raises NotAllowed: `account_frozen`."""
    if await freeze_of(unit, customer_id) is not None:
        raise NotAllowed(ErrorCode.ACCOUNT_FROZEN)


def is_frozen(customer: str) -> str:
    """Return the SQL condition that the account of a customer (an expression that gives an id) is frozen."""
    return (
        f"EXISTS (SELECT FROM account_freeze stands WHERE stands.customer_id = {customer} AND stands.lifted_at IS NULL)"
    )


async def begin_freeze(unit: Unit, cipher: Cipher, customer_id: int, reason: str, *, by: int) -> AccountFreeze:
    """Freeze an account from now on; whatever leaves it queues on the customer's row, which is locked.

    Args:
        by: the operator's customer id, 0 for the service itself.

    Raises: NotFound: `customer`. Conflict: `freeze_stands`.
    """
    await locked(unit, customer_id)
    if await freeze_of(unit, customer_id) is not None:
        raise Conflict(ErrorCode.FREEZE_STANDS)
    sealed = cipher.encrypt(reason.encode(), reason_associated_data(customer_id))
    begun = AccountFreeze(customer_id=customer_id, reason_sealed=sealed, frozen_by=by, frozen_at=unit.now)
    unit.session.add(begun)
    await unit.session.flush()
    return begun


async def end_freeze(unit: Unit, customer_id: int, *, by: int, approval_id: int) -> AccountFreeze:
    """Lift the freeze that stands. Raises NotFound: `customer`. Conflict: `account_not_frozen`."""
    await locked(unit, customer_id)
    standing = await freeze_of(unit, customer_id)
    if standing is None:
        raise Conflict(ErrorCode.ACCOUNT_NOT_FROZEN)
    standing.lifted_by, standing.lifted_at, standing.approval_id = by, unit.now, approval_id
    await unit.session.flush()
    return standing


def reason_of(freeze: AccountFreeze, cipher: Cipher) -> str:
    """Return why an account was frozen, "" where no secret opens it any more."""
    reason = cipher.opened(freeze.reason_sealed, reason_associated_data(freeze.customer_id))
    return reason.decode() if reason is not None else ""


def reason_associated_data(customer_id: int) -> str:
    """Return the associated data that the reason of a freeze is bound to."""
    return f"account_freeze.reason:{customer_id}"
