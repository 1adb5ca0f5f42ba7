"""Joining and settings: language, terms, phone, PIN, zone, and the lock for a lost phone."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import ChatIntent, ChatLine, Command, Holds, Menu

JOINING: Final = ChatLine(
    name="joining",
    routers="handlers.joining.routers",
    commands=(
        Command("start", reads="help", menus=(Menu.PRIVATE, Menu.GROUP), rank=10),
        Command("settings", reads="settings", menus=(Menu.PRIVATE,), rank=180),
        Command(
            "language", opens="language", reads="settings", menus=(Menu.PRIVATE, Menu.GROUP), rank=190, by_admins=True
        ),
        Command("lang", reads="settings"),
        Command("lock", opens="lock", reads="settings", menus=(Menu.PRIVATE,), rank=200),
        Command("unlock", opens="unlock"),
        Command("consents", opens="consents"),
    ),
    intents=(
        ChatIntent("settings", label=True),
        ChatIntent("language", label=True),
        ChatIntent("lock", tapped=True),
        ChatIntent("unlock", tapped=True),
        ChatIntent("join", tapped=True),
        ChatIntent("consents", tapped=True, look=True),
    ),
    answers={"city": Holds.OWN_WORDS},
    topics=(
        *("account.join", "account.who_may_join", "account.close", "account.other_account"),
        *("identity.why", "identity.how", "identity.failed"),
        *("pin.forgotten", "pin.locked", "pin.why_asked", "pin.change"),
        *("code.not_received", "phone.lost", "phone.changed", "details.change"),
    ),
)
