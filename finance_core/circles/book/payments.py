"""Paying by hand: what is due, in parts too, ahead of the day, or for somebody else in the circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.book.accounts import opened, pocket_of
from finance_core.circles.book.debits import OPEN_DUES, tell_paid
from finance_core.circles.book.ending import settle
from finance_core.circles.book.parts import gather, pay_gathered
from finance_core.circles.book.payouts import begin_due, lock_rounds
from finance_core.circles.decision_models import CircleGuarantor
from finance_core.circles.models import Circle, CircleMember, CirclePlace, MemberState, PlaceState
from finance_core.circles.rules.paying import Due, Paid, spread
from finance_core.customers.service import require_may_send_out
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Posted, customer_wallet
from finance_core.storage.unit import Unit

_DUE: Final = text(
    f"""
    SELECT d.round, d.place, d.amount - d.paid AS contribution, d.fine - d.fine_paid AS fine
    FROM circle_due d
    WHERE d.circle_id = :circle AND d.place = ANY(:places) AND d.due_on <= :on AND {OPEN_DUES}
    ORDER BY d.circle_id, d.round, d.place FOR NO KEY UPDATE
    """  # noqa: S608 - constants
)
_COVERED: Final = text(
    """
    SELECT d.round, d.place, d.covered FROM circle_due d
    WHERE d.circle_id = :circle AND d.place = ANY(:places) AND d.covered > 0
    ORDER BY d.circle_id, d.round, d.place FOR NO KEY UPDATE
    """
)
_COMING: Final = text(
    """
    SELECT d.place, CAST(sum(d.amount - d.paid) AS bigint) - coalesce((
        SELECT b.amount FROM circle_pocket k JOIN account a ON a.code = '2031' AND a.book = 'INST' AND a.owner = k.id
            JOIN balance b ON b.account_id = a.id
        WHERE k.circle_id = :circle AND k.place = d.place AND k.kind = 'ahead'), 0) AS left
    FROM circle_due d
    WHERE d.circle_id = :circle AND d.place = ANY(:places) AND d.due_on > :on
    GROUP BY d.place ORDER BY d.place
    """
)
_GATHER: Final = text(
    """
    INSERT INTO circle_part (
        circle_id, round, place, payer_id, asset, contribution, fine, source, from_code, from_owner, claim_id)
    SELECT :circle, round, place, :payer, :asset, contribution, fine, :source, '2010', :payer, :claim
    FROM unnest(CAST(:rounds AS integer[]), CAST(:places AS integer[]), CAST(:contributions AS bigint[]),
        CAST(:fines AS bigint[])) part (round, place, contribution, fine)
    """
)
_OPEN: Final = text(opened("SELECT code, owner, asset FROM (VALUES ('2010', CAST(:payer AS bigint), :asset),"
    " ('2031', CAST(:pocket AS bigint), :asset)) wanted (code, owner, asset)"))  # fmt: skip
_MOVED: Final = text(
    """
    SELECT CAST(coalesce(sum(t.amount), 0) AS bigint) FROM transfer t
        JOIN account d ON d.id = t.debit_id AND d.code = '2010' JOIN account c ON c.id = t.credit_id
    WHERE t.entry_id = :entry AND (CAST(:code AS varchar) IS NULL OR c.code = :code)
    """
)
_STAGE_AHEAD: Final = text(
    """
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT d.id, c.id, :amount FROM account d, account c
    WHERE d.code = '2010' AND d.book = 'INST' AND d.asset = :asset AND d.owner = :payer
        AND c.code = '2031' AND c.book = 'INST' AND c.asset = :asset AND c.owner = :pocket
    """
)


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What a payment by hand has done. `due` went to what was due, fines with it, `ahead` is kept for coming rounds."""

    reference: str
    due: Money
    ahead: Money
    balance: Money


async def pay(
    unit: Unit, circle_id: int, payer_id: int, amount: Money, key: str, *, place: int | None = None
) -> PaidIn:
    """Pay into a circle from the wallet: what is due, oldest round first, then ahead; then pots that fill are paid.

    Args:
        place: whose part is paid: anybody in the circle may pay another's. None: all places that the payer holds.
        key: the same key again is the same payment.

    Raises:
        NotFound: `circle`. NotAllowed: `not_in_circle`; for another's part also `account_frozen`, `outflow_locked`,
            `outflow_held`. InvalidInput: `amount_not_positive`, `amount_other_asset`, `circle_pays_too_much` (`most`:
            all that is left to pay). InsufficientFunds.
    """
    circle = await _running(unit, circle_id)
    asset = ASSETS[circle.asset]
    if amount.asset != asset:
        raise InvalidInput(ErrorCode.AMOUNT_OTHER_ASSET)
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    entry_key = f"circles.payment:{key}"
    await begin_due(unit, [circle_id])
    await lock_rounds(unit, [circle_id])
    known = await ledger.find(unit, entry_key)
    if known is not None:
        return await _told_again(unit, payer_id, known, asset)
    places = await _places(unit, circle, payer_id, place)
    shared = await _shared(unit, circle, places, amount.amount)
    posted = await _post(unit, circle, payer_id, shared, entry_key)
    await settle(unit, [circle_id], key, {"circle": circle_id})
    due = _sum(shared.due) + _sum(shared.repaid)
    return await _told(unit, payer_id, posted, Money(due, asset), Money(sum(shared.ahead.values()), asset))


async def stand_in(unit: Unit, circle_id: int, guarantor_id: int, place: int, amount: Money, key: str) -> PaidIn:
    """Pay as a guarantor what a place owes: D 2010 C 2030, and a claim on who holds it (9030).

    Raises:
        NotFound: `circle`. NotAllowed: `not_in_circle` (no guarantor of that place), `account_frozen`,
            `outflow_locked`, `outflow_held`. InvalidInput: `amount_not_positive`, `circle_pays_too_much` (`most`: what
            is due, and what they stand for). InsufficientFunds.
    """
    circle = await _running(unit, circle_id)
    asset, entry_key = ASSETS[circle.asset], f"circles.payment:{key}"
    known = await ledger.find(unit, entry_key)
    if known is not None:
        return await _told_again(unit, guarantor_id, known, asset)
    stands = await _guarantor(unit, circle_id, place, guarantor_id)
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    await require_may_send_out(unit, guarantor_id, Money.zero(asset))
    await lock_rounds(unit, [circle_id])
    rows = (await unit.session.execute(_DUE, {"circle": circle_id, "places": [place], "on": unit.open_on})).all()
    due = spread(amount.amount, [Due(row.round, row.place, row.contribution) for row in rows])
    most = min(stands.most, sum(row.contribution for row in rows))
    if _sum(due) < amount.amount or amount.amount > most:
        raise InvalidInput(ErrorCode.CIRCLE_PAYS_TOO_MUCH, most=Money(most, asset))
    await gather(unit)
    await gather_paid(unit, circle, guarantor_id, due, "guarantor", stands.id)
    about = {"customer": guarantor_id, "circle": circle_id}
    posted = await pay_gathered(unit, entry_key, "circle.payment", about)
    assert posted is not None, "a positive amount moves something"
    await tell_paid(unit, posted)
    await settle(unit, [circle_id], key, {"circle": circle_id})
    return await _told(unit, guarantor_id, posted, amount, Money.zero(asset))


async def _guarantor(unit: Unit, circle_id: int, place: int, customer_id: int) -> CircleGuarantor:
    """Return who stands for a place, locked. Raises NotAllowed: `not_in_circle`."""
    query = select(CircleGuarantor).where(
        CircleGuarantor.circle_id == circle_id,
        CircleGuarantor.place == place,
        CircleGuarantor.customer_id == customer_id,
        col(CircleGuarantor.agreed_at).is_not(None),
    )
    found = await unit.session.scalar(query.with_for_update(key_share=True))
    if found is None:
        raise NotAllowed(ErrorCode.NOT_IN_CIRCLE)
    return found


async def _running(unit: Unit, circle_id: int) -> Circle:
    circle = await unit.session.get(Circle, circle_id)
    if circle is None or circle.started_at is None:
        raise NotFound(ErrorCode.CIRCLE)
    return circle


async def _places(unit: Unit, circle: Circle, payer_id: int, place: int | None) -> list[int]:
    """Return which places are paid for. Raises NotAllowed: `not_in_circle`."""
    member = await unit.session.get(CircleMember, (circle.id, payer_id))
    query = select(CirclePlace).where(CirclePlace.circle_id == circle.id, CirclePlace.state == PlaceState.HELD)
    holders = {each.nr: each.customer_id for each in await unit.session.scalars(query)}
    own = sorted(nr for nr, holder in holders.items() if holder == payer_id)
    is_in = member is not None and (member.state == MemberState.JOINED or bool(own))
    if not is_in or (place is None and not own) or not (place is None or place in holders):
        raise NotAllowed(ErrorCode.NOT_IN_CIRCLE)
    if place is not None and place not in own:
        await require_may_send_out(unit, payer_id, Money.zero(ASSETS[circle.asset]))
    return own if place is None else [place]


@dataclass(frozen=True, slots=True)
class _Shared:
    """Where a payment goes: back to the institution for what it has covered, to what is due, ahead (by place)."""

    repaid: list[Paid]
    due: list[Paid]
    ahead: dict[int, int]


async def _shared(unit: Unit, circle: Circle, places: list[int], amount: int) -> _Shared:
    """Return where an amount goes. Raises InvalidInput: `circle_pays_too_much`."""
    values = {"circle": circle.id, "places": places, "on": unit.open_on}
    covered = (await unit.session.execute(_COVERED, values)).all()
    repaid = spread(amount, [Due(row.round, row.place, row.covered) for row in covered])
    rows = (await unit.session.execute(_DUE, values)).all()
    due = spread(amount - _sum(repaid), [Due(row.round, row.place, row.contribution, row.fine) for row in rows])
    rest, ahead = amount - _sum(repaid) - _sum(due), {}
    coming = (await unit.session.execute(_COMING, values)).all() if rest else []
    for row in coming:
        ahead[row.place] = min(rest, row.left)
        rest -= ahead[row.place]
    if rest:
        raise InvalidInput(ErrorCode.CIRCLE_PAYS_TOO_MUCH, most=Money(amount - rest, ASSETS[circle.asset]))
    return _Shared(repaid, due, {nr: each for nr, each in ahead.items() if each})


async def _post(unit: Unit, circle: Circle, payer_id: int, shared: _Shared, key: str) -> Posted:
    await gather(unit)
    await gather_paid(unit, circle, payer_id, shared.repaid, "repay")
    await gather_paid(unit, circle, payer_id, shared.due)
    for place, amount in shared.ahead.items():
        pocket = await pocket_of(unit, circle.id, place, "ahead")
        values = {"payer": payer_id, "pocket": pocket, "asset": circle.asset}
        await unit.session.execute(_OPEN, values)
        await unit.session.execute(_STAGE_AHEAD, {**values, "amount": amount})
    about = {"customer": payer_id, "circle": circle.id}
    posted = await pay_gathered(unit, key, "circle.payment", about)
    assert posted is not None, "a positive amount moves something"
    await tell_paid(unit, posted)
    if shared.ahead:  # a place that has paid ahead waits no more
        await boards.changed(unit, circle)
    return posted


async def gather_paid(
    unit: Unit, circle: Circle, payer_id: int, paid: Sequence[Paid], source: str = "wallet", claim: int | None = None
) -> None:
    """Gather what a wallet pays of dues. `claim`: of a guarantor, whose claim on the place it becomes."""
    values = {
        "circle": circle.id,
        "payer": payer_id,
        "asset": circle.asset,
        "source": source,
        "claim": claim,
        "rounds": [each.number for each in paid],
        "places": [each.place for each in paid],
        "contributions": [each.contribution for each in paid],
        "fines": [each.fine for each in paid],
    }
    await unit.session.execute(_GATHER, values)


async def _told(unit: Unit, payer_id: int, posted: Posted, due: Money, ahead: Money) -> PaidIn:
    balance = await ledger.balance(unit, customer_wallet(payer_id, due.asset))
    return PaidIn(posted.reference, due, ahead, balance)


async def _told_again(unit: Unit, payer_id: int, posted: Posted, asset: Asset) -> PaidIn:
    """Return what a payment did, as the book says: it came again under the same key."""
    ahead = (await unit.session.execute(_MOVED, {"entry": posted.entry_id, "code": "2031"})).scalar_one()
    taken = (await unit.session.execute(_MOVED, {"entry": posted.entry_id, "code": None})).scalar_one()
    return await _told(unit, payer_id, posted, Money(taken - ahead, asset), Money(ahead, asset))


def _sum(paid: Sequence[Paid]) -> int:
    return sum(each.contribution + each.fine for each in paid)
