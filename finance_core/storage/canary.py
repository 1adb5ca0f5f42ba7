"""The canary: a known word, encrypted. Whoever cannot open it holds another secret than this database's."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, col, select

from finance_core.storage.base import Table
from finance_core.storage.cipher import Cipher

PLACE: Final = "secret_canary.sealed"
_WORD: Final = b"susu"


class SecretCanary(Table, table=True):
    """One row, written when the service first starts on a database."""

    __tablename__ = "secret_canary"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    sealed: bytes


async def opens(connection: AsyncConnection, cipher: Cipher) -> bool | None:
    """Say whether these secrets open the canary; None where there is none yet."""
    stored = await connection.scalar(select(col(SecretCanary.sealed)))
    return None if stored is None else cipher.opened(stored, PLACE) == _WORD


async def plant(connection: AsyncConnection, cipher: Cipher) -> None:
    """Write the canary under the current secret; one that stands stays."""
    made = insert(SecretCanary).values(id=1, sealed=cipher.encrypt(_WORD, PLACE))
    await connection.execute(made.on_conflict_do_nothing())


async def replant(connection: AsyncConnection, cipher: Cipher) -> None:
    """Write the canary anew under the current secret: from now on the old one alone opens nothing."""
    await connection.execute(update(SecretCanary).values(sealed=cipher.encrypt(_WORD, PLACE)))
