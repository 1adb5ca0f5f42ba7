"""The rest of `/sandbox`: health, what the page lives on, the clock, the log of calls, faults and limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from bot.sandbox import acts
from bot.sandbox.bodies import Body
from bot.sandbox.errors import WrongCall
from bot.sandbox.faults import DEFAULT_RETRY_AFTER_SECONDS, Fault, FaultKind
from bot.sandbox.loader import Loader
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

CALLS_AT_ONCE = 1_000
LONGEST_JOURNEY_DAYS = 365_000
"""What a calendar can still count; how far one goes at most is told further in."""


class Journey(Body):
    """How far: a duration (its parts add up), or an instant with its zone."""

    minutes: float = Field(0, ge=0, le=LONGEST_JOURNEY_DAYS * 24 * 60)
    hours: float = Field(0, ge=0, le=LONGEST_JOURNEY_DAYS * 24)
    days: float = Field(0, ge=0, le=LONGEST_JOURNEY_DAYS)
    to: datetime | None = None


class NewFault(Body):
    """A fault to be put in force; without `times` until it is cleared."""

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = Field(None, ge=1)
    probability: float = Field(1.0, ge=0, le=1)
    retry_after: int = Field(DEFAULT_RETRY_AFTER_SECONDS, ge=1, le=3600)
    delay_seconds: float | None = Field(None, ge=0, le=600)


class BotFather(Body):
    """What the bot's owner switches; what is left out stays."""

    inline_mode: bool | None = None
    joins_groups: bool | None = None
    privacy: bool | None = None


class Stars(Body):
    """What the bot has to pay for broadcasts beyond the free limits."""

    stars: float = Field(ge=0, le=10_000_000)


class Switch(Body):
    """On or off."""

    enabled: bool


def page_routes(telegram: TelegramState, loader: Loader) -> APIRouter:
    """Return the routes about the sandbox itself, and those that the page lives on."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/health")
    async def health() -> Json:
        return {"ok": True, "bot": telegram.updates.listened_to}

    @routes.get("/info")
    async def info() -> Json:
        profile = telegram.profile
        return {
            "pin_hint": profile.pin_hint,
            "bot_username": profile.username,
            "institution": profile.institution,
            "waking": not (loader.is_ready and telegram.updates.listened_to),
        }

    @routes.get("/events")
    async def events(person: int | None = None) -> StreamingResponse:
        if person is not None:
            acts.person_of(telegram, person)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(telegram.hub.events(person), media_type="text/event-stream", headers=headers)

    @routes.get("/files/{file_id}")
    async def file(file_id: str) -> Response:
        known = telegram.files.get(file_id)
        if known is None:
            raise WrongCall("There is no such file.", 404)
        shown = "inline" if known.mime.startswith("image/") else "attachment"
        headers = {
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(known.name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        return Response(telegram.file_content(known), media_type=known.mime, headers=headers)

    return routes


def control_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes that tests and rehearsals steer by."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/clock")
    async def clock() -> Json:
        return await telegram.clock.read()

    @routes.post("/clock/advance")
    async def advance(journey: Journey) -> Json:
        return await telegram.clock.advance(_target(telegram, journey))

    @routes.get("/calls")
    async def calls(
        after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=CALLS_AT_ONCE)] = CALLS_AT_ONCE
    ) -> list[Json]:
        return [call for call in telegram.calls if call["n"] > after][:limit]

    @routes.get("/faults")
    async def list_faults() -> list[Json]:
        return telegram.faults.listed()

    @routes.post("/faults")
    async def ask_fault(new: NewFault) -> Json:
        telegram.faults.ask(Fault(**new.model_dump()))
        return {"ok": True}

    @routes.delete("/faults")
    async def clear_faults() -> Json:
        telegram.faults.clear()
        return {"ok": True}

    @routes.get("/limits")
    async def limits() -> Json:
        return {"enabled": telegram.limits.enabled}

    @routes.post("/limits")
    async def switch_limits(switch: Switch) -> Json:
        telegram.limits.enabled = switch.enabled
        return {"enabled": telegram.limits.enabled}

    return routes


def botfather_routes(telegram: TelegramState) -> APIRouter:
    """Return the routes of what the bot's owner switches."""
    routes = APIRouter(prefix="/sandbox")

    @routes.get("/stars")
    async def stars_left() -> Json:
        return {"stars": telegram.limits.deci_stars / 10}

    @routes.post("/stars")
    async def give_stars(given: Stars) -> Json:
        telegram.limits.deci_stars = round(given.stars * 10)
        return {"stars": telegram.limits.deci_stars / 10}

    @routes.get("/botfather")
    async def switches() -> Json:
        return {name: getattr(telegram.state, name) for name in BotFather.model_fields}

    @routes.post("/botfather")
    async def switch_bot(change: BotFather) -> Json:
        for name, value in change.model_dump(exclude_none=True).items():
            setattr(telegram.state, name, value)
        telegram.keeper.touch(telegram.state)
        return await switches()

    return routes


def _target(telegram: TelegramState, journey: Journey) -> datetime:
    length = timedelta(days=journey.days, hours=journey.hours, minutes=journey.minutes)
    if (journey.to is None) == (not length):
        raise WrongCall('Say how far: {"days": 1}, {"hours": 2} or {"to": an instant}, and only one of them.')
    if journey.to is None:
        return telegram.clock.now() + length
    if journey.to.tzinfo is None:
        raise WrongCall("`to` needs a zone, as in 2026-12-01T09:00:00+08:00.")
    return journey.to
