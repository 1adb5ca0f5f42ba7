"""Use cases of tabs: several people note what they paid on a trip; settled, one bill makes them even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from finance_core.customers.blocking import require_reaches
from finance_core.customers.queries import locked
from finance_core.friends import bills, notices
from finance_core.friends.bills import NewBill
from finance_core.friends.models import Tab, TabItem, TabPerson, TabState
from finance_core.friends.notifications import name_of, sealed_words, tell, words_of, words_told
from finance_core.friends.rules.splits import Split, Stake, checked_people, split
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import ASSETS, CNY, Asset, Money
from finance_core.notices import Sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

MOST_TABS: Final = 10
"""How many tabs one person may have open."""
MOST_ITEMS: Final = 200


@dataclass(frozen=True, slots=True)
class NewTab:
    """What a tab is made of: what it is for, and the other people, in the order in which they were named."""

    title: str
    people: tuple[int, ...]
    asset: Asset = CNY


async def open_tab(unit: Unit, cipher: Cipher, organiser_id: int, new: NewTab, token: str) -> Tab:
    """Open a tab and tell those who are in it. The same token again: the same tab.

    Raises:
        InvalidInput: `bill_people` (most), `cause_title`. NotAllowed: `person_takes_nothing`, `not_yours`.
        RuleViolation: `tabs_many` (most).
    """
    others = tuple(person for person in dict.fromkeys(new.people) if person != organiser_id)
    checked_people(len(others))
    await locked(unit, organiser_id)
    known = await unit.session.scalar(select(Tab).where(Tab.token == token))
    if known is not None:
        if known.organiser_id != organiser_id:
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return known
    running = select(func.count()).where(Tab.organiser_id == organiser_id, Tab.state == TabState.OPEN)
    if int(await unit.session.scalar(running) or 0) >= MOST_TABS:
        raise RuleViolation(ErrorCode.TABS_MANY, most=MOST_TABS)
    for person in others:
        await require_reaches(unit, organiser_id, person)
    tab = await _written(unit, cipher, organiser_id, new, others, token)
    told = notices.TabOpened(name=await name_of(unit, organiser_id), title=_title(tab), token=token)
    for person in others:
        await tell(unit, person, told, f"tab:{tab.id}")
    return tab


async def add(unit: Unit, cipher: Cipher, token: str, payer_id: int, amount: Money, note: str, key: str) -> TabItem:
    """Note what somebody in a tab has paid for all in it. The same key again: the same item.

    Raises NotFound: `tab`. NotAllowed: `not_yours`: not in it. Conflict: `tab_ended`. RuleViolation: `tab_full` (most).
        InvalidInput: `amount_not_positive`, `amount_too_large` (maximum): one bill could not settle it any more.
    """
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    tab = await _open_one(unit, token, payer_id)
    known = await unit.session.scalar(select(TabItem).where(TabItem.key == key))
    if known is not None:
        if (known.tab_id, known.payer_id) != (tab.id, payer_id):
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return known
    items = await items_of(unit, tab)
    if len(items) >= MOST_ITEMS:
        raise RuleViolation(ErrorCode.TAB_FULL, most=MOST_ITEMS)
    if sum(item.amount for item in items) + amount.amount > bills.MAXIMUM.amount:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE, maximum=bills.MAXIMUM)
    item = TabItem(
        key=key,
        tab_id=tab.id,
        payer_id=payer_id,
        amount=amount.amount,
        note_sealed=sealed_words(cipher, note, key, "note"),
        added_at=unit.now,
    )
    unit.session.add(item)
    await unit.session.flush()
    return item


async def remove(unit: Unit, token: str, customer_id: int, item_id: int) -> None:
    """Take an item out of an open tab: one's own, or any by its organiser. Out already: as it is.

    Raises NotFound: `tab`. NotAllowed: `not_yours`. Conflict: `tab_ended`.
    """
    tab = await _open_one(unit, token, customer_id)
    item = await unit.session.get(TabItem, item_id)
    if item is None or item.tab_id != tab.id:
        raise NotFound(ErrorCode.TAB)
    if customer_id not in (item.payer_id, tab.organiser_id):
        raise NotAllowed(ErrorCode.NOT_YOURS)
    item.removed_at = item.removed_at or unit.now


async def settle(unit: Unit, cipher: Cipher, token: str, organiser_id: int, total: Money) -> Tab:
    """Settle a tab: one bill, in which the largest debtor pays the largest creditor until all are even.

    `total` is what was on it when it was looked at: nobody is asked for another sum. Settled already: as it is.

    Raises NotFound: `tab`. NotAllowed: `not_yours`. Conflict: `tab_ended` (dropped), `tab_empty`, `intent_outdated`
        (something was noted since). RuleViolation, InvalidInput: as `bills.split`.
    """
    tab = await _locked_tab(unit, token)
    if tab.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if tab.state == TabState.SETTLED:
        return tab
    if tab.state != TabState.OPEN:
        raise Conflict(ErrorCode.TAB_ENDED)
    stakes = await stakes_of(unit, tab)
    if not any(stake.paid for stake in stakes):
        raise Conflict(ErrorCode.TAB_EMPTY)
    if sum(stake.paid for stake in stakes) != total.amount:
        raise Conflict(ErrorCode.INTENT_OUTDATED)
    title = words_of(tab.title_sealed, cipher, token, "title")
    bill = await bills.split(unit, cipher, organiser_id, as_bill(stakes, organiser_id, title, ASSETS[tab.asset]), token)
    tab.state, tab.ended_at, tab.bill_id = TabState.SETTLED, unit.now, bill.id
    return tab


def as_bill(stakes: Sequence[Stake], organiser_id: int, title: str, asset: Asset) -> NewBill:
    """Return the bill by which the people of a tab become even. The organiser's stake is among them."""
    bears = {stake.person: stake.bears for stake in stakes}
    paid = tuple((stake.person, stake.paid) for stake in stakes if stake.paid)
    own = bears.pop(organiser_id)
    total = own + sum(bears.values())
    return NewBill(Money(total, asset), tuple(bears), Split(tuple(bears.values()), own), paid, title)


async def drop(unit: Unit, token: str, organiser_id: int) -> Tab:
    """Give a tab up: nobody owes anything by it. Dropped already: as it is.

    Raises NotFound: `tab`. NotAllowed: `not_yours`. Conflict: `tab_ended`: it is settled.
    """
    tab = await _locked_tab(unit, token)
    if tab.organiser_id != organiser_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if tab.state == TabState.SETTLED:
        raise Conflict(ErrorCode.TAB_ENDED)
    if tab.state == TabState.OPEN:
        tab.state, tab.ended_at = TabState.DROPPED, unit.now
    return tab


async def find(unit: Unit, token: str, customer_id: int) -> Tab:
    """Return a tab that somebody is in. Raises NotFound: `tab`, also to who is not in it."""
    tab = await unit.session.scalar(select(Tab).where(Tab.token == token))
    if tab is None or await unit.session.get(TabPerson, (tab.id, customer_id)) is None:
        raise NotFound(ErrorCode.TAB)
    return tab


async def open_tabs_of(unit: Unit, customer_id: int, most: int) -> list[Tab]:
    """Return the open tabs that somebody is in, newest first."""
    rows = (
        select(Tab)
        .join(TabPerson, col(TabPerson.tab_id) == col(Tab.id))
        .where(TabPerson.customer_id == customer_id, Tab.state == TabState.OPEN)
        .order_by(col(Tab.id).desc())
        .limit(most)
    )
    return list(await unit.session.scalars(rows))


async def people_of(unit: Unit, tab: Tab) -> list[int]:
    """Return who is in a tab: the others in the order in which they were named, the organiser last."""
    rows = select(TabPerson.customer_id).where(TabPerson.tab_id == tab.id).order_by(col(TabPerson.nr))
    return list(await unit.session.scalars(rows))


async def items_of(unit: Unit, tab: Tab) -> list[TabItem]:
    """Return what was paid, oldest first, without what was taken out."""
    rows = select(TabItem).where(TabItem.tab_id == tab.id, col(TabItem.removed_at).is_(None))
    return list(await unit.session.scalars(rows.order_by(col(TabItem.id))))


async def total_of(unit: Unit, tab: Tab) -> Money:
    """Return what was paid on a tab by all."""
    return Money(sum(item.amount for item in await items_of(unit, tab)), ASSETS[tab.asset])


async def stakes_of(unit: Unit, tab: Tab) -> list[Stake]:
    """Return what each bears and has paid: each item is borne equally by all, its cents by who paid it."""
    people = await people_of(unit, tab)
    bears, paid = dict.fromkeys(people, 0), dict.fromkeys(people, 0)
    for item in await items_of(unit, tab):
        others = [person for person in people if person != item.payer_id]
        parts = split(item.amount, [1] * len(others), 1)
        paid[item.payer_id] += item.amount
        bears[item.payer_id] += parts.organiser
        for person, part in zip(others, parts.others, strict=True):
            bears[person] += part
    return [Stake(person, bears[person], paid[person]) for person in people]


async def _open_one(unit: Unit, token: str, customer_id: int) -> Tab:
    tab = await _locked_tab(unit, token)
    if await unit.session.get(TabPerson, (tab.id, customer_id)) is None:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if tab.state != TabState.OPEN:
        raise Conflict(ErrorCode.TAB_ENDED)
    return tab


async def _locked_tab(unit: Unit, token: str) -> Tab:
    statement = select(Tab).where(Tab.token == token).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.TAB)
    return found


async def _written(
    unit: Unit, cipher: Cipher, organiser_id: int, new: NewTab, others: tuple[int, ...], token: str
) -> Tab:
    title = sealed_words(cipher, new.title, token, "title")
    if title is None:
        raise InvalidInput(ErrorCode.CAUSE_TITLE)
    tab = Tab(
        token=token,
        organiser_id=organiser_id,
        title_sealed=title,
        asset=new.asset.code,
        state=TabState.OPEN,
        made_at=unit.now,
    )
    unit.session.add(tab)
    await unit.session.flush()
    unit.session.add_all(
        TabPerson(tab_id=tab.id, customer_id=person, nr=nr) for nr, person in enumerate((*others, organiser_id), 1)
    )
    await unit.session.flush()
    return tab


def _title(tab: Tab) -> Sealed | str:
    return words_told(tab.title_sealed, tab.token, "title")
