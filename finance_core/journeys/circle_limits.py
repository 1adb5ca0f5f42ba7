"""Circles where they meet loans: instalments count in what joining may take of the income, and self-exclusion holds.

Self-exclusion from borrowing covers bids and standing for somebody; joining it does not (CIRCLES §5).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from finance_core.circles import agenda, bids, guarantors, joining
from finance_core.circles.bids import BidQuote, MyBid
from finance_core.circles.decision_models import CircleGuarantor
from finance_core.circles.finding import find
from finance_core.circles.models import Circle
from finance_core.circles.motions import Tally
from finance_core.circles.product import circles_on_sale
from finance_core.circles.requests import Joined, JoinRequest
from finance_core.customers.consents import Wording
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.origination.self_limits import blocked_until
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

_DUE: Final = text(
    """
    SELECT coalesce(sum(i.principal + i.interest + i.fee - i.paid_principal - i.paid_interest - i.paid_fee), 0)
    FROM loan l JOIN instalment i ON i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on < :until
    WHERE l.customer_id = :customer AND l.state = 'active' AND l.asset = :asset
    """
)


async def instalments_of(unit: Unit, customer_id: int, circle: Circle) -> Money:
    """Return what somebody's loans here take in the window in which contributions are counted; overdue ones too."""
    terms = await circles_on_sale(unit)
    values = {"customer": customer_id, "asset": circle.asset, "until": unit.open_on + timedelta(days=terms.income_days)}
    return Money(int(await unit.session.scalar(_DUE, values) or 0), ASSETS[circle.asset])


async def check(unit: Unit, token: str, customer_id: int, request: JoinRequest) -> Circle:
    """Refuse, before the PIN, what `join` would refuse. Raises: as `circles.joining.join`."""
    instalments = await instalments_of(unit, customer_id, await find(unit, token))
    return await joining.check(unit, token, customer_id, request, instalments)


async def join(
    unit: Unit, cipher: Cipher, token: str, customer_id: int, request: JoinRequest, wording: Wording
) -> Joined:
    """Join a circle, after the PIN. Raises: as `circles.joining.join`."""
    instalments = await instalments_of(unit, customer_id, await find(unit, token))
    return await joining.join(unit, cipher, token, customer_id, request, wording, instalments=instalments)


async def ask_to_take_over(
    unit: Unit,
    cipher: Cipher,
    token: str,
    newcomer_id: int,
    place: int,
    request: JoinRequest,
    wording: Wording,
    motion_token: str,
) -> Tally:
    """Ask to take a place over, after the PIN. Raises: as `circles.agenda.ask_to_take_over`."""
    instalments = await instalments_of(unit, newcomer_id, await find(unit, token))
    return await agenda.ask_to_take_over(
        unit, cipher, token, newcomer_id, place, request, wording, motion_token, instalments=instalments
    )


async def check_take_over(
    unit: Unit, cipher: Cipher, token: str, newcomer_id: int, place: int, request: JoinRequest, wording: Wording
) -> None:
    """Refuse, before the PIN, what `ask_to_take_over` would refuse: it is done, and taken back. Raises as it does."""
    nested = await unit.session.begin_nested()
    try:
        asked = (unit, cipher, token, newcomer_id, place, request, wording)
        await ask_to_take_over(*asked, f"tried:{token}:{newcomer_id}:{place}")
    finally:
        await nested.rollback()


async def quote(unit: Unit, token: str, customer_id: int, place: int, number: int, amount: Money) -> BidQuote:
    """Return what a bid would cost, before it is made. Raises: as `circles.bids.bid`."""
    until = await blocked_until(unit, customer_id)
    return await bids.quote(unit, token, customer_id, place, number, amount, excluded_until=until)


async def bid(
    unit: Unit, cipher: Cipher, token: str, customer_id: int, place: int, number: int, amount: Money, key: str
) -> MyBid:
    """Bid for a round, after the PIN. Raises: as `circles.bids.bid`."""
    until = await blocked_until(unit, customer_id)
    return await bids.bid(unit, cipher, token, customer_id, place, number, amount, key, excluded_until=until)


async def stand_for(unit: Unit, token: str, guarantor_id: int, place: int) -> CircleGuarantor:
    """Stand for a place, after the PIN. Raises: as `circles.guarantors.agree`."""
    until = await blocked_until(unit, guarantor_id)
    return await guarantors.agree(unit, token, guarantor_id, place, excluded_until=until)
