"""Saving's routers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.savings import change_plus, deposits, plans

ROUTERS: Final[tuple[Router, ...]] = (deposits.router, plans.router, change_plus.router)
