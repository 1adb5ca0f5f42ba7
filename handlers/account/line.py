"""The account: its PIN, what is prepared for a forgotten one, its phone and Telegram, who its owner is, limits."""

from __future__ import annotations

from typing import Final

from finance_core.account import notices
from handlers.account.screens import told
from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, notices_of

ACCOUNT: Final = ChatLine(
    name="account",
    routers="handlers.account.routers",
    commands=(
        Command("account", opens="account"),
        Command("pin", opens="change_pin"),
        Command("forgotpin", opens="forgot_pin"),
        Command("verify", opens="identity"),
        Command("limits", opens="limits", menus=(Menu.PRIVATE,), rank=185),
        Command("move", opens="move_account"),
        Command("phone", opens="change_phone"),
    ),
    intents=(
        ChatIntent("account", label=True),
        ChatIntent("change_pin", label=True),
        ChatIntent("forgot_pin", tapped=True),
        ChatIntent("new_pin", tapped=True),
        ChatIntent("recovery_code", label=True),
        ChatIntent("name_contact", label=True),
        ChatIntent("change_phone", label=True),
        ChatIntent("move_account", label=True),
        ChatIntent("identity", label=True),
        ChatIntent("limits", label=True),
    ),
    notices=notices_of(
        notices.KINDS,
        drawn={
            notices.IdentityWaits: told.identity_waits,
            notices.IdentityApproved: told.identity_approved,
            notices.IdentityRefused: told.identity_refused,
            notices.IdentityExpires: told.identity_expires,
            notices.IdentityExpired: told.identity_expired,
            notices.PinChanged: told.pin_changed,
            notices.ResetAsked: told.reset_asked,
            notices.ResetApproved: told.reset_approved,
            notices.ResetDone: told.reset_done,
            notices.ResetStopped: told.reset_stopped,
            notices.ResetRefused: told.reset_refused,
            notices.ResetWaits: told.reset_waits,
            notices.ContactNamed: told.contact_named,
            notices.ContactAsked: told.contact_asked,
            notices.PhoneChanged: told.phone_changed,
            notices.AccountMoved: told.account_moved,
            notices.MoveStopped: told.move_stopped,
        },
    ),
)
