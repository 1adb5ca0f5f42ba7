"""The funds' routers; orders are among those of the funds."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.funds import funds, suitability

ROUTERS: Final[tuple[Router, ...]] = (funds.router, suitability.router)
