"""The web application of a deployment: no webhook without its secret, honest health, figures to scrape."""

from __future__ import annotations

import httpx
import pytest

from bot.database import Database
from bot.intake.webhook import PATH, SECRET_HEADER, MissingSecret
from bot.processes.web import create_app
from bot.settings import load_settings
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units

SECRET = "a-secret-of-the-webhook"


def a_database(url: str, units: Units) -> Database:
    settings = load_settings(_env_file=None, secret_key="a-secret-for-this-test")
    return Database(settings, url, create_engine(url, pool_size=1), units, Cipher(settings.secrets()))


@pytest.fixture
def database(cloned_url: str, cloned_units: Units) -> Database:
    return a_database(cloned_url, cloned_units)


def caller(database: Database, secret: str | None = SECRET) -> httpx.AsyncClient:
    app = create_app(database, bot_id=7, secret=secret)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://susu")


@pytest.mark.parametrize("secret", [None, "", "short", "with spaces in its middle"])
def test_the_service_refuses_to_start_a_webhook_without_a_proper_secret(database: Database, secret: str | None) -> None:
    with pytest.raises(MissingSecret):
        create_app(database, bot_id=7, secret=secret)


async def test_a_call_with_the_secret_is_stored_and_counted_and_one_without_is_refused(database: Database) -> None:
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "text": "hi"},
    }
    async with caller(database) as client:
        refused = await client.post(PATH, json=update)
        taken = await client.post(PATH, json=update, headers={SECRET_HEADER: SECRET})
        again = await client.post(PATH, json=update, headers={SECRET_HEADER: SECRET})
        figures = (await client.get("/metrics")).text
    assert (refused.status_code, taken.status_code, again.status_code) == (403, 200, 200)
    assert "susu_updates_stored_total 1\n" in figures
    assert "susu_updates_duplicate_total 1\n" in figures
    assert "susu_webhook_refused_total 1\n" in figures
    await database.engine.dispose()


async def test_health_says_whether_the_database_answers(database: Database, cloned_units: Units) -> None:
    away = a_database("postgresql://susu@/susu?host=/nowhere", cloned_units)
    async with caller(database) as well, caller(away) as ill:
        assert (await well.get("/health")).json() == {"ok": True}
        answer = await ill.get("/health")
    assert answer.status_code == 503
    assert answer.json()["ok"] is False
    await database.engine.dispose()
    await away.engine.dispose()
