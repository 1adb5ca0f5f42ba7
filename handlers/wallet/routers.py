"""The wallet's routers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.wallet import wallet, withdraw

ROUTERS: Final[tuple[Router, ...]] = (wallet.router, withdraw.router)
