"""The one web application of a deployment: Telegram's webhook, health, figures."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.dispatch.counters import Counters
from bot.intake.inbox import Inbox
from bot.intake.webhook import webhook_router


def create_app(database: Database, bot_id: int, secret: str | None) -> FastAPI:
    """Return the application of a process that works in `database`.

    Raises:
        MissingSecret: `secret` is empty or too weak: such a webhook would be open to anybody.
    """
    counters = Counters()
    app = FastAPI(title="Susu", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(webhook_router(Inbox(database.units, database.cipher, bot_id, counters), secret))

    @app.get("/health")
    async def health(response: Response) -> dict[str, Any]:
        """200 while the database answers, 503 while it does not."""
        try:
            async with database.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            response.status_code = 503
            return {"ok": False, "why": "the database does not answer"}
        return {"ok": True}

    @app.get("/metrics")
    async def metrics() -> PlainTextResponse:
        """Counters of this process since its start, in Prometheus' text form."""
        lines = [f"susu_{name}_total {count:g}" for name, count in sorted(counters.read().items())]
        return PlainTextResponse("\n".join([*lines, ""]))

    return app
