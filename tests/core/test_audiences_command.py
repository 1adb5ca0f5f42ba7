"""`susu audiences`: listed, shown, counted without saving; people tagged by a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import audiences as commands
from bot.settings import Settings, load_settings
from finance_core.customers.service import phone_of, username_of
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.lines import FACTS
from finance_core.offers.audiences import service, tags
from finance_core.offers.audiences.question import How, Is
from finance_core.offers.audiences.tag_files import ByPhone, customers_of, lines_of
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer


@pytest.fixture
def settings(cloned_url: str, tmp_path: Path) -> Settings:
    return load_settings(
        _env_file=None, database_url=cloned_url, data_dir=tmp_path, secret_key="a secret for tests only"
    )


async def test_audiences_are_listed_shown_and_counted(cloned_units: Units, settings: Settings) -> None:
    ana = await a_customer(cloned_units, money=200)
    async with cloned_units.begin() as unit:
        await service.save(unit, service.NOBODY, "Rich", Is(fact="wallet", how=How.MORE, value=10_000), FACTS)
    assert await commands.listed(settings) == [("Rich", 1, "wallet > 100.00")]
    shown = await commands.shown(settings, "Rich", None)
    assert (shown.version, shown.people) == (1, None)
    assert "fewer than 50 people" in shown.lines[-1]
    with pytest.raises(NotFound):
        await commands.shown(settings, "Rich", 2)
    counted = await commands.counted(settings, "钱包 > 100 or language = Chinese")
    assert counted.question == "wallet > 100.00 or language = Chinese"
    with pytest.raises(InvalidInput) as refused:
        await commands.counted(settings, "wallet > much")
    assert commands.sentence(refused.value).startswith("“wallet” wants a sum after <, >, =")
    assert await commands.tagged(settings, "fair", f"customer\n{ana.id}\n") == (1, None)
    async with cloned_units.begin() as unit:
        assert list(await tags.tags_of(unit, ana.id)) == ["fair"]


@pytest.mark.parametrize("column", ["customer", "phone", "username"])
async def test_a_file_names_customers_in_three_ways(units: Units, column: str) -> None:
    ana, bo = await a_customer(units, "Ana"), await a_customer(units, "Bo")
    async with units.begin() as unit:
        phone, username = str(phone_of(ana, CIPHER)), str(username_of(ana, CIPHER))
        cell = {"customer": str(ana.id), "phone": phone, "username": "@" + username.upper()}[column]
        written = f"note,{column}\nx,{cell}\nx,nonsense in it\nx,\n\n"
        found = await customers_of(unit, CIPHER, lines_of(written))
        assert ana.id in found
        assert bo.id not in found


@pytest.mark.parametrize("written", ["", "\n\n", "name\nAna", "customer\n", "customer\nAna\n-1\n0", 'x,customer\n"1'])
def test_a_file_that_names_nobody_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput, match="tag_file"):
        lines_of(written)


def test_phones_are_brought_into_one_form() -> None:
    [line] = lines_of("\ufeffPhone\n 86 138 0013 8000 \n")
    assert line == ByPhone(phone="+8613800138000")
