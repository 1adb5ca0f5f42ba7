"""The demo's people and their groups. Ids, usernames and phones are fixed: the institution's seed refers to them."""

from __future__ import annotations

from bot.sandbox.model import Person

ANA_ID = 5_000_001
BO_ID = 5_000_002
CHIDI_ID = 5_000_003
OLU_ID = 5_000_004
MEI_ID = 5_000_005

DEMO_PIN = "246810"
"""Everybody's PIN in the demo; the page says so."""

DEMO_PEOPLE: tuple[Person, ...] = (
    Person(ANA_ID, "Ana", "+447400123401", username="ana", language_code="en", started=True),
    Person(BO_ID, "博", "+8613800138002", username="bo", language_code="zh", started=True),
    Person(CHIDI_ID, "Chidi", "+2348031234503", username="chidi", language_code="en", started=True),
    Person(OLU_ID, "Olu", "+447400123404", username="olu", language_code="en", role="operator", started=True),
    Person(MEI_ID, "Mei", "+8613800138005", username="mei", language_code="zh", role="operator", started=True),
)

SUNDAY_CIRCLE_ID = -4_000_000
SUNDAY_CIRCLE_TITLE = "Sunday Circle"
SUNDAY_CIRCLE_MEMBERS = (ANA_ID, BO_ID, CHIDI_ID)
SUNDAY_CIRCLE_ADMINS = (ANA_ID,)
LUNCH_ID = -4_000_001
LUNCH_TITLE = "Lunch"
PAIR = (ANA_ID, BO_ID)
"""Two who also talk without the bot."""
