"""How the bot learns: who it is, its updates by long poll, and its webhook."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, SetWebhook

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.registry import serves
from bot.sandbox.model import Json, Webhook
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.wire import without_none

MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@serves(GetMe)
def get_me(telegram: TelegramState, _: GetMe) -> Json:
    """Return the bot."""
    abilities = {
        "can_join_groups": telegram.state.joins_groups,
        "can_read_all_group_messages": not telegram.state.privacy,
        "supports_inline_queries": telegram.state.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return telegram.profile.user() | abilities


@serves(GetUpdates)
async def get_updates(telegram: TelegramState, call: GetUpdates) -> list[Json]:
    """Confirm and return updates; waits up to `timeout` seconds for one."""
    if call.allowed_updates is not None:
        _allow(telegram, call.allowed_updates)
    limit = 100 if call.limit is None else call.limit
    return await telegram.updates.poll(call.offset or 0, limit, call.timeout or 0)


def _allow(telegram: TelegramState, kinds: list[str]) -> None:
    if kinds != telegram.state.allowed_updates:
        telegram.state.allowed_updates = kinds
        telegram.keeper.touch(telegram.state)


@serves(SetWebhook)
def set_webhook(telegram: TelegramState, call: SetWebhook) -> bool:
    """Push updates to an address from now on; an empty one ends it."""
    if call.secret_token and not _SECRET.fullmatch(call.secret_token):
        raise bad_request("secret token contains unallowed characters")
    if call.url:
        _check_address(call.url)
    if call.drop_pending_updates:
        telegram.updates.clear()
    if call.allowed_updates is not None:
        _allow(telegram, call.allowed_updates)
    connections = min(call.max_connections or 40, MOST_CONNECTIONS)
    telegram.state.webhook = Webhook(call.url, call.secret_token, connections)
    telegram.keeper.touch(telegram.state)
    telegram.updates.interrupt()
    return True


def _check_address(url: str) -> None:
    """HTTPS, as Telegram wants it; on this machine HTTP will do."""
    address = urlsplit(url)
    if address.scheme == "https" and address.hostname:
        return
    if address.scheme != "http" or not _is_loopback(address.hostname or ""):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@serves(DeleteWebhook)
def delete_webhook(telegram: TelegramState, call: DeleteWebhook) -> bool:
    """Go back to long polls."""
    if call.drop_pending_updates:
        telegram.updates.clear()
    telegram.state.webhook = Webhook()
    telegram.keeper.touch(telegram.state)
    telegram.updates.bell.ring()
    return True


@serves(GetWebhookInfo)
def get_webhook_info(telegram: TelegramState, _: GetWebhookInfo) -> Json:
    """Return where updates go, and how that goes."""
    hook = telegram.state.webhook
    set_up = hook.url != ""
    return without_none(
        {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": telegram.updates.count,
            "max_connections": hook.max_connections if set_up else None,
            "last_error_date": hook.last_error_at,
            "last_error_message": hook.last_error,
            "allowed_updates": telegram.state.allowed_updates or None,
        }
    )
