"""Paying in at a meeting: shares, the social fund's sum, fines. By hand, or at 09:00 for who has a standing number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.book.accounts import account_of
from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.circles.notifications import of
from finance_core.circles.saving.finding import Saving, open_meeting, running, saver
from finance_core.circles.saving.models import (
    CircleFine,
    CircleMeeting,
    CircleSavingPayment,
)
from finance_core.circles.saving.notices import CircleSaved
from finance_core.customers.freezing import require_not_frozen
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.ledger import Entry, Transfer, customer_wallet
from finance_core.notices import Urgency, enqueue, insert_notices, wake
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What somebody paid in."""

    reference: str
    shares: int
    amount: Money
    """The shares' price."""
    social: Money
    fines: Money

    @property
    def total(self) -> Money:
        """All that was paid."""
        return self.amount + self.social + self.fines


@dataclass(frozen=True, slots=True)
class DueAt:
    """What a member may buy at the meeting that is open, and what else they would pay with it."""

    meeting: int
    price: Money
    """Of a share."""
    most_shares: int
    """That they may still buy."""
    social: Money
    fines: Money


async def due_at(unit: Unit, circle_id: int, customer_id: int) -> DueAt:
    """Return what a member may pay at the meeting that is open.

    Raises NotFound: `circle`, `not_in_circle`. Conflict: `circle_not_running`, `circle_meeting_closed`.
    """
    saving = await running(unit, circle_id)
    await saver(unit, saving, customer_id)
    meeting = await open_meeting(unit, saving)
    bought, has_paid_social = await _so_far(unit, meeting, customer_id)
    fines = sum(fine.amount for fine in await open_fines(unit, circle_id, customer_id))
    social = 0 if has_paid_social else saving.rules.social_amount
    most = saving.rules.most_shares - bought
    return DueAt(meeting.nr, saving.price, most, Money(social, saving.asset), Money(fines, saving.asset))


async def attend(unit: Unit, circle_id: int, customer_id: int) -> CircleMeeting:
    """Say that somebody is at the meeting that is open. Raises as `open_meeting` and `saver`."""
    saving = await running(unit, circle_id)
    await saver(unit, saving, customer_id)
    meeting = await open_meeting(unit, saving)
    await mark_present(unit, meeting, customer_id)
    return meeting


async def mark_present(unit: Unit, meeting: CircleMeeting, customer_id: int) -> None:
    """Write down that a member is there; twice is once."""
    values = {"circle": meeting.circle_id, "meeting": meeting.nr, "who": customer_id, "now": unit.now}
    await unit.session.execute(_PRESENT, values)


async def pay_in(unit: Unit, circle_id: int, customer_id: int, shares: int, key: str) -> PaidIn:
    """Pay at the meeting that is open: fines first, the social fund's sum if it is not paid at this meeting, and
    shares. Who pays by hand is there.

    Args:
        shares: 0 pays only the rest.

    Raises:
        NotFound: `circle`, `not_in_circle`. Conflict: `circle_not_running`, `circle_meeting_closed`. InsufficientFunds.
        InvalidInput: `circle_shares` with most: more than one may buy at a meeting; `circle_nothing_to_pay`.
    """
    saving = await running(unit, circle_id)
    member = await saver(unit, saving, customer_id)
    known = await _known(unit, saving, key)
    if known is not None:
        return known
    meeting = await open_meeting(unit, saving)
    await require_not_frozen(unit, customer_id)
    bought, has_paid_social = await _so_far(unit, meeting, customer_id)
    if not 0 <= shares <= saving.rules.most_shares - bought:
        raise InvalidInput(ErrorCode.CIRCLE_SHARES, most=saving.rules.most_shares - bought)
    fines = await open_fines(unit, circle_id, customer_id)
    amount, due = shares * saving.rules.share_price, sum(fine.amount for fine in fines)
    social = 0 if has_paid_social else saving.rules.social_amount
    if not amount + social + due:
        raise InvalidInput(ErrorCode.CIRCLE_NOTHING_TO_PAY)
    [posted] = await ledger.post(unit, _entry(saving, meeting, customer_id, amount + due, social, key))
    paid = CircleSavingPayment(
        key=key,
        circle_id=circle_id,
        meeting=meeting.nr,
        customer_id=customer_id,
        shares=shares,
        amount=amount,
        social=social,
        fines=due,
        entry_id=posted.entry_id,
        on_date=unit.open_on,
    )
    unit.session.add(paid)
    member.shares, member.paid = member.shares + shares, member.paid + paid.amount
    for fine in fines:
        fine.paid_at = unit.now
    await unit.session.flush()
    await mark_present(unit, meeting, customer_id)
    result = _paid_in(saving, paid, posted.reference)
    await _tell(unit, saving, customer_id, result)
    await boards.changed(unit, saving.circle)
    return result


async def open_fines(unit: Unit, circle_id: int, customer_id: int) -> list[CircleFine]:
    """Return a member's fines that are to be paid, oldest first."""
    statement = select(CircleFine).where(
        CircleFine.circle_id == circle_id,
        CircleFine.customer_id == customer_id,
        col(CircleFine.paid_at).is_(None),
        col(CircleFine.waived_at).is_(None),
    )
    return list(await unit.session.scalars(statement.order_by(col(CircleFine.id)).with_for_update()))


# -- at 09:00, for many at once -------------------------------------------------------------------------------------

MEETINGS_TODAY: Final = """
    SELECT m.circle_id AS id FROM circle_meeting m JOIN circle c ON c.id = m.circle_id AND c.state = 'running'
    WHERE m.held_on <= :on AND m.state <> 'closed'
"""
_OPEN: Final = text(
    """
    UPDATE circle_meeting m SET state = 'open' FROM circle c
    WHERE c.id = m.circle_id AND c.state = 'running' AND m.held_on <= :on AND m.state = 'coming'
        AND m.circle_id > :after AND m.circle_id <= :upto
    """
)
_CREATE: Final = text(
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS saving_part (
        circle_id bigint NOT NULL, meeting integer NOT NULL, customer_id bigint NOT NULL, asset varchar NOT NULL,
        shares integer NOT NULL, amount bigint NOT NULL, social bigint NOT NULL
    ) ON COMMIT DELETE ROWS
    """
)
_EMPTY: Final = text("DELETE FROM saving_part")
_LOCK: Final = text(
    """
    SELECT ledger_lock(array_agg(a.id ORDER BY a.id), :now) FROM account a
    WHERE a.code = '2010' AND a.book = 'INST' AND a.owner IN (
        SELECT s.customer_id FROM circle_saver s JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'open'
        WHERE s.standing > 0 AND s.circle_id > :after AND s.circle_id <= :upto)
    """
)
# As many whole shares as the wallet pays for after the social fund's sum, circle by circle for who is in several; who
# has bought at this meeting already is left alone.
_GATHER: Final = text(
    """
    WITH wanted AS (
        SELECT s.circle_id, m.nr AS meeting, s.customer_id, c.asset, s.standing, r.share_price, r.social_amount,
            b.amount - b.held - b.floor AS room,
            sum(s.standing * r.share_price + r.social_amount) OVER (
                PARTITION BY s.customer_id, c.asset ORDER BY s.circle_id ROWS UNBOUNDED PRECEDING)
                - s.standing * r.share_price - r.social_amount AS before
        FROM circle_saver s
            JOIN circle c ON c.id = s.circle_id AND c.state = 'running'
            JOIN circle_saving r ON r.circle_id = s.circle_id
            JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'open'
            JOIN circle_member cm ON cm.circle_id = s.circle_id AND cm.customer_id = s.customer_id
                AND cm.automatic_debit AND cm.suspended_at IS NULL
            JOIN account a ON a.code = '2010' AND a.book = 'INST' AND a.asset = c.asset AND a.owner = s.customer_id
            JOIN balance b ON b.account_id = a.id
        WHERE s.standing > 0 AND s.left_at IS NULL
            AND s.circle_id > :after AND s.circle_id <= :upto AND NOT EXISTS (
                SELECT FROM circle_saving_payment p
                WHERE p.circle_id = s.circle_id AND p.meeting = m.nr AND p.customer_id = s.customer_id)
    ), bought AS (
        SELECT *, CAST(least(standing, div(room - before - social_amount, share_price)) AS integer) AS shares
        FROM wanted
        WHERE room - before >= share_price + social_amount
    )
    INSERT INTO saving_part (circle_id, meeting, customer_id, asset, shares, amount, social)
    SELECT circle_id, meeting, customer_id, asset, shares, shares * share_price, social_amount FROM bought
    """
)
_STAGE: Final = text(
    f"""
    WITH part AS (
        SELECT p.customer_id, p.circle_id, p.asset, money.code, money.amount
        FROM saving_part p CROSS JOIN LATERAL (VALUES ('2033', p.amount), ('2032', p.social)) AS money (code, amount)
        WHERE money.amount > 0
    ), credited AS MATERIALIZED (
        SELECT code, circle_id, asset, ledger_account(code, circle_id, asset) AS id
        FROM (SELECT DISTINCT code, circle_id, asset FROM part) wanted
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT {account_of("2010", "part.customer_id", "part.asset")}, credited.id, part.amount
    FROM part JOIN credited USING (code, circle_id, asset)
    """  # noqa: S608 - constants
)
_WRITE: Final = text(
    """
    INSERT INTO circle_saving_payment (key, circle_id, meeting, customer_id, shares, amount, social, fines, entry_id,
        on_date)
    SELECT 'standing:' || circle_id || ':' || meeting || ':' || customer_id, circle_id, meeting, customer_id, shares,
        amount, social, 0, :entry, :on
    FROM saving_part
    """
)
_ADD: Final = text(
    """
    UPDATE circle_saver s SET shares = s.shares + p.shares, paid = s.paid + p.amount
    FROM saving_part p WHERE p.circle_id = s.circle_id AND p.customer_id = s.customer_id AND s.left_at IS NULL
    """
)
_TOLD: Final = text(
    insert_notices(
        select=f"""
        SELECT p.customer_id, u.zone, 'receipt.circle_saved' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("p.amount + p.social")}, 'shares', p.shares,
                'social', {money("p.social")}, 'fines', {money("0")}, 'reference', CAST(:reference AS text)) AS params,
            'receipt.circle_saved:' || p.circle_id || ':' || p.meeting || ':' || p.customer_id AS key,
            'circle:' || c.id AS about
        FROM saving_part p JOIN circle c ON c.id = p.circle_id JOIN customer u ON u.id = p.customer_id
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)
# Who agreed to more than their wallet paid for, once a meeting: they may buy the rest by hand until it is closed.
_SHORT: Final = text(
    insert_notices(
        select=f"""
        SELECT s.customer_id, u.zone, 'circle.short' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'standing', s.standing, 'bought', coalesce(p.shares, 0)) AS params,
            'circle.short:' || c.id || ':' || m.nr || ':' || s.customer_id AS key, 'circle:' || c.id AS about
        FROM circle_saver s
            JOIN circle c ON c.id = s.circle_id AND c.state = 'running'
            JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'open'
            JOIN circle_member cm ON cm.circle_id = s.circle_id AND cm.customer_id = s.customer_id
                AND cm.automatic_debit AND cm.suspended_at IS NULL
            JOIN customer u ON u.id = s.customer_id
            LEFT JOIN LATERAL (
                SELECT sum(b.shares) AS shares FROM circle_saving_payment b
                WHERE b.circle_id = s.circle_id AND b.meeting = m.nr AND b.customer_id = s.customer_id) p ON true
        WHERE s.standing > coalesce(p.shares, 0) AND s.left_at IS NULL
            AND s.circle_id > :after AND s.circle_id <= :upto
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)


async def open_and_debit(unit: Unit, chunk: Chunk, on: date) -> None:
    """Open the day's meetings of a chunk of circles, and debit the standing numbers of shares: D 2010 C 2033, 2032.

    An entry for all of a chunk. Who cannot pay for one share and the social fund's sum is left alone, and may pay by
    hand until the meeting is closed.
    """
    where = {"after": chunk.after, "upto": chunk.upto}
    await unit.session.execute(_OPEN, {**where, "on": on})
    await unit.session.execute(_CREATE)
    await unit.session.execute(_EMPTY)
    await unit.session.execute(_LOCK, {**where, "now": unit.now})
    await unit.session.execute(_GATHER, where)
    await ledger.stage(unit)
    await unit.session.execute(_STAGE)
    key = f"circles.meet:{on}:{chunk.number}"
    posted = await ledger.post_staged(unit, key, "circle.saving_debited", unit.open_on, {"chunk": chunk.number})
    if posted is not None and not posted.replayed:
        await unit.session.execute(_WRITE, {"entry": posted.entry_id, "on": unit.open_on})
        await unit.session.execute(_ADD)
        await unit.session.execute(_TOLD, {"now": unit.now, "reference": posted.reference})
    await unit.session.execute(_SHORT, {**where, "now": unit.now})
    await boards.all_changed(unit, sorted(chunk.ids))
    await wake(unit)


# -- inside ---------------------------------------------------------------------------------------------------------

_PRESENT: Final = text(
    """
    INSERT INTO circle_presence (circle_id, meeting, customer_id, since) VALUES (:circle, :meeting, :who, :now)
    ON CONFLICT DO NOTHING
    """
)


def _entry(saving: Saving, meeting: CircleMeeting, customer_id: int, into_fund: int, social: int, key: str) -> Entry:
    wallet = customer_wallet(customer_id, saving.asset)
    moves = ((saving.cash, into_fund), (saving.social, social))
    transfers = tuple(Transfer(wallet, into, Money(amount, saving.asset)) for into, amount in moves if amount)
    about = {"customer": customer_id, "circle": meeting.circle_id, "meeting": meeting.nr}
    return Entry("circle.saved", key, transfers, about)


async def _known(unit: Unit, saving: Saving, key: str) -> PaidIn | None:
    paid = await unit.session.scalar(select(CircleSavingPayment).where(CircleSavingPayment.key == key))
    posted = await ledger.find(unit, key) if paid is not None else None
    return _paid_in(saving, paid, posted.reference) if paid is not None and posted is not None else None


async def _so_far(unit: Unit, meeting: CircleMeeting, customer_id: int) -> tuple[int, bool]:
    """Return the shares bought at a meeting, and whether the social fund's sum was paid."""
    statement = select(CircleSavingPayment).where(
        CircleSavingPayment.circle_id == meeting.circle_id,
        CircleSavingPayment.meeting == meeting.nr,
        CircleSavingPayment.customer_id == customer_id,
    )
    paid = list(await unit.session.scalars(statement))
    return sum(each.shares for each in paid), any(each.social for each in paid)


def _paid_in(saving: Saving, paid: CircleSavingPayment, reference: str) -> PaidIn:
    amount, social, fines = (Money(each, saving.asset) for each in (paid.amount, paid.social, paid.fines))
    return PaidIn(reference, paid.shares, amount, social, fines)


async def _tell(unit: Unit, saving: Saving, customer_id: int, paid: PaidIn) -> None:
    circle = saving.circle
    content = CircleSaved(
        **of(circle),
        sum=paid.total,
        shares=paid.shares,
        social=paid.social,
        fines=paid.fines,
        reference=paid.reference,
    )
    await enqueue(
        unit,
        content,
        customer_id=customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.circle_saved:{paid.reference}",
        about=f"circle:{circle.id}",
    )
