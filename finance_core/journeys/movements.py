"""Who and what a person's movements were with and for: the other side of a payment, its note, the loan, the fund.

An entry says by numbers what it is about; what stands behind them is the products', and is read here set-wise, a page
or a statement at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.friends.models import Bill, BillPart, Cause, Packet
from finance_core.friends.notifications import words_of
from finance_core.funds.product import NavFundTerms, funds_on_sale
from finance_core.ledger import Line
from finance_core.loans.models import Loan
from finance_core.storage.base import Table
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from finance_core.wallet.models import MoneyRequest, Send
from finance_core.wallet.service import note_of

Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What a movement was with and for, as far as there is anything."""

    person: Customer | None = None
    """The other side. None also where it is whoever opens a link."""
    by_link: bool = False
    """Whether it went to whoever opens a link, and nobody has."""
    note: str = ""
    """What the sender wrote, or what a bill or a collection is called."""
    loan: Loan | None = None
    """The loan that it was for."""
    fund: NavFundTerms | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands behind the numbers of some entries."""

    sends: dict[int, Send]
    requests: dict[int, MoneyRequest]
    parts: dict[int, BillPart]
    bills: dict[int, Bill]
    packets: dict[int, Packet]
    causes: dict[int, Cause]
    loans: dict[int, Loan]
    funds: dict[int, NavFundTerms]
    people: dict[int, Customer]


async def counterparts(unit: Unit, cipher: Cipher, me: int, lines: Sequence[Line]) -> dict[int, Counterpart]:
    """Return by entry what the movements of `me` were with and for; nothing for one that was with nobody."""
    found = await _found(unit, me, lines)
    told = {line.entry_id: _told(line, found, cipher, me) for line in lines}
    return {entry: each for entry, each in told.items() if each is not None}


async def _found(unit: Unit, me: int, lines: Sequence[Line]) -> _Found:
    sends = await _by_id(unit, Send, _numbers(lines, "send"))
    requests = await _by_id(unit, MoneyRequest, _numbers(lines, "request"))
    parts = await _by_id(unit, BillPart, _numbers(lines, "part"))
    bills = await _by_id(unit, Bill, {part.bill_id for part in parts.values()})
    packets = await _by_id(unit, Packet, _numbers(lines, "packet"))
    causes = await _by_id(unit, Cause, _numbers(lines, "cause"))
    loans = await _by_id(unit, Loan, _numbers(lines, "loan"))
    has_funds = any(line.kind.startswith("fund.") for line in lines)
    funds = {fund.number: fund for fund in await funds_on_sale(unit)} if has_funds else {}
    others: set[int | None] = {send.payee_id if send.sender_id == me else send.sender_id for send in sends.values()}
    others |= {each.asker_id if each.payer_id == me else each.payer_id for each in requests.values()}
    others |= {part.payee_id if part.payer_id == me else part.payer_id for part in parts.values()}
    others |= {packet.sender_id for packet in packets.values()} | {cause.organiser_id for cause in causes.values()}
    others |= {loan.customer_id for loan in loans.values()}
    people = await _by_id(unit, Customer, {each for each in others if each is not None and each != me})
    return _Found(sends, requests, parts, bills, packets, causes, loans, funds, people)


def _numbers(lines: Iterable[Line], name: str) -> set[int]:
    return {number for line in lines if (number := _about(line).get(name)) is not None}


def _about(line: Line) -> dict[str, int]:
    """Return the numbers that an entry is about, by name. What a deposit calls its part is money, and no bill's."""
    numbers = {name: value for name, value in line.about.items() if isinstance(value, int)}
    return {name: value for name, value in numbers.items() if name != "part" or line.kind.startswith("friends.")}


async def _by_id(unit: Unit, table: type[Row], ids: set[int]) -> dict[int, Row]:
    if not ids:
        return {}
    key = table.id  # type: ignore[attr-defined]  # each of these tables has one
    rows = await unit.session.scalars(select(table).where(col(key).in_(ids)))
    return {row.id: row for row in rows}  # type: ignore[attr-defined]


def _told(line: Line, found: _Found, cipher: Cipher, me: int) -> Counterpart | None:
    about = _about(line)
    if (sent := found.sends.get(about.get("send", 0))) is not None:
        other = found.people.get((sent.payee_id if sent.sender_id == me else sent.sender_id) or 0)
        return Counterpart(person=other, by_link=sent.payee_id is None, note=note_of(sent, cipher))
    if (asked := found.requests.get(about.get("request", 0))) is not None:
        other = found.people.get(asked.asker_id if asked.payer_id == me else asked.payer_id)
        return Counterpart(person=other, note=note_of(asked, cipher))
    return _among_friends(about, found, cipher, me) or _of_a_product(line, about, found)


def _among_friends(about: dict[str, int], found: _Found, cipher: Cipher, me: int) -> Counterpart | None:
    if (part := found.parts.get(about.get("part", 0))) is not None:
        bill = found.bills[part.bill_id]
        other = found.people.get(part.payee_id if part.payer_id == me else part.payer_id)
        return Counterpart(person=other, note=words_of(bill.title_sealed, cipher, bill.token, "title"))
    if (cause := found.causes.get(about.get("cause", 0))) is not None:
        title = words_of(cause.title_sealed, cipher, cause.token, "title")
        return Counterpart(person=found.people.get(cause.organiser_id), note=title)
    packet = found.packets.get(about.get("packet", 0))
    return Counterpart(person=found.people.get(packet.sender_id)) if packet is not None else None


def _of_a_product(line: Line, about: dict[str, int], found: _Found) -> Counterpart | None:
    if (loan := found.loans.get(about.get("loan", 0))) is not None:
        return Counterpart(person=found.people.get(loan.customer_id), loan=loan)
    fund = found.funds.get(about.get("fund", 0)) if line.kind.startswith("fund.") else None
    return Counterpart(fund=fund) if fund is not None else None
