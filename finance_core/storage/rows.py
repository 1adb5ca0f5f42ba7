"""Rows of statements that are written as text: their columns have names and no types."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Row

Fetched: TypeAlias = Row[Any]
"""A row; what reads a column knows its type from the statement."""
