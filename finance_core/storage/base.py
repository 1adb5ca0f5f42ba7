"""The base of every table: one metadata with names that a refusal can quote, and rows that take only what they may."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import MetaData, inspect
from sqlalchemy.orm import registry
from sqlalchemy.orm.attributes import set_attribute
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_NOT_LOADED: Final = object()


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Checks each value when a row is made and when it is assigned, strictly: `1.0`, `True` and `"5"` are no integers.

    What comes from the database is not checked again. No relationships: explicit selects and joins. Constraints live in
    the database and are named. Shapes for others than the database are models of their own and inherit from no table.
    """

    model_config = {
        "strict": True,
        "validate_assignment": True,
        "hide_input_in_errors": True,  # a refusal names the column; what was refused may be a person's
    }

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a column.

        Raises:
            ValidationError: the column does not take `value`; it keeps what it had.
        """
        before = self.__dict__.get(name, _NOT_LOADED)
        try:
            super().__setattr__(name, value)
        except ValidationError:
            # SQLModel tells SQLAlchemy before it asks pydantic: what is refused would wait for the next flush.
            if before is _NOT_LOADED:
                self.__dict__.pop(name, None)
                inspect(self).committed_state.pop(name, None)
            else:
                set_attribute(self, name, before)
            raise

    def __repr_args__(self) -> Sequence[tuple[str | None, Any]]:
        """Name the row by its key alone: what else it holds (names, hashes, notes) belongs in no log."""
        return [(column.name, self.__dict__.get(column.name)) for column in inspect(type(self)).primary_key]
