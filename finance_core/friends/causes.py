"""Use cases of collections for a cause: begin one, give, call it off, end it, thank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.holds import require_changes
from finance_core.customers.queries import locked
from finance_core.friends import entries, notices
from finance_core.friends.boards import cause_changed
from finance_core.friends.models import Cause, CauseState, Gift
from finance_core.friends.notifications import (
    THANKS_CHARACTERS,
    Receipt,
    name_of,
    receipt,
    sealed_words,
    tell,
    words_told,
)
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import ASSETS, CNY, Asset, Money
from finance_core.notices import Sealed, Urgency
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

MOST_DAYS: Final = 90
"""How far ahead the last day of a collection may be."""
MOST_CAUSES: Final = 10
"""How many collections one person may have open."""
MAXIMUM: Final = Money.of(1_000_000, CNY)


@dataclass(frozen=True, slots=True)
class NewCause:
    """What a collection is made of. `goal` None: none; `all_or_nothing`: below the goal each gift goes back whole."""

    title: str
    last_on: date
    goal: Money | None = None
    all_or_nothing: bool = False
    shows_names: bool = True
    place_id: int | None = None
    asset: Asset = CNY

    def checked(self, today: date) -> NewCause:
        """Return it if it can be made on a day.

        Raises InvalidInput: `cause_day` (most), `cause_goal` (all or nothing of what), `cause_title`,
            `amount_not_positive`, `amount_too_large` (maximum).
        """
        if not self.title.strip():
            raise InvalidInput(ErrorCode.CAUSE_TITLE)
        if not today <= self.last_on <= today + timedelta(days=MOST_DAYS):
            raise InvalidInput(ErrorCode.CAUSE_DAY, most=MOST_DAYS)
        if self.goal is None and self.all_or_nothing:
            raise InvalidInput(ErrorCode.CAUSE_GOAL)
        if self.goal is not None:
            _checked(self.goal)
        return self


async def begin(unit: Unit, cipher: Cipher, organiser_id: int, new: NewCause, token: str) -> Cause:
    """Begin a collection; it ends with its last day. The same token again: the same collection.

    Raises InvalidInput: as `NewCause.checked`. RuleViolation: `causes_many` (most). NotAllowed: `not_yours`.
    """
    new.checked(unit.local_now().date())
    await locked(unit, organiser_id)
    known = await unit.session.scalar(select(Cause).where(Cause.token == token))
    if known is not None:
        _require_organiser(known, organiser_id)
        return known
    running = select(func.count()).where(Cause.organiser_id == organiser_id, Cause.state == CauseState.OPEN)
    if int(await unit.session.scalar(running) or 0) >= MOST_CAUSES:
        raise RuleViolation(ErrorCode.CAUSES_MANY, most=MOST_CAUSES)
    title = sealed_words(cipher, new.title, token, "title")
    assert title is not None, "a title was checked"
    begun = Cause(
        token=token,
        organiser_id=organiser_id,
        asset=new.asset.code,
        title_sealed=title,
        goal=new.goal.amount if new.goal is not None else None,
        all_or_nothing=new.all_or_nothing,
        shows_names=new.shows_names,
        place_id=new.place_id,
        state=CauseState.OPEN,
        made_at=unit.now,
        last_on=new.last_on,
        ends_at=_end_of(unit, new.last_on),
    )
    unit.session.add(begun)
    await unit.session.flush()
    return begun


async def give(unit: Unit, token: str, giver_id: int, amount: Money, key: str) -> Receipt:
    """Give to a collection; the money lies in its pot until it ends. The same key again: the same gift.

    Raises:
        NotFound: `cause`. Conflict: `cause_ended`. NotAllowed: `outflow_locked`, `not_yours` (the key is another's).
        RuleViolation: `outflow_limit`; InsufficientFunds. InvalidInput: `amount_not_positive`, `amount_too_large`.
    """
    _checked(amount)
    await locked(unit, giver_id)
    cause = await _shared(unit, token)
    gift = await unit.session.scalar(select(Gift).where(Gift.key == key))
    if gift is not None and (gift.giver_id, gift.cause_id) != (giver_id, cause.id):
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if gift is None:
        if cause.state != CauseState.OPEN or unit.now >= cause.ends_at:
            raise Conflict(ErrorCode.CAUSE_ENDED)
        await require_changes(unit, giver_id)
        await customers.count_outflow(unit, giver_id, amount)
        gift = await _written(unit, cause, giver_id, amount, key)
        await cause_changed(unit, cause.id)
    given = Money(gift.amount, ASSETS[cause.asset])
    [posted] = await ledger.post(unit, entries.given(giver_id, cause.id, gift.id, given))
    return await receipt(unit, giver_id, given, posted, partial(notices.GiftGiven, title=_title(cause)))


async def call_off(unit: Unit, token: str, organiser_id: int) -> Cause:
    """Call a collection off: each gift goes back whole. Called off already: as it is.

    Raises NotFound: `cause`, NotAllowed: `not_yours`, Conflict: `cause_ended`.
    """
    cause = await _locked_cause(unit, col(Cause.token) == token)
    if cause is None:
        raise NotFound(ErrorCode.CAUSE)
    _require_organiser(cause, organiser_id)
    if cause.state == CauseState.CALLED_OFF:
        return cause
    if cause.state != CauseState.OPEN:
        raise Conflict(ErrorCode.CAUSE_ENDED)
    await _give_back(unit, cause, CauseState.CALLED_OFF, Urgency.RECEIPT)
    return cause


async def end(unit: Unit, cause_id: int) -> Cause | None:
    """End a collection whose last day is over: its organiser is paid, once, or each gift goes back whole.

    Returns None, and does nothing, where its day is not over or it has ended.
    """
    cause = await _locked_cause(unit, col(Cause.id) == cause_id)
    if cause is None or cause.state != CauseState.OPEN or unit.now < cause.ends_at:
        return None
    gifts = await gifts_of(unit, cause)
    together = sum(gift.amount for gift in gifts)
    if not together or (cause.all_or_nothing and together < (cause.goal or 0)):
        await _give_back(unit, cause, CauseState.SHORT, Urgency.SYSTEM)
    else:
        await _pay_out(unit, cause, Money(together, ASSETS[cause.asset]), len(gifts))
    return cause


async def thank(unit: Unit, cipher: Cipher, token: str, organiser_id: int, thanks: str) -> Cause:
    """Thank those who gave, and say what it was spent on; once, when the organiser has been paid.

    Raises NotFound: `cause`, NotAllowed: `not_yours`, Conflict: `cause_not_paid`, `cause_thanked`;
        InvalidInput: `text_form`.
    """
    cause = await _locked_cause(unit, col(Cause.token) == token)
    if cause is None:
        raise NotFound(ErrorCode.CAUSE)
    _require_organiser(cause, organiser_id)
    if cause.state != CauseState.PAID:
        raise Conflict(ErrorCode.CAUSE_NOT_PAID)
    if cause.thanks_sealed is not None:
        raise Conflict(ErrorCode.CAUSE_THANKED)
    cause.thanks_sealed = sealed_words(cipher, thanks, token, "thanks", THANKS_CHARACTERS)
    if cause.thanks_sealed is None:
        raise InvalidInput(ErrorCode.CAUSE_TITLE)
    said = words_told(cause.thanks_sealed, token, "thanks")
    told = notices.CauseThanks(name=await name_of(unit, organiser_id), title=_title(cause), thanks=said)
    for giver in dict.fromkeys(gift.giver_id for gift in await gifts_of(unit, cause)):
        await tell(unit, giver, told, f"cause:{cause.id}")
    return cause


async def gifts_of(unit: Unit, cause: Cause) -> list[Gift]:
    """Return what was given to a collection, oldest first."""
    rows = select(Gift).where(Gift.cause_id == cause.id).order_by(col(Gift.id))
    return list(await unit.session.scalars(rows))


async def find(unit: Unit, token: str) -> Cause:
    """Return a collection by its token, as it is. Raises NotFound: `cause`."""
    found = await unit.session.scalar(select(Cause).where(Cause.token == token))
    if found is None:
        raise NotFound(ErrorCode.CAUSE)
    return found


def _checked(amount: Money) -> Money:
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if amount > MAXIMUM:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE, maximum=MAXIMUM)
    return amount


def _end_of(unit: Unit, day: date) -> datetime:
    """Return the instant at which a day is over on the institution's wall."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=unit.zone)


def _require_organiser(cause: Cause, organiser_id: int) -> None:
    if cause.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)


async def _shared(unit: Unit, token: str) -> Cause:
    """Return a collection that cannot end meanwhile; others may give to it at the same time."""
    statement = select(Cause).where(Cause.token == token).with_for_update(read=True, key_share=True)
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.CAUSE)
    return found


async def _locked_cause(unit: Unit, which: ColumnElement[bool]) -> Cause | None:
    statement = select(Cause).where(which).with_for_update()
    return await unit.session.scalar(statement.execution_options(populate_existing=True))


async def _written(unit: Unit, cause: Cause, giver_id: int, amount: Money, key: str) -> Gift:
    gift = Gift(
        key=key,
        cause_id=cause.id,
        giver_id=giver_id,
        amount=amount.amount,
        given_at=unit.now,
        sent_in=unit.local_now().year,
    )
    unit.session.add(gift)
    await unit.session.flush()
    return gift


async def _pay_out(unit: Unit, cause: Cause, together: Money, gifts: int) -> None:
    cause.state, cause.ended_at = CauseState.PAID, unit.now
    [posted] = await ledger.post(unit, entries.cause_paid(cause.organiser_id, cause.id, together))
    await cause_changed(unit, cause.id, is_over=True)
    paid = partial(notices.CausePaid, title=_title(cause), count=gifts, token=cause.token)
    await receipt(unit, cause.organiser_id, together, posted, paid, Urgency.SYSTEM)


async def _give_back(unit: Unit, cause: Cause, state: CauseState, urgency: Urgency) -> None:
    """Give each gift back whole; each giver has one receipt, of all that comes back to them."""
    cause.state, cause.ended_at = state, unit.now
    await cause_changed(unit, cause.id, is_over=True)
    gifts, asset = await gifts_of(unit, cause), ASSETS[cause.asset]
    title, called_off = _title(cause), state is CauseState.CALLED_OFF
    back: dict[int, int] = {}
    for gift in gifts:
        gift.returned_at = unit.now
        back[gift.giver_id] = back.get(gift.giver_id, 0) + gift.amount
        await customers.return_outflow(unit, gift.giver_id, Money(gift.amount, asset), sent_in=gift.sent_in)
    if gifts:
        whole = [(giver, Money(amount, asset)) for giver, amount in back.items()]
        [posted] = await ledger.post(unit, entries.gifts_returned(cause.id, whole))
        for giver, amount in whole:
            returned = partial(notices.GiftReturned, title=title, called_off=called_off)
            await receipt(unit, giver, amount, posted, returned, urgency)
    together = Money(sum(back.values()), asset)
    told = notices.CauseEnded(title=title, sum=together, called_off=called_off)
    await tell(unit, cause.organiser_id, told, f"cause:{cause.id}", urgency=urgency)


def _title(cause: Cause) -> Sealed | str:
    return words_told(cause.title_sealed, cause.token, "title")
