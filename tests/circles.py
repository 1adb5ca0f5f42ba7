"""Builders for tests of savings circles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from finance_core.circles import drafts, joining, sealing
from finance_core.circles.book.models import CircleDue, CircleRound
from finance_core.circles.decision_models import CircleCase
from finance_core.circles.draw_models import CircleBid, CircleKey
from finance_core.circles.finding import find, member_of, places_of
from finance_core.circles.models import Circle, CircleMember, CirclePlace
from finance_core.circles.requests import Joined, JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Settings
from finance_core.circles.saving.models import CircleRequest
from finance_core.customers import service as customers
from finance_core.customers.consents import Wording
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, a_customer, the_catalogue, yuan
from tests.first_day import OPEN_ON, START, ZONE

AGREED: Final = Wording("My contributions may be debited.", "1", "en", "circle")
FIRST_ON: Final = date(2026, 3, 22)
_numbers = count(1)


def a_circle_row(organiser_id: int, token: str = "a circle", **more: Any) -> Circle:
    """Return the row of a weekly lottery of three places at 100.00, as a draft; `more` are other columns."""
    columns: dict[str, Any] = {
        "token": token,
        "code": f"C{token[-3:].upper()}-TEST",
        "kind": "rotating",
        "organiser_id": organiser_id,
        "language": "en",
        "asset": "CNY",
        "title_sealed": CIPHER.encrypt(b"Sunday Circle", sealing.title_associated_data(token)),
        "contribution": 100_00,
        "places": 3,
        "period": "week",
        "first_due_on": date(2026, 6, 1),
        "receiving_order": "lottery",
        "members_pick": False,
        "commission_percent": Decimal(0),
        "commission_to": "institution",
        "fine_percent": Decimal(2),
        "kept_percent": Decimal(0),
        "shortfall": "pay",
        "is_covered": False,
        "security": "none",
        "needs_approval": False,
        "product": "circles",
        "product_version": 1,
        "state": "draft",
    }
    return Circle(**{**columns, **more})


async def stored(unit: Unit, circle: Circle) -> Circle:
    """Store the row of a circle as it is."""
    circle.made_at = unit.now
    unit.session.add(circle)
    await unit.session.flush()
    return circle


async def rows_of_a_circle(unit: Unit, ana_id: int, bo_id: int) -> Circle:
    """Store rows with all in them that is encrypted: a member's words, a pick, a key, a bid, a case, a request."""
    circle = await stored(unit, a_circle_row(ana_id))
    said = {
        f"{what}_sealed": CIPHER.encrypt(what.encode(), sealing.member_associated_data(what, circle.id, bo_id))
        for what in ("nickname", "nominee", "wanted")
    }
    pick = CIPHER.encrypt(b"rain", sealing.member_associated_data("pick", circle.id, bo_id))
    unit.session.add_all(
        [
            a_member_row(unit, circle, bo_id, **said),
            CirclePlace(circle_id=circle.id, nr=1, customer_id=bo_id, state="held", pick_sealed=pick),
            CircleKey(
                circle_id=circle.id,
                nr=1,
                first_round=1,
                last_round=3,
                key_zero="0" * 64,
                last_key_sealed=CIPHER.encrypt(b"a key", sealing.key_associated_data(circle.id, 1)),
                made_at=unit.now,
            ),
            CircleBid(
                key="a bid",
                circle_id=circle.id,
                round=1,
                place=1,
                customer_id=bo_id,
                amount_sealed=CIPHER.encrypt(b"700", sealing.bid_associated_data("amount", "a bid")),
                nonce_sealed=CIPHER.encrypt(b"ab", sealing.bid_associated_data("nonce", "a bid")),
                seal="0" * 64,
                made_at=unit.now,
            ),
            CircleCase(
                key="a case of a circle",
                circle_id=circle.id,
                kind="dispute",
                round=1,
                customer_id=bo_id,
                words_sealed=CIPHER.encrypt(b"I paid", sealing.case_associated_data("words", "a case of a circle")),
                reason_sealed=CIPHER.encrypt(b"so", sealing.case_associated_data("reason", "a case of a circle")),
                holds_payout=True,
                opened_at=unit.now,
                due_at=unit.now + timedelta(days=3),
            ),
            CircleRequest(
                token="tkn-grant",
                circle_id=circle.id,
                meeting=1,
                kind="grant",
                customer_id=bo_id,
                amount=500,
                automatic_debit=False,
                state="open",
                asked_at=unit.now,
                words_sealed=CIPHER.encrypt(b"a roof", sealing.request_associated_data("tkn-grant")),
            ),
        ]
    )
    await unit.session.flush()
    return circle


def a_member_row(unit: Unit, circle: Circle, customer_id: int, **more: Any) -> CircleMember:
    """Return the row of somebody who has joined a circle with one place."""
    columns: dict[str, Any] = {
        "circle_id": circle.id,
        "customer_id": customer_id,
        "state": "joined",
        "places": 1,
        "destination": "wallet",
        "automatic_debit": True,
        "debit_from_change_plus": False,
        "shows_reliability": False,
        "marks_credit": False,
        "asked_at": unit.now,
        "joined_at": unit.now,
    }
    return CircleMember(**{**columns, **more})


def a_round_row(circle: Circle, nr: int = 1, **more: Any) -> CircleRound:
    """Return the row of a coming round."""
    due_on = circle.first_due_on + timedelta(weeks=nr - 1)
    return CircleRound(
        **{"circle_id": circle.id, "nr": nr, "due_on": due_on, "first_due_on": due_on, "state": "coming", **more}
    )


def a_due_row(circle: Circle, customer_id: int, nr: int = 1, place: int = 1, **more: Any) -> CircleDue:
    """Return the row of what a place owes in a round."""
    due_on = circle.first_due_on + timedelta(weeks=nr - 1)
    key = {"circle_id": circle.id, "round": nr, "place": place}
    return CircleDue(**{**key, "customer_id": customer_id, "due_on": due_on, "amount": circle.contribution, **more})


def settings(**more: Any) -> Settings:
    """Return a weekly lottery of four places at 100.00, drawn whole; `more` are other fields."""
    fields: dict[str, Any] = {
        "title": "Sunday Circle",
        "contribution": yuan(100),
        "places": 4,
        "period": Period.WEEK,
        "first_due_on": FIRST_ON,
    }
    return Settings(**{**fields, **more})


@dataclass(slots=True)
class Opened:
    """A circle that was opened, and what people do in it by the use cases."""

    units: Units
    token: str
    people: list[Customer] = field(default_factory=list)
    """The chair first."""

    @property
    def chair(self) -> Customer:
        return self.people[0]

    async def join(self, who: Customer, **request: Any) -> Joined:
        async with self.units.begin() as unit:
            asked = JoinRequest(**request)
            return await joining.join(unit, CIPHER, self.token, who.id, asked, AGREED, instalments=yuan(0))

    async def row(self) -> Circle:
        async with self.units.begin() as unit:
            return await find(unit, self.token)

    async def places(self) -> list[CirclePlace]:
        async with self.units.begin() as unit:
            return await places_of(unit, await find(unit, self.token))

    async def member(self, who: Customer) -> CircleMember | None:
        async with self.units.begin() as unit:
            return await member_of(unit, await find(unit, self.token), who.id)

    async def set(self, change: str) -> None:
        """Change the circle's own row, as only a test may."""
        async with self.units.begin() as unit:
            circle = await find(unit, self.token)
            await unit.session.execute(text(f"UPDATE circle SET {change} WHERE id = {circle.id}"))

    async def told(self, who: Customer, kind: str) -> list[dict[str, Any]]:
        """Return what somebody was told of one kind, oldest first."""
        return await told(self.units, who, kind)


async def told(units: Units, who: Customer, kind: str) -> list[dict[str, Any]]:
    async with units.begin() as unit:
        query = text("SELECT params FROM outbox WHERE customer_id = :who AND kind = :kind ORDER BY id")
        return list(await unit.session.scalars(query, {"who": who.id, "kind": kind}))


async def somebody(
    units: Units, name: str = "Ana", *, tier: int = 1, money: str | int = 0, income: int = 5_000
) -> Customer:
    """Make a customer who has joined Susu and said what they earn."""
    who = await a_customer(units, name, tier=tier, money=money)
    async with units.begin() as unit:
        await customers.answer_affordability(unit, who.id, income=yuan(income), other_instalments=yuan(0))
    return who


async def opened(units: Units, chair: Customer | None = None, *, last_key: str | None = None, **more: Any) -> Opened:
    """Open a circle, with the chair as its only officer and nobody in it."""
    chair = chair or await somebody(units)
    token = f"circle-{next(_numbers)}"
    async with units.begin() as unit:
        await drafts.draft(unit, CIPHER, chair.id, settings(**more), token)
        await drafts.open_circle(unit, CIPHER, chair.id, token, last_key=last_key)
    return Opened(units, token, [chair])


async def had_one(units: Units, chair: Customer) -> None:
    """Let one of somebody's circles have ended, so that the next one is not their first."""
    async with units.begin() as unit:
        past = unit.now - timedelta(days=30)
        states = {"state": "ended", "rounds": 3, "opened_at": past, "started_at": past, "ended_at": past}
        number = next(_numbers)
        await stored(unit, a_circle_row(chair.id, f"past-{number}", code=f"P{number}", **states))


async def running(units: Units, people: int = 4, *, money: str | int = 1_000, **more: Any) -> Opened:
    """Let a circle start by its last place: each person holds one, the chair the first."""
    chair = await somebody(units, "P1", money=money)
    await had_one(units, chair)
    circle = await opened(units, chair, places=people, **more)
    circle.people += [await somebody(units, f"P{nr}", money=money) for nr in range(2, people + 1)]
    for who in circle.people:
        await circle.join(who)
    assert (await circle.row()).state == "running"
    return circle


@asynccontextmanager
async def lived_once(
    engine: AsyncEngine, make: Callable[[Units], Awaitable[Opened]]
) -> AsyncIterator[tuple[AsyncConnection, Opened]]:
    """Make a circle on the first day for all tests of a module, in a transaction that is rolled back after them."""
    async with engine.connect() as connection:
        outer = await connection.begin()
        await found(connection, ZONE, OPEN_ON)
        units = Units(connection, ManualClock(START), CIPHER)
        await the_catalogue(units)
        yield connection, await make(units)
        await outer.rollback()


@asynccontextmanager
async def gone_on_from(lived: tuple[AsyncConnection, Opened], clock: ManualClock) -> AsyncIterator[Units]:
    """Give one test its units in what was made, and roll back to it afterwards."""
    connection, _ = lived
    before = await connection.begin_nested()
    yield Units(connection, clock, CIPHER)
    await before.rollback()
