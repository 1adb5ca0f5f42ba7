"""Bills that are put together in a group: members tap in, and the organiser asks for it. Nothing moves until then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlmodel import col, delete, func, select, update

from finance_core.friends import bills
from finance_core.friends.bills import MAXIMUM, NewBill
from finance_core.friends.boards import BILL, DRAFT
from finance_core.friends.draft_shares import Sharer, parts, payers, row_of, sharer, total_of
from finance_core.friends.models import Bill, BillDraft, BillDraftPerson, DraftState
from finance_core.friends.notifications import sealed_words, words_of
from finance_core.friends.rules.splits import MOST_PEOPLE, Sharing, by_sharings, by_sums
from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.kernel.money import Money
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

OPEN_FOR: Final = timedelta(hours=24)
"""How long who is meant may tap in: who asks for a bill later has forgotten who was there."""


async def begin(
    unit: Unit,
    cipher: Cipher,
    organiser_id: int,
    total: Money,
    named: Sequence[Sharer],
    title: str,
    place_id: int,
    token: str,
) -> BillDraft:
    """Put a bill together with who is named already; the organiser bears a part of it too, until they tap out.

    Raises InvalidInput: `amount_not_positive`, `amount_too_large` (maximum), `bill_people` (most; somebody twice),
        `bill_difference` (difference, total): the sums that people bear, or have paid, are more than the total;
        `bill_too_small` (total): somebody would bear nothing.
    """
    others = _checked(organiser_id, total, named)
    draft = BillDraft(
        token=token,
        organiser_id=organiser_id,
        total=total.amount,
        asset=total.asset.code,
        title_sealed=sealed_words(cipher, title, token, "title"),
        place_id=place_id,
        shares_in=True,
        state=DraftState.OPEN,
        made_at=unit.now,
    )
    unit.session.add(draft)
    await unit.session.flush()
    unit.session.add_all(row_of(draft, each, nr) for nr, each in enumerate(others, 1))
    await unit.session.flush()
    return draft


async def join(unit: Unit, token: str, customer_id: int) -> BillDraft:
    """Bear a part of a bill that is being put together; in already, nothing changes.

    Raises NotFound: `bill`, Conflict: `bill_draft_over`, InvalidInput: `bill_people` (most).
    """
    draft = await _open(unit, token)
    if customer_id == draft.organiser_id:
        draft.shares_in = True
    elif customer_id not in [each.person for each in await sharers_of(unit, draft)]:
        last = select(func.coalesce(func.max(BillDraftPerson.nr), 0), func.count())
        nr, count = (await unit.session.execute(last.where(BillDraftPerson.draft_id == draft.id))).one()
        _require_room(count + 1)
        unit.session.add(BillDraftPerson(draft_id=draft.id, customer_id=customer_id, nr=nr + 1))
    await _changed(unit, draft)
    return draft


async def leave(unit: Unit, token: str, customer_id: int) -> BillDraft:
    """Bear no part of it.

    Raises NotFound: `bill`; Conflict: `bill_draft_over`, `bill_payer_stays`: who paid of it at the shop.
    """
    draft = await _open(unit, token)
    if any(each.paid for each in await sharers_of(unit, draft) if each.person == customer_id):
        raise Conflict(ErrorCode.BILL_PAYER_STAYS)
    if customer_id == draft.organiser_id:
        draft.shares_in = False
    own = delete(BillDraftPerson).where(
        col(BillDraftPerson.draft_id) == draft.id, col(BillDraftPerson.customer_id) == customer_id
    )
    await unit.session.execute(own)
    await _changed(unit, draft)
    return draft


async def ask(unit: Unit, cipher: Cipher, token: str, organiser_id: int) -> Bill:
    """Split the bill among who is named and has tapped in, and ask each; its board shows the bill from now on.

    Raises NotFound: `bill`; NotAllowed: `not_yours`, `person_takes_nothing`; Conflict: `bill_draft_over`;
        InvalidInput: `bill_draft_empty`, nobody else is in; as `bills.split`.
    """
    draft = await _open(unit, token)
    _require_organiser(draft, organiser_id)
    sharers = await sharers_of(unit, draft)
    if not sharers:
        raise InvalidInput(ErrorCode.BILL_DRAFT_EMPTY)
    title, people = words_of(draft.title_sealed, cipher, token, "title"), tuple(each.person for each in sharers)
    paid = payers(draft, sharers)
    new = NewBill(total_of(draft), people, parts(draft, sharers), paid, title=title, place_id=draft.place_id)
    bill = await bills.split(unit, cipher, organiser_id, new, token)
    draft.state = DraftState.ASKED
    await unit.session.flush()
    await boards.turn(unit, (DRAFT, draft.id), (BILL, bill.id))
    return bill


async def drop(unit: Unit, token: str, organiser_id: int) -> None:
    """Give a draft up. Raises NotFound: `bill`, NotAllowed: `not_yours`, Conflict: `bill_draft_over`."""
    draft = await _open(unit, token)
    _require_organiser(draft, organiser_id)
    draft.state = DraftState.DROPPED
    await unit.session.flush()
    await boards.changed(unit, DRAFT, draft.id, is_over=True)


async def find(unit: Unit, token: str) -> BillDraft:
    """Return a draft by its token, as it is. Raises NotFound: `bill`."""
    draft = await unit.session.scalar(select(BillDraft).where(BillDraft.token == token))
    if draft is None:
        raise NotFound(ErrorCode.BILL)
    return draft


async def sharers_of(unit: Unit, draft: BillDraft) -> list[Sharer]:
    """Return who bears a part besides the organiser, in the order in which they came."""
    people = select(BillDraftPerson).where(BillDraftPerson.draft_id == draft.id).order_by(col(BillDraftPerson.nr))
    return [sharer(each) for each in await unit.session.scalars(people)]


async def expire(unit: Unit, most: int) -> int:
    """Let drafts lapse that nobody asked for in time, at most so many; their boards say so. Return how many."""
    late = select(BillDraft.id).where(BillDraft.state == DraftState.OPEN, BillDraft.made_at <= unit.now - OPEN_FOR)
    ids = late.order_by(col(BillDraft.made_at)).limit(most).with_for_update(skip_locked=True)
    lapsed = (
        update(BillDraft)
        .where(col(BillDraft.id).in_(ids))
        .values(state=DraftState.EXPIRED)
        .returning(col(BillDraft.id))
        .execution_options(synchronize_session=False)
    )
    found = list(await unit.session.scalars(lapsed))
    await boards.all_changed(unit, DRAFT, found, is_over=True)
    return len(found)


async def is_at(unit: Unit, draft: BillDraft, group: GroupChat) -> bool:
    """Say whether a draft is put together in a group."""
    return await groups.is_same(unit, group.id, draft.place_id)


async def _open(unit: Unit, token: str) -> BillDraft:
    statement = select(BillDraft).where(BillDraft.token == token).with_for_update()
    draft = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if draft is None:
        raise NotFound(ErrorCode.BILL)
    if draft.state != DraftState.OPEN or draft.made_at <= unit.now - OPEN_FOR:
        raise Conflict(ErrorCode.BILL_DRAFT_OVER)
    return draft


async def _changed(unit: Unit, draft: BillDraft) -> None:
    await unit.session.flush()
    await boards.changed(unit, DRAFT, draft.id)


def _require_organiser(draft: BillDraft, customer_id: int) -> None:
    if draft.organiser_id != customer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)


def _checked(organiser_id: int, total: Money, named: Sequence[Sharer]) -> list[Sharer]:
    """Return who is named besides the organiser. Raises as `begin`."""
    if total.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if total > MAXIMUM:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE, maximum=MAXIMUM)
    _require_each_once(named, organiser_id)
    others = [each for each in named if each.person != organiser_id]
    _require_room(len(others))
    by_sums(total, [each.paid for each in others], None)
    if others and min(by_sharings(total, [each.sharing for each in others], 1).others) < 1:
        raise InvalidInput(ErrorCode.BILL_TOO_SMALL, total=total)
    return others


def _require_each_once(named: Sequence[Sharer], organiser_id: int) -> None:
    """Refuse who is named twice, and an organiser with a sum or a weight: theirs is what the others leave."""
    people = [each.person for each in named]
    if len(set(people)) < len(people) or any(
        each.person == organiser_id and each.sharing != Sharing() for each in named
    ):
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)


def _require_room(others: int) -> None:
    if others > MOST_PEOPLE:
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)
