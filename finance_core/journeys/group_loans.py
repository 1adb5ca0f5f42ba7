"""Loans that members of a circle take together: where circles, their groups and loans meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finance_core.circles.finding import by_id, members_of, require_member, require_running
from finance_core.circles.models import Circle
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.groups.models import GroupChat
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.loans.origination import group_lines, group_loans, group_notifications, group_opening
from finance_core.loans.origination.group_lines import Progress
from finance_core.loans.origination.group_loans import WriteFor
from finance_core.loans.origination.group_models import GroupLoan
from finance_core.loans.origination.group_opening import BOARD
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class GroupLoanBoard:
    """What the group reads: in which circle, how many have signed, whether it is complete. No names, no sums."""

    title: str
    code: str
    progress: Progress
    until_on: date
    """The last day on which it may be signed."""


async def group_loan_board(unit: Unit, cipher: Cipher, group_id: int) -> GroupLoanBoard:
    """Return what the board of an application shows now. Raises NotFound: `group_loan`."""
    seen = await group_lines.progress(unit, group_id)
    circle = await circle_of(unit, group_id)
    title = words_of(circle.title_sealed, cipher, title_associated_data(circle.token))
    group = await unit.session.get_one(GroupLoan, group_id)
    return GroupLoanBoard(title, circle.code, seen, group_notifications.last_day(unit, group))


async def members(unit: Unit, circle: Circle) -> list[int]:
    """Return who is in a circle now, in the order in which they came."""
    return [member.customer_id for member in await members_of(unit, circle)]


async def require_may_propose(unit: Unit, circle: Circle, borrowers: Sequence[int], opened_by: int) -> None:
    """Refuse what could not be proposed now. Raises as `propose`."""
    require_running(circle)
    await require_member(unit, circle, opened_by)
    await group_opening.require_may_open(unit, circle.id, await members(unit, circle), borrowers, opened_by)


async def propose(
    unit: Unit, circle: Circle, borrowers: Sequence[int], opened_by: int, proposed: tuple[Money, int], key: str
) -> GroupLoan:
    """Propose to members of a circle to borrow together; its group reads how many have signed.

    Raises:
        Conflict: `circle_not_running`, with `state`. NotAllowed: `circle_members_only`.
        As `group_opening.open_group`.
    """
    require_running(circle)
    await require_member(unit, circle, opened_by)
    who = await members(unit, circle)
    group = await group_opening.open_group(unit, circle.id, who, borrowers, opened_by, key, proposed=proposed)
    chat = await unit.session.get(GroupChat, circle.place_id) if circle.place_id is not None else None
    if chat is not None:
        await boards.show(unit, BOARD, group.id, chat_id=chat.chat_id, language=circle.language)
        if not chat.bot_in:
            await boards.park(unit, chat.chat_id)
    return group


async def sign(unit: Unit, group_id: int, customer_id: int, *, write_for: WriteFor) -> Progress:
    """Sign one's line, while all who borrow are of the circle; with the last signature all are paid.

    Raises as `group_loans.sign`.
    """
    circle = await circle_of(unit, group_id)
    return await group_loans.sign(unit, group_id, await members(unit, circle), customer_id, write_for=write_for)


async def circle_of(unit: Unit, group_id: int) -> Circle:
    """Return the circle whose members borrow together. Raises NotFound: `group_loan`."""
    group = await unit.session.get(GroupLoan, group_id)
    if group is None:
        raise NotFound(ErrorCode.GROUP_LOAN)
    return await by_id(unit, group.circle_id)
