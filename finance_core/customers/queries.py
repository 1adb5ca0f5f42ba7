"""Reads: a customer by id, by Telegram account, by @username, by phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from finance_core.customers.models import Customer, Outflow
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

# Asked for each update: built once.
_BY_TELEGRAM_ID: Final = select(Customer).where(col(Customer.telegram_id) == bindparam("telegram_id"))


async def by_id(unit: Unit, customer_id: int) -> Customer:
    """Return the customer. Raises NotFound: `customer`."""
    return _found(await unit.session.get(Customer, customer_id))


async def all_of(unit: Unit, ids: Sequence[int]) -> list[Customer]:
    """Return the customers of `ids` in their order; who does not exist is left out."""
    found = await unit.session.scalars(select(Customer).where(col(Customer.id).in_(ids)))
    by_their_id = {customer.id: customer for customer in found}
    return [by_their_id[each] for each in ids if each in by_their_id]


async def locked(unit: Unit, customer_id: int) -> Customer:
    """Return the customer with the row locked until the unit ends. Raises NotFound: `customer`."""
    statement = select(Customer).where(Customer.id == customer_id).with_for_update(key_share=True)
    return _found(await unit.session.scalar(statement.execution_options(populate_existing=True)))


async def by_telegram_id(unit: Unit, telegram_id: int) -> Customer | None:
    """Return the customer behind a Telegram account, None for a stranger."""
    return await unit.session.scalar(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})


async def by_username(unit: Unit, username: str, cipher: Cipher) -> Customer | None:
    """Return who holds a Telegram name, given with or without the @, in any case."""
    holders = select(Customer).where(col(Customer.username_hash).in_(username_hashes(username, cipher)))
    return await unit.session.scalar(holders.order_by(col(Customer.id)).limit(1))


def username_hashes(username: str, cipher: Cipher) -> list[bytes]:
    """Return the keyed hashes by which a Telegram name is found, under all secrets, the current first."""
    return cipher.fingerprints(username_key(username))


def username_key(username: str) -> str:
    """Return what a Telegram name's keyed hash is made of; no phone's is made of the like."""
    return f"@{username.removeprefix('@').lower()}"


async def by_phone(unit: Unit, phone: str, cipher: Cipher) -> Customer | None:
    """Return who holds a phone, given in E.164 form."""
    holders = select(Customer).where(col(Customer.phone_hash).in_(cipher.fingerprints(phone)))
    return await unit.session.scalar(holders.order_by(col(Customer.id)).limit(1))


async def outflow(unit: Unit, customer_id: int, year: int | None) -> int:
    """Return what went out in `year` (None: ever), in minor units of the institution's asset."""
    total = select(func.coalesce(func.sum(Outflow.amount), 0)).where(Outflow.customer_id == customer_id)
    if year is not None:
        total = total.where(Outflow.year == year)
    return int(await unit.session.scalar(total) or 0)


def _found(customer: Customer | None) -> Customer:
    if customer is None:
        raise NotFound(ErrorCode.CUSTOMER)
    return customer
