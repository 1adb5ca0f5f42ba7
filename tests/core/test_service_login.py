"""The service logs in as a role that owns nothing: no statement that gets into it can become the owner's."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.commands.doctor import Finding, examine
from bot.commands.rotation import rotate_secret
from bot.database import opened, service_url
from bot.settings import Settings, load_settings
from finance_core.storage.engine import APP_ROLE
from finance_core.storage.server import OWNER_ROLE, EmbeddedServer
from finance_core.storage.unit import Units
from tests.builders import a_customer


def settings_with(folder: Path, url: str, owner_url: str | None) -> Settings:
    return load_settings(
        _env_file=None, database_url=url, database_owner_url=owner_url, data_dir=folder,
        secret_key="a secret for tests only",
    )  # fmt: skip


async def login(settings: Settings) -> Finding:
    return next(finding for finding in await examine(settings) if finding.name == "login")


async def does(units: Units, statements: str) -> None:
    async with units.begin() as unit:
        for each in statements.split("; "):
            await unit.session.execute(text(each))


async def test_the_service_cannot_become_the_owner(cloned_url: str, cloned_units: Units, tmp_path: Path) -> None:
    await a_customer(cloned_units, "Ana", money=10)
    settings = settings_with(tmp_path, cloned_url.replace(f"{OWNER_ROLE}@", f"{APP_ROLE}@"), cloned_url)
    async with opened(settings) as database:
        for statement in (
            "RESET ROLE; UPDATE transfer SET amount = 1",
            f"SET ROLE {OWNER_ROLE}",
            "CREATE TABLE mine (id int)",
            "DROP TABLE entry",
            "ALTER TABLE entry DISABLE TRIGGER ALL",
        ):
            with pytest.raises(DBAPIError):
                await does(database.units, statement)
        async with database.units.begin() as unit:
            assert await unit.session.scalar(text("SELECT session_user")) == APP_ROLE
    assert (await rotate_secret(settings)).unreadable == {}
    found = await login(settings)
    assert (found.ok, found.warning) == (True, False), found.words


async def test_the_doctor_warns_of_a_service_that_logs_in_as_the_owner(
    cloned_url: str, cloned_units: Units, tmp_path: Path
) -> None:
    found = await login(settings_with(tmp_path, cloned_url, None))
    assert (found.ok, found.warning) == (True, True)
    assert "SUSU_DATABASE_OWNER_URL" in found.words


def test_with_the_embedded_database_the_service_is_that_role(tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, database_url="", data_dir=tmp_path)
    assert f"//{APP_ROLE}@" in service_url(settings, EmbeddedServer(tmp_path / "postgres"))
