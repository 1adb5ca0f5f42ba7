"""The table of products."""

from datetime import date

from pydantic import AwareDatetime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant, JsonObject


class ProductVersion(Table, table=True):
    """A product's terms as they were sold from a day on. Never changed: new terms are a new version."""

    __tablename__ = "product"

    code: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line: str
    """The package that sells it: loans, wealth …"""
    terms: JsonObject = Field(sa_type=JSONB)
    """The product's table of the file, as JSON; the line's own package parses and checks it."""
    valid_from: date = Field(sa_type=Day)
    applied_at: AwareDatetime = Field(sa_type=Instant)
