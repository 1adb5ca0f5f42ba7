"""Taking what is due from wallets, for many loans at once: on the due morning, and after money has come in.

What each wallet can give is read under its customers' loans' locks; the rule that spreads a payment is the one that a
person's own repayment follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Posted, Refused, Transfer
from finance_core.loans import queries
from finance_core.loans.book import entries, payments, suspense
from finance_core.loans.book.allocation import Owed, Part, allocate, total
from finance_core.loans.book.funding import NOT_HELD
from finance_core.loans.book.payments import Payment
from finance_core.loans.book.suspense import Released
from finance_core.loans.contact import promises
from finance_core.loans.models import Loan
from finance_core.loans.repayment.notices import DebitReceipt, SettlingDebitReceipt
from finance_core.loans.repayment.repayment import bring_up_to_date
from finance_core.notices import Notice, Urgency, cancel_all, enqueue_many
from finance_core.storage.unit import Unit

RECEIPTS_WAIT: Final = timedelta(minutes=10)
"""How long a receipt waits for the word of what its debit fell short of, which names it; then it goes by itself."""

_LOCK: Final = text(
    f"""
    SELECT l.id FROM loan l
    WHERE l.state = 'active' AND l.automatic_debit AND l.customer_id = ANY(:customers)
        AND {NOT_HELD}
        AND EXISTS (SELECT FROM instalment i WHERE i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on <= :on)
    ORDER BY l.id FOR NO KEY UPDATE
    """  # noqa: S608 - a constant
)
_SETTLE: Final = text(
    """
    UPDATE loan SET state = 'settled', ended_on = :on
    WHERE id = ANY(:loans) AND state = 'active'
        AND NOT EXISTS (SELECT FROM instalment i WHERE i.loan_id = loan.id AND i.settled_on IS NULL)
    RETURNING id
    """
)
_RECORD: Final = text(
    """
    INSERT INTO loan_event (loan_id, kind, on_date, at, details)
    SELECT loan_id, 'debited', :on, :now, jsonb_build_object('amount', amount, 'reference', reference)
    FROM unnest(CAST(:loans AS bigint[]), CAST(:amounts AS bigint[]), CAST(:references AS varchar[]))
        AS paid (loan_id, amount, reference)
    """
)


@dataclass(frozen=True, slots=True)
class Debit:
    """What one loan gets of its borrower's wallet."""

    loan: Loan
    parts: list[Part]

    @property
    def amount(self) -> int:
        """What the debit takes, in minor units."""
        return total(self.parts)


async def collect(
    unit: Unit,
    customer_ids: Sequence[int],
    occasion: str,
    *,
    first: tuple[Transfer, ...] = (),
    short_is_told: bool = False,
) -> int:
    """Debit what is due from the wallets of `customer_ids` as far as they reach; return how many loans were paid.

    Args:
        occasion: makes the entries' keys: one loan is debited once on an occasion ("2026-03-12", "entry:17").
        first: transfers that bring money into the one customer's wallet: the first entry made begins with them.
        short_is_told: what is left due is told after it, with what was taken: the receipt waits for that.

    Raises:
        Conflict: `nothing_collected`: `first` was given, and no loan took the money.
    """
    values = {"customers": list(customer_ids), "on": unit.open_on}
    loan_ids = list((await unit.session.scalars(_LOCK, values)).all())
    if not loan_ids and first:
        raise Conflict(ErrorCode.NOTHING_COLLECTED)
    if not loan_ids:
        return 0
    loans = {loan.id: loan for loan in await _loans(unit, loan_ids)}
    for loan in loans.values() if len(customer_ids) == 1 else ():
        await bring_up_to_date(unit, loan)
    debits = await _planned(unit, loans, first)
    freed = await suspense.releases(unit, {debit.loan.id: debit.parts for debit in debits}, loans)
    posted = [
        (debit, answer)
        for debit, answer in zip(debits, await _post(unit, debits, freed, occasion, first), strict=True)
        if isinstance(answer, Posted) and not answer.replayed
    ]
    if first and not (posted and posted[0][0] is debits[0]):
        raise Conflict(ErrorCode.NOTHING_COLLECTED)
    if posted:
        paid = {debit.loan.id for debit, _ in posted}
        await suspense.take(unit, {loan_id: each for loan_id, each in freed.items() if loan_id in paid})
        await _write_down(unit, posted, unit.now + RECEIPTS_WAIT if short_is_told else None)
    return len(posted)


async def _loans(unit: Unit, loan_ids: Sequence[int]) -> list[Loan]:
    statement = select(Loan).where(col(Loan.id).in_(loan_ids)).order_by(col(Loan.id))
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


async def _planned(unit: Unit, loans: dict[int, Loan], first: tuple[Transfer, ...]) -> list[Debit]:
    """Spread each customer's available money over what is due, oldest due day first across all their loans."""
    owing = await queries.owed(unit, list(loans), unit.open_on, only_due=True)
    wallets = {
        loan.customer_id: ledger.customer_wallet(loan.customer_id, ASSETS[loan.asset]) for loan in loans.values()
    }
    available = await ledger.available_many(unit, list(wallets.values()))

    def customer_of(each: Owed) -> int:
        return loans[each.loan_id].customer_id

    debits: dict[int, list[Part]] = {}
    for customer_id, dues in groupby(sorted(owing, key=customer_of), key=customer_of):
        wallet = wallets[customer_id]
        brought = sum(move.amount.amount for move in first if move.credit == wallet)
        for part in allocate(list(dues), available[wallet].amount + brought):
            debits.setdefault(part.loan_id, []).append(part)
    return [Debit(loans[loan_id], parts) for loan_id, parts in debits.items()]


async def _post(
    unit: Unit, debits: list[Debit], freed: dict[int, Released], occasion: str, first: tuple[Transfer, ...]
) -> list[Posted | Refused]:
    made = [
        entries.repayment(
            debit.loan,
            debit.parts,
            "loan.debit",
            f"loan:{debit.loan.id}:debit:{occasion}",
            freed.get(debit.loan.id),
        )
        for debit in debits
    ]
    if made and first:
        made[0] = replace(made[0], transfers=(*first, *made[0].transfers))
    return await ledger.try_post(unit, made)


async def _write_down(unit: Unit, posted: list[tuple[Debit, Posted]], short_until: datetime | None) -> None:
    await payments.write(
        unit, [Payment(debit.loan.id, answer.entry_id, "loan.debit", debit.parts) for debit, answer in posted]
    )
    await payments.apply(unit, [part for debit, _ in posted for part in debit.parts])
    loan_ids = [debit.loan.id for debit, _ in posted]
    settled = set((await unit.session.scalars(_SETTLE, {"loans": loan_ids, "on": unit.open_on})).all())
    await payments.earn_fee_rest(unit, [debit.loan for debit, _ in posted if debit.loan.id in settled])
    await unit.session.execute(
        _RECORD,
        {
            "loans": loan_ids,
            "amounts": [debit.amount for debit, _ in posted],
            "references": [answer.reference for _, answer in posted],
            "on": unit.open_on,
            "now": unit.now,
        },
    )
    await cancel_all(unit, abouts=[f"loan:{loan_id}" for loan_id in loan_ids], because="paid")
    await promises.keep(unit, loan_ids)
    due = Counter[int]()
    for each in await queries.owed(unit, loan_ids, unit.open_on, only_due=True):
        due[each.loan_id] += each.total
    receipts = [_receipt(debit, answer, settled, due[debit.loan.id], short_until) for debit, answer in posted]
    await enqueue_many(unit, receipts)


def _receipt(debit: Debit, answer: Posted, settled: set[int], due_now: int, short_until: datetime | None) -> Notice:
    asset, loan_id = ASSETS[debit.loan.asset], debit.loan.id
    amount, reference = Money(debit.amount, asset), answer.reference
    content = (
        SettlingDebitReceipt(loan=loan_id, sum=amount, reference=reference)
        if loan_id in settled
        else DebitReceipt(loan=loan_id, sum=amount, reference=reference, due_now=Money(due_now, asset))
    )
    return Notice(
        content=content,
        urgency=Urgency.SYSTEM,
        key=f"receipt.debit:{answer.entry_id}",
        customer_id=debit.loan.customer_id,
        about=f"loan:{debit.loan.id}",
        not_before=short_until if due_now else None,
    )
