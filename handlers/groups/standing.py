"""What somebody is in a group, as Telegram says it."""

from __future__ import annotations

from typing import Any, Final

from aiogram.enums import ChatMemberStatus

from finance_core.groups.service import Standing

_INSIDE: Final = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)


def standing_of(member: Any) -> Standing:
    """Return what one of Telegram's six kinds of members is."""
    is_in = member.status in _INSIDE or (member.status == ChatMemberStatus.RESTRICTED and member.is_member)
    is_creator = member.status == ChatMemberStatus.CREATOR
    is_admin = member.status == ChatMemberStatus.ADMINISTRATOR
    return Standing(is_in, may_pin=is_creator or (is_admin and bool(member.can_pin_messages)))
