"""The table of products."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Day, Instant


class ProductVersion(Base):
    """A product's terms as they were sold from a day on. Never changed: new terms are a new version."""

    __tablename__ = "product"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str]
    """The package that sells it: loans, wealth …"""
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The product's table of the file, as JSON; the line's own package parses and checks it."""
    valid_from: Mapped[date] = mapped_column(Day)
    applied_at: Mapped[datetime] = mapped_column(Instant)
