"""Bills that are put together in a group: members tap in, and the organiser asks for it. Nothing moves until then."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, delete, func, select

from finance_core.friends import bills
from finance_core.friends.bills import MAXIMUM, NewBill
from finance_core.friends.boards import BILL, DRAFT
from finance_core.friends.models import Bill, BillDraft, BillDraftPerson, DraftState
from finance_core.friends.notifications import sealed_words, words_of
from finance_core.friends.rules.splits import MOST_PEOPLE, Split, split
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def begin(
    unit: Unit,
    cipher: Cipher,
    organiser_id: int,
    total: Money,
    people: Sequence[int],
    title: str,
    place_id: int,
    token: str,
) -> BillDraft:
    """Put a bill together with who is named already; the organiser bears a part of it too, until they tap out.

    Raises InvalidInput: `amount_not_positive`, `amount_too_large` (maximum), `bill_people` (most).
    """
    if total.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if total > MAXIMUM:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE, maximum=MAXIMUM)
    others = [person for person in dict.fromkeys(people) if person != organiser_id]
    _require_room(len(others))
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
    named = [BillDraftPerson(draft_id=draft.id, customer_id=person, nr=nr) for nr, person in enumerate(others, 1)]
    unit.session.add_all(named)
    await unit.session.flush()
    return draft


async def join(unit: Unit, token: str, customer_id: int) -> BillDraft:
    """Bear a part of a bill that is being put together; in already, nothing changes.

    Raises NotFound: `bill`, Conflict: `bill_draft_over`, InvalidInput: `bill_people` (most).
    """
    draft = await _open(unit, token)
    if customer_id == draft.organiser_id:
        draft.shares_in = True
    elif customer_id not in await people_of(unit, draft):
        last = select(func.coalesce(func.max(BillDraftPerson.nr), 0), func.count())
        nr, count = (await unit.session.execute(last.where(BillDraftPerson.draft_id == draft.id))).one()
        _require_room(count + 1)
        unit.session.add(BillDraftPerson(draft_id=draft.id, customer_id=customer_id, nr=nr + 1))
    await _changed(unit, draft)
    return draft


async def leave(unit: Unit, token: str, customer_id: int) -> BillDraft:
    """Bear no part of it. Raises NotFound: `bill`, Conflict: `bill_draft_over`."""
    draft = await _open(unit, token)
    if customer_id == draft.organiser_id:
        draft.shares_in = False
    own = delete(BillDraftPerson).where(
        col(BillDraftPerson.draft_id) == draft.id, col(BillDraftPerson.customer_id) == customer_id
    )
    await unit.session.execute(own)
    await _changed(unit, draft)
    return draft


async def ask(unit: Unit, cipher: Cipher, token: str, organiser_id: int) -> Bill:
    """Split the bill equally among who has tapped in, and ask each; its board shows the bill from now on.

    Raises NotFound: `bill`; NotAllowed: `not_yours`, `person_takes_nothing`; Conflict: `bill_draft_over`;
        InvalidInput: `bill_draft_empty`, nobody else is in; as `bills.split`.
    """
    draft = await _open(unit, token)
    _require_organiser(draft, organiser_id)
    people = await people_of(unit, draft)
    if not people:
        raise InvalidInput(ErrorCode.BILL_DRAFT_EMPTY)
    title = words_of(draft.title_sealed, cipher, token, "title")
    new = NewBill(total_of(draft), tuple(people), parts(draft, len(people)), title=title, place_id=draft.place_id)
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


async def people_of(unit: Unit, draft: BillDraft) -> list[int]:
    """Return who bears a part besides the organiser, in the order in which they came."""
    people = select(BillDraftPerson.customer_id).where(BillDraftPerson.draft_id == draft.id)
    return list(await unit.session.scalars(people.order_by(col(BillDraftPerson.nr))))


def total_of(draft: BillDraft) -> Money:
    """Return what a draft comes to."""
    return Money(draft.total, ASSETS[draft.asset])


def parts(draft: BillDraft, others: int) -> Split:
    """Return what each would bear of a draft, were it asked for with so many others."""
    return split(draft.total, [1] * others, int(draft.shares_in))


async def _open(unit: Unit, token: str) -> BillDraft:
    statement = select(BillDraft).where(BillDraft.token == token).with_for_update()
    draft = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if draft is None:
        raise NotFound(ErrorCode.BILL)
    if draft.state != DraftState.OPEN:
        raise Conflict(ErrorCode.BILL_DRAFT_OVER)
    return draft


async def _changed(unit: Unit, draft: BillDraft) -> None:
    await unit.session.flush()
    await boards.changed(unit, DRAFT, draft.id)


def _require_organiser(draft: BillDraft, customer_id: int) -> None:
    if draft.organiser_id != customer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)


def _require_room(others: int) -> None:
    if others > MOST_PEOPLE:
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)
