"""Cards are forgotten by age: an abandoned one after a month, a confirmed one once nobody can dispute it any more."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from bot.commands.doctor import examine
from bot.settings import load_settings
from finance_core import intents, ledger
from finance_core.guarding import GUARDS
from finance_core.intents.daily import FORGET
from finance_core.kernel.payloads import Nothing
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, a_customer
from tests.first_day import OPEN_ON

_AGED = text(
    "UPDATE intent SET settled_at = settled_at - make_interval(days => :days),"
    " expires_at = expires_at - make_interval(days => :days) WHERE id = :id"
)


async def _a_card(unit: Unit, customer_id: int, days: int, *, is_done: bool) -> str:
    card = await intents.propose(
        unit, CIPHER, customer_id=customer_id, chat_id=1, action="wallet.send", params=Nothing()
    )
    if is_done:
        await intents.confirm(unit, card)
        await intents.complete(unit, CIPHER, card, Nothing())
    await unit.session.flush()
    await unit.session.execute(_AGED, {"days": days, "id": card.id})
    return card.token


async def test_cards_are_forgotten_by_what_came_of_them(units: Units) -> None:
    ana = await a_customer(units, "Ana")
    async with units.begin() as unit:
        kept = {
            await _a_card(unit, ana.id, days, is_done=done) for days, done in ((0, False), (29, False), (399, True))
        }
        for days, done in ((32, False), (402, True)):
            await _a_card(unit, ana.id, days, is_done=done)
    async with units.begin() as unit:
        assert await unit.session.scalar(text(f"SELECT EXISTS ({FORGET.wanted})"), {"on": OPEN_ON})
    await FORGET.run(units, OPEN_ON)
    async with units.begin() as unit:
        assert set(await unit.session.scalars(text("SELECT token FROM intent"))) == kept
        assert not await unit.session.scalar(text(f"SELECT EXISTS ({FORGET.wanted})"), {"on": OPEN_ON})
        assert (await ledger.verify(unit, GUARDS)).ok, "a card that is forgotten is the service's own act"


async def test_the_doctor_counts_what_is_kept_and_says_what_is_kept_too_long(
    cloned_units: Units, cloned_url: str, tmp_path: Path
) -> None:
    settings = load_settings(
        _env_file=None, database_url=cloned_url, data_dir=tmp_path, secret_key="a-secret-for-this-test"
    )
    ana = await a_customer(cloned_units, "Ana")
    async with cloned_units.begin() as unit:
        await _a_card(unit, ana.id, 31, is_done=False)
    [fine] = [each for each in await examine(settings) if each.name == "retention"]
    assert (fine.mark, fine.words.partition(";")[0]) == ("ok ", "0 notices, 1 cards, 0 conversations")
    async with cloned_units.begin() as unit:
        await _a_card(unit, ana.id, 40, is_done=False)
    [late] = [each for each in await examine(settings) if each.name == "retention"]
    assert (late.mark, "0 notices and 1 cards are not forgotten" in late.words) == ("NO ", True)
