"""Accounts of one person: what an operator has under another name is their own, too, and they do not deal with it."""

from __future__ import annotations

from pydantic import AwareDatetime
from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, or_, select

from finance_core.customers.queries import by_id
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.storage.base import Table
from finance_core.storage.columns import Instant
from finance_core.storage.unit import Unit


class OwnAccount(Table, table=True):
    """Somebody said of an operator that another account is theirs. Append-only: nobody takes it back."""

    __tablename__ = "own_account"
    __table_args__ = (
        CheckConstraint("operator_id <> customer_id", name="another"),
        Index("ix_own_account_customer_id", "customer_id"),
    )

    operator_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    said_by: int = Field(sa_type=BigInteger)
    said_at: AwareDatetime = Field(sa_type=Instant)


async def accounts_of_person(unit: Unit, customer_id: int) -> frozenset[int]:
    """Return a person's accounts as far as they are known, the given one among them."""
    found, new = {customer_id}, {customer_id}
    while new:
        touching = or_(col(OwnAccount.operator_id).in_(new), col(OwnAccount.customer_id).in_(new))
        rows = await unit.session.execute(select(OwnAccount.operator_id, OwnAccount.customer_id).where(touching))
        new = {account for row in rows for account in row} - found
        found |= new
    return frozenset(found)


async def say_own(unit: Unit, operator_id: int, customer_id: int, *, said_by: int) -> None:
    """Take down that an account is an operator's own. Said again, it changes nothing.

    Raises:
        NotFound: `customer`. InvalidInput: `own_account_same`: it is the very account that holds the role.
    """
    if operator_id == customer_id:
        raise InvalidInput(ErrorCode.OWN_ACCOUNT_SAME)
    await by_id(unit, customer_id)
    values = {"operator_id": operator_id, "customer_id": customer_id, "said_by": said_by, "said_at": unit.now}
    await unit.session.execute(insert(OwnAccount).values(**values).on_conflict_do_nothing())
