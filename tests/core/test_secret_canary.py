"""With another secret than the database was written with nothing starts, and the doctor says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands.doctor import examine
from bot.database import WrongSecret, opened
from bot.settings import Settings, load_settings
from finance_core.storage.unit import Units
from tests.builders import a_customer

RIGHT, WRONG = "a secret for tests only", "the secret of another place"


def settings_with(url: str, folder: Path, secret: str) -> Settings:
    return load_settings(_env_file=None, database_url=url, data_dir=folder, secret_key=secret)


async def test_a_wrong_secret_opens_no_database_and_a_rotated_one_does(
    cloned_url: str, cloned_units: Units, tmp_path: Path
) -> None:
    async with opened(settings_with(cloned_url, tmp_path, RIGHT)):
        pass
    with pytest.raises(WrongSecret, match="SUSU_SECRET_KEY"):
        async with opened(settings_with(cloned_url, tmp_path, WRONG)):
            pytest.fail("it opened")
    async with opened(settings_with(cloned_url, tmp_path, f"{WRONG},{RIGHT}")):
        pass


async def test_a_database_from_before_the_canary_is_asked_by_a_name(
    cloned_url: str, cloned_units: Units, tmp_path: Path
) -> None:
    await a_customer(cloned_units, "Ana")
    with pytest.raises(WrongSecret):
        async with opened(settings_with(cloned_url, tmp_path, WRONG)):
            pytest.fail("it opened")
    async with opened(settings_with(cloned_url, tmp_path, RIGHT)) as database, database.units.begin() as unit:
        assert await unit.session.scalar(text("SELECT count(*) FROM secret_canary")) == 1


async def test_the_doctor_says_that_the_secret_is_another(cloned_url: str, cloned_units: Units, tmp_path: Path) -> None:
    async with opened(settings_with(cloned_url, tmp_path, RIGHT)):
        pass
    for secret, is_right in ((RIGHT, True), (WRONG, False)):
        findings = await examine(settings_with(cloned_url, tmp_path, secret))
        [found] = [each for each in findings if each.name == "encryption"]
        assert found.ok is is_right, found.words
