"""The demo's savings circle: five who meet each week, the third meeting held, and one loan out of their own money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID, DEMO_PEOPLE, MEI_ID, OLU_ID
from finance_core.circles.models import Circle, Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.saving import beginning, forming, paying_in
from finance_core.circles.saving.beginning import SavingRules
from finance_core.circles.saving.forming import SavingSettings
from finance_core.journeys.saving_circles import lending, meetings
from finance_core.kernel.money import CNY, Money
from finance_core.loans.origination.contract import Write
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Units
from handlers.loans.documents.contract import Names, writer
from handlers.locales import translator

TITLE: Final = "Harvest savers"
BEGAN_DAYS_AGO: Final = 19
"""When all had joined and its cycle began."""
MEETINGS_DAYS_AGO: Final = (18, 11, 4)
"""The meetings that were held; the fourth is in three days."""
RULES: Final = SavingRules(
    share_price=10_00, most_shares=5, social_amount=1_00, fine_amount=2_00, loan_rate=Decimal("1.5"), meetings=12
)
SHARES: Final = {ANA_ID: (2, 1, 1), BO_ID: (1, 1, 1), CHIDI_ID: (2, 1, 1), OLU_ID: (1, 1, 1), MEI_ID: (1, 1, 1)}
"""How many each bought at each meeting."""
LOAN: Final = Money.of(60, CNY)
"""Lent to Chidi for a month, at the second meeting."""
_LENT_AT: Final = 1
_DRAFT: Final = "demo-harvest-savers"
_VOTERS: Final = (ANA_ID, BO_ID, OLU_ID, MEI_ID)


async def begin_harvest_savers(units: Units, cipher: Cipher, ids: Mapping[int, int], first_on: date) -> None:
    """Let Ana open it as its chair, the five join, and its cycle begin: 博 is treasurer, Chidi secretary.

    `ids`: by Telegram.
    """
    settings = SavingSettings(TITLE, Period.WEEK, first_on, RULES)
    async with units.begin(Actor("customer", ids[ANA_ID])) as unit:
        circle = (await lending.draft(unit, cipher, ids[ANA_ID], settings, _DRAFT)).id
        await forming.open_circle(unit, circle, ids[ANA_ID])
    for person in SHARES:
        async with units.begin(Actor("customer", ids[person])) as unit:
            await forming.join(unit, None, circle, ids[person])
    async with units.begin(Actor("customer", ids[ANA_ID])) as unit:
        for role, person in ((Role.TREASURER, BO_ID), (Role.SECRETARY, CHIDI_ID)):
            await forming.name_officer(unit, circle, ids[ANA_ID], role, ids[person])
        await beginning.begin(unit, circle, ids[ANA_ID])


async def meet(units: Units, cipher: Cipher, ids: Mapping[int, int], number: int) -> None:
    """Hold a meeting (0: the first): each buys shares, Chidi is lent to at the second one and closes it."""
    async with units.begin() as unit:
        circle = (await unit.session.scalars(select(Circle.id).where(Circle.token == _DRAFT))).one()
    for person, shares in SHARES.items():
        async with units.begin(Actor("customer", ids[person])) as unit:
            await paying_in.pay_in(unit, circle, ids[person], shares[number], f"demo:savers:{number}:{person}")
    if number == _LENT_AT:
        await _lend(units, cipher, circle, ids)
    async with units.begin(Actor("customer", ids[CHIDI_ID])) as unit:
        await meetings.close(unit, circle, ids[CHIDI_ID])


def _writer(cipher: Cipher, zone: ZoneInfo) -> Write:
    chidi = next(person for person in DEMO_PEOPLE if person.id == CHIDI_ID)
    return writer(translator("en"), cipher, zone, Names(chidi.first_name, "", {}))


async def _lend(units: Units, cipher: Cipher, circle: int, ids: Mapping[int, int]) -> None:
    async with units.begin(Actor("customer", ids[CHIDI_ID])) as unit:
        asked = await lending.ask_for_loan(
            unit, circle, ids[CHIDI_ID], LOAN, 1, "demo-savers-loan", automatic_debit=True
        )
        writes = _writer(cipher, unit.zone)
    for person in _VOTERS:
        async with units.begin(Actor("customer", ids[person])) as unit:
            await lending.vote(unit, asked.id, ids[person], is_yes=True, write_for=lambda _: writes)


def noon(now: datetime, days_ago: int) -> datetime:
    """Return the noon, on the wall of `now`, of some days ago: meetings are open then."""
    return datetime.combine(now.date() - timedelta(days=days_ago), time(12), tzinfo=now.tzinfo)
