"""The gate before what operators do: each handler says which permission it needs, and what says none is for nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware, Router
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from finance_core.approvals import audit
from finance_core.customers.roles import Permission, may
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

NEEDS: Final = "needs"

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


def needs(permission: Permission) -> dict[str, Any]:
    """Return the flags of a handler: `@router.message(Means("operator"), flags=needs(Permission.SEE_DESK))`."""
    return {NEEDS: permission}


class OperatorsOnly(BaseMiddleware):
    """Lets a handler run for who holds the permission that it declares. A refusal is told calmly, and is on record."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        talk: Talk = data["talk"]
        permission = get_flag(data, NEEDS)
        permission = permission if isinstance(permission, Permission) else None
        refused = await denied(talk, permission, data["handler"].callback.__name__)
        return await handler(event, data) if refused is None else refused


async def denied(talk: Talk, permission: Permission | None, act: str) -> Screen | None:
    """Return None for who holds a permission, else the refusal, which is on record; nobody holds None."""
    if permission is not None and await may(talk.unit, talk.customer.id, permission):
        return None
    wanted = {"permission": str(permission), "handler": act}
    audit.record(talk.unit, talk.customer.id, "denied", f"customer:{talk.customer.id}", wanted)
    await talk.state.clear()
    return refusal(talk.t, NotAllowed(ErrorCode.NO_PERMISSION))


def operators_only(router: Router) -> Router:
    """Put the gate before all handlers of a router, and return it."""
    router.message.middleware(OperatorsOnly())
    router.callback_query.middleware(OperatorsOnly())
    return router
