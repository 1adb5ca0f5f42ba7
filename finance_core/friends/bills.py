"""Use cases of bills: split one, pay a part or say no to it, mark it as paid outside, close the bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.blocking import require_reaches
from finance_core.customers.holds import require_changes
from finance_core.customers.queries import locked
from finance_core.friends import entries, notices
from finance_core.friends.boards import bill_changed
from finance_core.friends.models import Bill, BillAgain, BillPart, BillPhoto, BillState, PartState
from finance_core.friends.notifications import Receipt, name_of, receipt, sealed_words, tell, words_told
from finance_core.friends.rules.splits import Split, Stake, checked_people, debts
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import ASSETS, CNY, Money
from finance_core.kernel.periods import add_months
from finance_core.ledger import Posted
from finance_core.notices import Sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

MAXIMUM: Final = Money.of(1_000_000, CNY)
"""The largest bill: beyond it a typing error is likelier than a wish."""
MOST_BILLS: Final = 20
"""What one person may split within `BILLS_WITHIN`."""
BILLS_WITHIN: Final = timedelta(hours=24)
_PAYABLE: Final = (PartState.OPEN, PartState.REFUSED)


@dataclass(frozen=True, slots=True)
class NewBill:
    """What a bill is made of.

    `people` are the others, in the order in which they were named, and `split` what each bears. `paid` is who paid the
    shop how much, by their ids, each once; empty: the organiser paid it all.
    """

    total: Money
    people: tuple[int, ...]
    split: Split
    paid: tuple[tuple[int, int], ...] = ()
    title: str = ""
    place_id: int | None = None

    def checked(self, organiser_id: int) -> NewBill:
        """Return it if it can be split so.

        Raises:
            InvalidInput: `amount_not_positive`, `amount_too_large` (maximum), `bill_people` (most; somebody twice, or
                the organiser among the others, counts as nobody), `bill_too_small` (somebody would bear nothing),
                `bill_difference` (difference, total): what they bear, or what those have paid who share it, is not the
                total.
        """
        if self.total.amount <= 0:
            raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
        if self.total > MAXIMUM:
            raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE, maximum=MAXIMUM)
        checked_people(len(set(self.people) - {organiser_id}) if len(set(self.people)) == len(self.people) else 0)
        if min(self.split.others) < 1:
            raise InvalidInput(ErrorCode.BILL_TOO_SMALL, total=self.total)
        stakes = self.stakes(organiser_id)
        for amount in (sum(each.bears for each in stakes), sum(each.paid for each in stakes)):
            if amount != self.total.amount:
                difference = Money(self.total.amount - amount, self.total.asset)
                raise InvalidInput(ErrorCode.BILL_DIFFERENCE, difference=difference, total=self.total)
        return self

    def stakes(self, organiser_id: int) -> list[Stake]:
        """Return what each bears and paid, the organiser last: of equals the first named pays first."""
        paid = dict(self.paid) or {organiser_id: self.total.amount}
        bears = [*zip(self.people, self.split.others, strict=True), (organiser_id, self.split.organiser)]
        return [Stake(person, amount, paid.get(person, 0)) for person, amount in bears]


async def split(unit: Unit, cipher: Cipher, organiser_id: int, new: NewBill, token: str) -> Bill:
    """Split a bill, and ask each who owes a part of it. The same token again: the same bill.

    Raises:
        InvalidInput: as `NewBill.checked`. NotAllowed: `person_takes_nothing`, `not_yours`.
        RuleViolation: `bills_many` (most), within 24 hours.
    """
    new.checked(organiser_id)
    await locked(unit, organiser_id)
    known = await unit.session.scalar(select(Bill).where(Bill.token == token))
    if known is not None:
        if known.organiser_id != organiser_id:
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return known
    await _require_may_split(unit, organiser_id, new.people)
    bill = await _written(unit, cipher, organiser_id, new, token)
    has_photo = await unit.session.get(BillPhoto, token) is not None
    for part in await parts_of(unit, bill):
        left, name, title = await _said(unit, bill, part, part.payee_id)
        told = notices.BillAsked(sum=left, name=name, title=title, token=token, has_photo=has_photo)
        await tell(unit, part.payer_id, told, f"bill:{bill.id}")
    return bill


async def pay(unit: Unit, token: str, payer_id: int, amount: Money | None, key: str) -> Receipt:
    """Pay one's part of a bill, whole (`amount` None) or some of it. The same key again: the same payment.

    Where somebody owes two people of one bill, the first named is paid first.

    Raises:
        NotFound: `bill`. NotAllowed: `not_yours`, `outflow_locked`. RuleViolation: `outflow_limit`; InsufficientFunds.
        Conflict: `bill_closed`, `bill_part_settled`.
        InvalidInput: `amount_not_positive`, `bill_part_above` (left): more than is left of the part.
    """
    await locked(unit, payer_id)
    bill = await _locked_bill(unit, token)
    done = await ledger.find(unit, entries.part_key(key))
    if done is not None:
        return await _paid_before(unit, bill, payer_id, done)
    part = await _payable(unit, bill, payer_id)
    left = left_of(bill, part)
    paid = left if amount is None else amount
    if paid.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if paid > left:
        raise InvalidInput(ErrorCode.BILL_PART_ABOVE, left=left)
    await require_changes(unit, payer_id)
    await customers.count_outflow(unit, payer_id, paid)
    return await _pay(unit, bill, part, paid, key)


async def refuse(unit: Unit, cipher: Cipher, token: str, payer_id: int, reason: str) -> None:
    """Say no to one's part of a bill, with a reason or without; the organiser, and who would be paid, are told.

    It may still be paid. Raises NotFound: `bill`, NotAllowed: `not_yours`, Conflict: `bill_closed`,
        `bill_part_settled`.
    """
    bill = await _locked_bill(unit, token)
    part = await _payable(unit, bill, payer_id)
    if part.state == PartState.REFUSED:
        return
    part.state = PartState.REFUSED
    part.reason_sealed = sealed_words(cipher, reason, reason_token(part), "reason")
    left, name, title = await _said(unit, bill, part, payer_id)
    reason_told = words_told(part.reason_sealed, reason_token(part), "reason")
    told = notices.PartRefused(sum=left, name=name, title=title, reason=reason_told)
    for person in dict.fromkeys((bill.organiser_id, part.payee_id)):
        await tell(unit, person, told, f"bill:{bill.id}:{part.nr}")
    await bill_changed(unit, bill)


async def mark_outside(unit: Unit, token: str, organiser_id: int, nr: int) -> None:
    """Take what is left of a part as paid outside: nothing moves, and its payer is told.

    Raises NotFound: `bill`, NotAllowed: `not_yours`, Conflict: `bill_closed`, `bill_part_settled`.
    """
    bill = await _of_organiser(unit, token, organiser_id)
    part = next((each for each in await parts_of(unit, bill) if each.nr == nr), None)
    if part is None:
        raise NotFound(ErrorCode.BILL)
    if part.state == PartState.OUTSIDE:
        return
    if part.state not in _PAYABLE:
        raise Conflict(ErrorCode.BILL_PART_SETTLED)
    left, name, title = await _said(unit, bill, part, part.payee_id)
    told = notices.PartOutside(sum=left, name=name, title=title)
    part.state, part.settled_at = PartState.OUTSIDE, unit.now
    await tell(unit, part.payer_id, told, f"bill:{bill.id}:{part.nr}")
    await _end_if_settled(unit, bill)


async def close(unit: Unit, token: str, organiser_id: int) -> Bill:
    """Stop what is open of a bill; what was paid stays paid. Who still owed is told. Closed already: as it is.

    Raises NotFound: `bill`, NotAllowed: `not_yours`, Conflict: `bill_part_settled`: nothing is open any more.
    """
    bill = await _locked_bill(unit, token)
    _require_organiser(bill, organiser_id)
    if bill.state == BillState.SETTLED:
        raise Conflict(ErrorCode.BILL_PART_SETTLED)
    if bill.state == BillState.CLOSED:
        return bill
    for part in await parts_of(unit, bill):
        if part.state in _PAYABLE:
            left, name, title = await _said(unit, bill, part, organiser_id)
            part.state, part.settled_at = PartState.STOPPED, unit.now
            told = notices.BillClosed(sum=left, name=name, title=title)
            await tell(unit, part.payer_id, told, f"bill:{bill.id}:{part.nr}")
    bill.state, bill.ended_at = BillState.CLOSED, unit.now
    await bill_changed(unit, bill)
    return bill


async def again_next_month(unit: Unit, token: str, organiser_id: int) -> date:
    """Let the organiser be asked on this day of next month whether to split the same once more; return that day.

    Asked for again, the later day counts. Raises NotFound: `bill`, NotAllowed: `not_yours`.
    """
    bill = await _locked_bill(unit, token)
    _require_organiser(bill, organiser_id)
    on = add_months(unit.local_now().date(), 1)
    found = await unit.session.get(BillAgain, bill.id)
    if found is None:
        unit.session.add(BillAgain(bill_id=bill.id, again_on=on))
    else:
        found.again_on, found.asked_at = on, None
    return on


async def payable(unit: Unit, token: str, payer_id: int) -> tuple[Bill, BillPart]:
    """Return a bill and what somebody may pay of it. Raises as `refuse`."""
    bill = await find(unit, token)
    return bill, await _payable(unit, bill, payer_id)


async def parts_of(unit: Unit, bill: Bill) -> list[BillPart]:
    """Return a bill's parts, in the order in which people were named."""
    rows = select(BillPart).where(BillPart.bill_id == bill.id).order_by(col(BillPart.nr))
    return list(await unit.session.scalars(rows))


async def find(unit: Unit, token: str) -> Bill:
    """Return a bill by its token, as it is. Raises NotFound: `bill`."""
    found = await unit.session.scalar(select(Bill).where(Bill.token == token))
    if found is None:
        raise NotFound(ErrorCode.BILL)
    return found


def left_of(bill: Bill, part: BillPart) -> Money:
    """Return what is left to pay of a part, whatever its state is."""
    return Money(part.amount - part.paid, ASSETS[bill.asset])


def reason_token(part: BillPart) -> str:
    """Return what the reason of a refusal is bound to."""
    return f"{part.bill_id}:{part.nr}"


async def _require_may_split(unit: Unit, organiser_id: int, people: tuple[int, ...]) -> None:
    recent = select(func.count()).where(Bill.organiser_id == organiser_id, Bill.made_at > unit.now - BILLS_WITHIN)
    if int(await unit.session.scalar(recent) or 0) >= MOST_BILLS:
        raise RuleViolation(ErrorCode.BILLS_MANY, most=MOST_BILLS)
    for person in people:
        await require_reaches(unit, organiser_id, person)


async def _written(unit: Unit, cipher: Cipher, organiser_id: int, new: NewBill, token: str) -> Bill:
    stakes = new.stakes(organiser_id)
    owed, order = debts(stakes), [stake.person for stake in stakes]
    bill = Bill(
        token=token,
        organiser_id=organiser_id,
        total=new.total.amount,
        own=new.split.organiser,
        asset=new.total.asset.code,
        title_sealed=sealed_words(cipher, new.title, token, "title"),
        place_id=new.place_id,
        state=BillState.OPEN if owed else BillState.SETTLED,
        made_at=unit.now,
        made_on=unit.open_on,
        ended_at=None if owed else unit.now,
    )
    unit.session.add(bill)
    await unit.session.flush()
    unit.session.add_all(
        BillPart(
            bill_id=bill.id, nr=nr, payer_id=each.payer, payee_id=each.payee, amount=each.amount, state=PartState.OPEN
        )
        for nr, each in enumerate(sorted(owed, key=lambda debt: order.index(debt.payer)), 1)
    )
    await unit.session.flush()
    return bill


async def _locked_bill(unit: Unit, token: str) -> Bill:
    statement = select(Bill).where(Bill.token == token).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.BILL)
    return found


def _require_organiser(bill: Bill, organiser_id: int) -> None:
    if bill.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)


async def _of_organiser(unit: Unit, token: str, organiser_id: int) -> Bill:
    bill = await _locked_bill(unit, token)
    _require_organiser(bill, organiser_id)
    if bill.state == BillState.CLOSED:
        raise Conflict(ErrorCode.BILL_CLOSED)
    return bill


async def _payable(unit: Unit, bill: Bill, payer_id: int) -> BillPart:
    """Return what somebody may pay of a bill: the first of their parts that is open."""
    own = [part for part in await parts_of(unit, bill) if part.payer_id == payer_id]
    if not own:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if bill.state == BillState.CLOSED:
        raise Conflict(ErrorCode.BILL_CLOSED)
    open_ones = [part for part in own if part.state in _PAYABLE]
    if not open_ones:
        raise Conflict(ErrorCode.BILL_PART_SETTLED)
    return open_ones[0]


async def _pay(unit: Unit, bill: Bill, part: BillPart, paid: Money, key: str) -> Receipt:
    part.paid = part.paid + paid.amount
    part.state = PartState.PAID if part.paid == part.amount else PartState.OPEN
    part.settled_at = unit.now if part.state == PartState.PAID else None
    [posted] = await ledger.post(unit, entries.part_paid(part.payer_id, part.payee_id, part.id, paid, key))
    left, title = left_of(bill, part), words_told(bill.title_sealed, bill.token, "title")
    payer, payee = await name_of(unit, part.payer_id), await name_of(unit, part.payee_id)
    got = partial(notices.PartReceived, name=payer, note=title, left=left)
    await receipt(unit, part.payee_id, paid, posted, got)
    await _end_if_settled(unit, bill)
    return await receipt(
        unit, part.payer_id, paid, posted, partial(notices.PartPaid, name=payee, note=title, left=left)
    )


async def _paid_before(unit: Unit, bill: Bill, payer_id: int, done: Posted) -> Receipt:
    """Return the receipt of a payment that was made before. Raises NotAllowed: `not_yours`."""
    wallet = ledger.customer_wallet(payer_id, ASSETS[bill.asset])
    lines = await ledger.history(unit, wallet, before=done.entry_id + 1, limit=1)
    if not lines or lines[0].entry_id != done.entry_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    return Receipt(done.reference, -lines[0].amount, await ledger.balance(unit, wallet))


async def _end_if_settled(unit: Unit, bill: Bill) -> None:
    """End a bill of which nothing is open any more; its boards show what has changed, whatever that was."""
    await unit.session.flush()
    states = {part.state for part in await parts_of(unit, bill)}
    if states <= {PartState.PAID, PartState.OUTSIDE}:
        bill.state, bill.ended_at = BillState.SETTLED, unit.now
    await bill_changed(unit, bill)


async def _said(unit: Unit, bill: Bill, part: BillPart, other_id: int) -> tuple[Money, Sealed, Sealed | str]:
    """Return what each notice of a part says: what is left of it, the other's name, what the bill is for."""
    title = words_told(bill.title_sealed, bill.token, "title")
    return left_of(bill, part), await name_of(unit, other_id), title
