"""Reads of the wallet: what is there, and what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Line
from finance_core.storage.unit import Unit
from finance_core.wallet.models import MoneyRequest, Send, SendState

MOST_COUNTERPARTIES: Final = 1000
"""People of one's payments who are looked through for a name."""

_NEWEST_OF: Final = text("""
    SELECT e.id FROM account a
        JOIN transfer t ON a.id IN (t.debit_id, t.credit_id) JOIN entry e ON e.id = t.entry_id
    WHERE a.code = '2010' AND a.book = :book AND a.asset = :asset AND a.owner = :me AND e.kind = ANY(:kinds)
        AND (CAST(:amount AS bigint) IS NULL OR t.amount = :amount)
    GROUP BY e.id ORDER BY e.id DESC LIMIT :lines
""")
_SEND_OF_ENTRY: Final = text("SELECT CAST(about ->> 'send' AS bigint) FROM entry WHERE id = :entry")
_SETTLED: Final = text("SELECT id FROM entry WHERE key = :key")
_COUNTERPARTIES = text("""
    WITH mine AS (SELECT id FROM account WHERE code = '2010' AND owner = :me),
    met (person, at, amount) AS (
        SELECT s.payee_id, s.id, s.amount FROM send s WHERE s.sender_id = :me AND s.payee_id IS NOT NULL
        UNION ALL
        SELECT s.sender_id, s.id, s.amount FROM mine JOIN transfer t ON t.credit_id = mine.id
            JOIN entry e ON e.id = t.entry_id AND e.kind = 'wallet.send_accepted'
            JOIN send s ON s.id = CAST(e.about ->> 'send' AS bigint)
        UNION ALL
        SELECT CASE WHEN r.payer_id = :me THEN r.asker_id ELSE r.payer_id END, r.id, r.amount
        FROM mine JOIN transfer t ON mine.id IN (t.debit_id, t.credit_id)
            JOIN entry e ON e.id = t.entry_id AND e.kind = 'wallet.request_paid'
            JOIN money_request r ON r.id = CAST(e.about ->> 'request' AS bigint))
    SELECT person, (array_agg(amount ORDER BY at DESC))[1] AS amount
    FROM met WHERE person <> :me GROUP BY person ORDER BY max(at) DESC LIMIT :most
""")
"""Read by the movements of one's own wallet, which has an index; the other end of a payment has none."""


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody with whom one has had a payment, and of how much the last one was (minor units)."""

    customer_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """What a customer can use, and what has left but has not been taken yet."""

    available: Money
    on_its_way: Money


async def balance(unit: Unit, customer_id: int, asset: Asset) -> WalletBalance:
    """Return what a customer has in `asset`: to use, and on its way to others."""
    free = await available(unit, customer_id, asset)
    waiting = await unit.session.scalar(
        select(func.coalesce(func.sum(Send.amount), 0)).where(
            Send.sender_id == customer_id, Send.state == SendState.WAITING, Send.asset == asset.code
        )
    )
    return WalletBalance(free, Money(int(waiting or 0), asset))


async def available(unit: Unit, customer_id: int, asset: Asset) -> Money:
    """Return what a customer can use in `asset`."""
    return await ledger.available(unit, ledger.customer_wallet(customer_id, asset))


async def payees(unit: Unit, customer_id: int, limit: int = 3) -> list[int]:
    """Return whom the customer sent money to last, newest first."""
    newest = func.max(Send.id)
    rows = await unit.session.execute(
        select(col(Send.payee_id))
        .where(Send.sender_id == customer_id, col(Send.payee_id).is_not(None))
        .group_by(col(Send.payee_id))
        .order_by(newest.desc())
        .limit(limit)
    )
    return [payee for (payee,) in rows if payee is not None]


async def sends_of(unit: Unit, customer_id: int, limit: int = 20) -> list[Send]:
    """Return what a person has sent, in whatever state it is, newest first."""
    sent = select(Send).where(Send.sender_id == customer_id).order_by(col(Send.id).desc()).limit(limit)
    return list(await unit.session.scalars(sent.execution_options(populate_existing=True)))


async def send_numbered(unit: Unit, send_id: int) -> Send | None:
    """Return a send by the number that its entries name, None where there is none."""
    return await unit.session.get(Send, send_id)


async def send_of_entry(unit: Unit, entry_id: int) -> Send | None:
    """Return the send that an entry is about: begun, taken or come back; None where it is about none."""
    about = await unit.session.scalar(_SEND_OF_ENTRY, {"entry": entry_id})
    return None if about is None else await send_numbered(unit, about)


async def settled_by(unit: Unit, sent: Send) -> int | None:
    """Return the entry by which a send was taken or came back; None while it waits."""
    entry_id = await unit.session.scalar(_SETTLED, {"key": f"send:{sent.id}:settled"})
    return None if entry_id is None else int(entry_id)


async def request_numbered(unit: Unit, request_id: int) -> MoneyRequest | None:
    """Return a request for money by the number that its entry names, None where there is none."""
    return await unit.session.get(MoneyRequest, request_id)


async def newest_of(
    unit: Unit, customer_id: int, asset: Asset, kinds: Sequence[str], *, amount: Money | None = None, limit: int = 3
) -> list[Line]:
    """Return the newest movements of a person's wallet of some kinds (of one sum, when given), newest first."""
    values = {
        "me": customer_id,
        "book": ledger.INST,
        "asset": asset.code,
        "kinds": list(kinds),
        "amount": amount.amount if amount is not None else None,
        "lines": limit,
    }
    found: list[Line] = []
    wallet = ledger.customer_wallet(customer_id, asset)
    for entry in await unit.session.scalars(_NEWEST_OF, values):
        found += await ledger.history(unit, wallet, before=entry + 1, limit=1)
    return found


async def counterparties(unit: Unit, customer_id: int) -> list[int]:
    """Return whom the customer has paid or been paid by, at most `MOST_COUNTERPARTIES`.

    A request that was not paid and a send that was not taken make nobody known to the one who got them.
    """
    return [each.customer_id for each in await met(unit, customer_id)]


async def met(unit: Unit, customer_id: int, most: int = MOST_COUNTERPARTIES) -> list[Met]:
    """Return with whom a customer has had payments, the latest first, as `counterparties` knows them."""
    rows = await unit.session.execute(_COUNTERPARTIES, {"me": customer_id, "most": most})
    return [Met(row.person, row.amount) for row in rows]


async def last_sent(unit: Unit, sender_id: int, payee_id: int) -> Money | None:
    """Return the sum of the last send from one to the other, whatever became of it; None where there was none."""
    rows = select(Send).where(Send.sender_id == sender_id, Send.payee_id == payee_id)
    sent = (await unit.session.scalars(rows.order_by(col(Send.id).desc()).limit(1))).first()
    return Money(sent.amount, ASSETS[sent.asset]) if sent is not None else None


async def asked_since(unit: Unit, asker_id: int, since: datetime) -> list[int]:
    """Return of whom a person has asked money since an instant, once for each request."""
    rows = select(col(MoneyRequest.payer_id)).where(MoneyRequest.asker_id == asker_id, MoneyRequest.asked_at > since)
    return list(await unit.session.scalars(rows))


async def requests_to_pay(unit: Unit, customer_id: int) -> list[MoneyRequest]:
    """Return what others have asked of a person and is neither paid nor refused, oldest first."""
    rows = select(MoneyRequest).where(MoneyRequest.payer_id == customer_id, MoneyRequest.state == "open")
    return list(await unit.session.scalars(rows.order_by(col(MoneyRequest.id))))


async def waiting(unit: Unit, customer_id: int) -> list[Send]:
    """Return the sends that wait to be taken: to the customer, once delivered, and from them; first what ends first."""
    to_them = and_(col(Send.payee_id) == customer_id, col(Send.delivers_at) <= unit.now)
    rows = await unit.session.scalars(
        select(Send)
        .where(Send.state == SendState.WAITING, or_(to_them, col(Send.sender_id) == customer_id))
        .order_by(col(Send.returns_at), col(Send.id))
    )
    return list(rows)
