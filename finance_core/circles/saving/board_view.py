"""What the board of an accumulating circle shows its group, read anew each time that delivery shows it.

The next meeting, what all have together, and who has paid at the meeting that is open. Never what one of them has,
owes, asked for or voted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from finance_core import ledger
from finance_core.circles.board_view import NAME_CHARACTERS, CircleBoard, circle_board
from finance_core.circles.book.accounts import fund
from finance_core.circles.finding import by_id, officers_of
from finance_core.circles.models import Circle, CircleState, Role
from finance_core.circles.queries import names_of
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Kind
from finance_core.circles.saving.finding import CASH, LENT, meetings, savers
from finance_core.circles.saving.models import (
    CircleMeeting,
    CircleSaver,
    CircleSaving,
    CircleSavingPayment,
    MeetingState,
)
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class BoardSaver:
    """One member on the board. `paid`: at the meeting that is open; None where none is."""

    place: int
    name: str
    paid: bool | None
    role: Role | None


@dataclass(frozen=True, slots=True)
class SavingBoard:
    """An accumulating circle as its group sees it.

    Attributes:
        price: Of a share; `most_shares` at one meeting. `social`: what each pays into the social fund at one.
        meeting: The one that is open, else the next; None once all are over, and before the cycle begins.
        held_on: Its day; before the cycle begins the first one, after the last meeting that one.
        shares: Of all together. `cash`, `lent`, `social_fund`: what they have.
        people: By place; before the cycle begins, who has joined.
    """

    token: str
    code: str
    title: str
    state: CircleState
    period: Period
    price: Money
    most_shares: int
    social: Money
    meeting: int | None
    meetings: int
    held_on: date
    is_open: bool
    shares: int
    cash: Money
    lent: Money
    social_fund: Money
    people: tuple[BoardSaver, ...]

    @property
    def have_paid(self) -> int:
        """How many have paid at the meeting that is open."""
        return sum(each.paid is True for each in self.people)


async def board_of(unit: Unit, cipher: Cipher, circle_id: int) -> CircleBoard | SavingBoard:
    """Return what a circle's board shows now, of either kind. Raises NotFound: `circle`."""
    circle = await by_id(unit, circle_id)
    if circle.kind == Kind.ACCUMULATING:
        return await saving_board(unit, cipher, circle)
    return await circle_board(unit, cipher, circle_id)


async def saving_board(unit: Unit, cipher: Cipher, circle: Circle) -> SavingBoard:
    """Return what an accumulating circle's board shows now."""
    rules = await unit.session.get_one(CircleSaving, circle.id)
    people, days = await savers(unit, circle.id), await meetings(unit, circle.id)
    now = next((day for day in days if day.state != MeetingState.CLOSED), None)
    asset = ASSETS[circle.asset]
    accounts = (Account(CASH, circle.id, asset), Account(LENT, circle.id, asset), fund(circle.id, asset))
    cash, lent, social_fund = [await ledger.balance(unit, account) for account in accounts]
    return SavingBoard(
        token=circle.token,
        code=circle.code,
        title=words_of(circle.title_sealed, cipher, title_associated_data(circle.token)),
        state=CircleState(circle.state),
        period=Period(circle.period),
        price=Money(rules.share_price, asset),
        most_shares=rules.most_shares,
        social=Money(rules.social_amount, asset),
        meeting=now.nr if now is not None else None,
        meetings=rules.meetings,
        held_on=now.held_on if now is not None else days[-1].held_on if days else circle.first_due_on,
        is_open=now is not None and now.state == MeetingState.OPEN,
        shares=sum(each.shares for each in people),
        cash=cash,
        lent=lent,
        social_fund=social_fund,
        people=await _people(unit, cipher, circle, people, now),
    )


async def _people(
    unit: Unit, cipher: Cipher, circle: Circle, people: list[CircleSaver], now: CircleMeeting | None
) -> tuple[BoardSaver, ...]:
    names = await names_of(unit, cipher, circle, [each.customer_id for each in people])
    roles = {person: role for role, person in (await officers_of(unit, circle)).items()}
    paid = await _have_paid(unit, now) if now is not None and now.state == MeetingState.OPEN else None
    return tuple(
        BoardSaver(
            each.place,
            names.get(each.customer_id, "")[:NAME_CHARACTERS],
            each.customer_id in paid if paid is not None else None,
            roles.get(each.customer_id),
        )
        for each in people
    )


async def _have_paid(unit: Unit, meeting: CircleMeeting) -> set[int]:
    paid = select(CircleSavingPayment.customer_id).where(
        CircleSavingPayment.circle_id == meeting.circle_id, CircleSavingPayment.meeting == meeting.nr
    )
    return set(await unit.session.scalars(paid))
