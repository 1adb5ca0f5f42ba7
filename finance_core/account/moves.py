"""Use cases of a new phone and of another Telegram account: done at once with the PIN, undone from the old chat.

Nothing leaves for 72 hours, nobody new is paid for 7 days, and the old chat is told: who took a SIM card and saw the
PIN has gained nothing when its owner looks at it.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import select

from finance_core.account.models import AccountMove
from finance_core.account.notices import AccountMoved, MoveStopped, PhoneChanged
from finance_core.account.notifications import DONE, FrozenBy, chats_of, freeze, tell_all_chats
from finance_core.account.rules import STOPPED_WITHIN
from finance_core.customers import holds
from finance_core.customers.holds import WhyHeld
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_phone, locked
from finance_core.customers.roles import roles_of
from finance_core.customers.rules import normalised_phone
from finance_core.customers.service import phone_associated_data, phone_of, share_phone
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.notices import Urgency, enqueue
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

PHONE, TELEGRAM, STOPPED = "phone", "telegram", "stopped"
DIGITS_SHOWN: Final = 2
_UNDONE: Final = {PHONE: FrozenBy.PHONE_UNDONE, TELEGRAM: FrozenBy.TELEGRAM_UNDONE}


def old_phone_associated_data(customer_id: int) -> str:
    """Return the associated data that a phone from before is bound to."""
    return f"account_move.old_phone:{customer_id}"


async def change_phone(
    unit: Unit, cipher: Cipher, customer_id: int, *, raw_phone: str, contact_user_id: int | None
) -> AccountMove:
    """Take another phone, which Telegram vouches for. The caller has checked the PIN.

    Raises:
        NotAllowed: `contact_not_yours`, `phone_taken`; `changes_held`: within 7 days of another change or a reset.
        InvalidInput: `phone_form`. Conflict: `phone_same`.
    """
    customer = await locked(unit, customer_id)
    await holds.require_changes(unit, customer_id)
    old, zone = phone_of(customer, cipher) or "", customer.zone
    if contact_user_id == customer.telegram_id and normalised_phone(raw_phone) == old:
        raise Conflict(ErrorCode.PHONE_SAME)
    await share_phone(unit, cipher, customer_id, raw_phone=raw_phone, contact_user_id=contact_user_id)
    customer.zone = zone
    move = AccountMove(
        customer_id=customer_id,
        kind=PHONE,
        old_phone_sealed=cipher.encrypt(old.encode(), old_phone_associated_data(customer_id)),
        state=DONE,
        made_at=unit.now,
    )
    unit.session.add(move)
    await unit.session.flush()
    await holds.begin(unit, customer_id, WhyHeld.PHONE)
    told = PhoneChanged(move=move.id, digits=(phone_of(customer, cipher) or "")[-DIGITS_SHOWN:])
    await tell_all_chats(unit, customer_id, told, f"move:{move.id}:done")
    return move


async def account_of_phone(
    unit: Unit, cipher: Cipher, person: Customer, *, raw_phone: str, contact_user_id: int | None
) -> Customer:
    """Return the account that a stranger's own phone belongs to: it may be moved to this Telegram, with its PIN.

    Raises:
        NotAllowed: `contact_not_yours`; `move_joined`: this Telegram has an account already; `move_operator`: staff
            give their roles back first; `changes_held`. NotFound: `account_to_move`. InvalidInput: `phone_form`.
    """
    if contact_user_id != person.telegram_id:
        raise NotAllowed(ErrorCode.CONTACT_NOT_YOURS)
    if person.phone_hash is not None or person.pin_hash is not None:
        raise NotAllowed(ErrorCode.MOVE_JOINED)
    found = await by_phone(unit, normalised_phone(raw_phone), cipher)
    if found is None or not found.has_joined:
        raise NotFound(ErrorCode.ACCOUNT_TO_MOVE)
    if await roles_of(unit, found.id):
        raise NotAllowed(ErrorCode.MOVE_OPERATOR)
    await holds.require_changes(unit, found.id)
    return found


async def move_here(unit: Unit, cipher: Cipher, person_id: int, account_id: int, *, raw_phone: str) -> AccountMove:
    """Move an account to a stranger's Telegram, and the stranger's empty one to the Telegram that it had.

    The caller has checked the account's PIN.

    Raises:
        as `account_of_phone`: what was right when the phone was shared is asked again.
    """
    person, account = await _both_locked(unit, person_id, account_id)
    found = await account_of_phone(unit, cipher, person, raw_phone=raw_phone, contact_user_id=person.telegram_id)
    if found.id != account_id:
        raise NotFound(ErrorCode.ACCOUNT_TO_MOVE)
    move = AccountMove(
        customer_id=account_id,
        kind=TELEGRAM,
        old_telegram_id=account.telegram_id,
        other_id=person_id,
        state=DONE,
        made_at=unit.now,
    )
    unit.session.add(move)
    person.language = account.language
    await _swap(unit, account, person)
    await holds.begin(unit, account_id, WhyHeld.TELEGRAM)
    told = AccountMoved(move=move.id)
    await enqueue(unit, told, urgency=Urgency.SECURITY, key=f"move:{move.id}:done", customer_id=person_id)
    return move


async def not_me(unit: Unit, cipher: Cipher, person_id: int, move_id: int) -> bool:
    """Undo a change from a chat of the person's, within 7 days; nothing leaves the account then.

    Returns:
        whether it was not undone already.

    Raises:
        NotFound: `move`: it is not theirs, or is too long ago. Conflict: `move_joined_since`: the old chat has another
            account by now.
    """
    found = select(AccountMove).where(AccountMove.id == move_id).with_for_update()
    move = await unit.session.scalar(found.execution_options(populate_existing=True))
    if move is not None and move.state == STOPPED and person_id == move.customer_id:
        return False
    is_standing = move is not None and move.state == DONE and move.made_at > unit.now - STOPPED_WITHIN
    if move is None or not is_standing or person_id not in await chats_of(unit, move.customer_id):
        raise NotFound(ErrorCode.MOVE)
    told_to = await chats_of(unit, move.customer_id)
    await (_phone_back(unit, cipher, move) if move.kind == PHONE else _telegram_back(unit, move))
    move.state, move.stopped_at = STOPPED, unit.now
    await holds.end(unit, move.customer_id)
    await freeze(unit, cipher, move.customer_id, _UNDONE[move.kind])
    await unit.session.flush()
    for told in told_to:
        key = f"move:{move.id}:stopped:{told}"
        await enqueue(unit, MoveStopped(move=move.id), urgency=Urgency.SECURITY, key=key, customer_id=told)
    return True


async def _phone_back(unit: Unit, cipher: Cipher, move: AccountMove) -> None:
    customer = await locked(unit, move.customer_id)
    old = cipher.opened(move.old_phone_sealed or b"", old_phone_associated_data(customer.id))
    if not old:
        raise NotFound(ErrorCode.MOVE)
    holder = await by_phone(unit, old.decode(), cipher)
    if holder is not None and holder.id != customer.id:
        raise NotAllowed(ErrorCode.PHONE_TAKEN)
    customer.phone_sealed = cipher.encrypt(old, phone_associated_data(customer.id))
    customer.phone_hash = cipher.fingerprint(old.decode())


async def _telegram_back(unit: Unit, move: AccountMove) -> None:
    assert move.other_id is not None
    other, account = await _both_locked(unit, move.other_id, move.customer_id)
    if other.has_joined or other.telegram_id != move.old_telegram_id:
        raise Conflict(ErrorCode.MOVE_JOINED_SINCE)
    await _swap(unit, account, other)


async def _both_locked(unit: Unit, person_id: int, account_id: int) -> tuple[Customer, Customer]:
    """Return two customers, locked in the order of their ids: two moves at once do not wait for each other."""
    if person_id == account_id:
        raise NotAllowed(ErrorCode.MOVE_JOINED)
    found = {each: await locked(unit, each) for each in sorted((person_id, account_id))}
    return found[person_id], found[account_id]


async def _swap(unit: Unit, one: Customer, other: Customer) -> None:
    """Let two customers change Telegram accounts. Their @usernames are learnt anew with what they write next."""
    here, there = (one.telegram_id, one.chat_id), (other.telegram_id, other.chat_id)
    for each in (one, other):
        each.username = each.username_sealed = each.username_hash = None
    other.telegram_id = -other.telegram_id  # no two have one at any moment
    await unit.session.flush()
    one.telegram_id, one.chat_id = there
    await unit.session.flush()
    other.telegram_id, other.chat_id = here
    await unit.session.flush()
