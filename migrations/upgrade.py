"""Brings a database to today's schema, and says whether one is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Run every migration that `url` lacks. Blocks; opens an event loop of its own, so call it from no running loop."""
    command.upgrade(_config(url), "head")


def head() -> str:
    """Return the revision that this code is written for."""
    revision = ScriptDirectory.from_config(_config("")).get_current_head()
    assert revision is not None
    return revision


async def current(engine: AsyncEngine) -> str | None:
    """Return the revision that the database is at, None when it is empty."""
    async with engine.connect() as connection:
        table = (await connection.execute(text("SELECT to_regclass('alembic_version')"))).scalar()
        if table is None:
            return None
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
