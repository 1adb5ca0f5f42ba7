"""The digest that stands beside each row which decides about money and power: a trigger keeps it, `verify` compares."""

from sqlalchemy import LargeBinary
from sqlmodel import Field

from finance_core.storage.base import Table


class RowGuard(Table, table=True):
    """The digest of one row of another table. Written by the database alone."""

    __tablename__ = "row_guard"

    of_table: str = Field(primary_key=True)
    row_key: str = Field(primary_key=True)
    """The row's key, its columns with dots between."""
    digest: bytes = Field(sa_type=LargeBinary)
    """SHA-256 of the guarded columns."""
