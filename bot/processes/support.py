"""Who answers in a deployment when a person is asked for."""

from __future__ import annotations

from bot.settings import Settings
from handlers.chat.support import Support


def support_of(settings: Settings) -> Support:
    """Return when people answer, and whom somebody may call who is not well, by country."""
    lines = (part.split(maxsplit=1) for part in settings.helpline.split(",") if part.strip())
    return Support(settings.support_hours.replace("-", "–"), {country: number.strip() for country, number in lines})
