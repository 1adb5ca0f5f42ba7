"""Privacy: what is held and why, all of it as a file, closing the account; terms and prices."""

from __future__ import annotations

from typing import Final

from finance_core.privacy import notices
from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, notices_of
from handlers.privacy.screens import privacy as screens

PRIVACY: Final = ChatLine(
    name="privacy",
    routers="handlers.privacy.routers",
    commands=(
        Command("privacy", opens="privacy", menus=(Menu.PRIVATE,), rank=202),
        Command("terms", opens="terms"),
        Command("prices", opens="prices", menus=(Menu.PRIVATE,), rank=204),
    ),
    intents=(
        ChatIntent("privacy", tapped=True, look=True),
        ChatIntent("my_data", tapped=True),
        ChatIntent("close_account", tapped=True),
        ChatIntent("keep_account", tapped=True),
        ChatIntent("terms", tapped=True, look=True),
        ChatIntent("prices", tapped=True, look=True),
    ),
    notices=notices_of(
        notices.KINDS, drawn={notices.ExportReady: screens.export_ready, notices.Erased: screens.erased}
    ),
)
