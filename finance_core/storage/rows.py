"""Rows of statements that are written as text: their columns have names and no types."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from sqlalchemy import CursorResult, Result, Row

Fetched: TypeAlias = Row[Any]
"""A row; what reads a column knows its type from the statement."""


def rows_written(done: Result[Any]) -> int:
    """Return how many rows a statement has inserted, updated or deleted."""
    return cast("CursorResult[Any]", done).rowcount
