"""Use cases of what one prepares for a forgotten PIN: a recovery code, and a person who confirms.

The caller has checked the PIN: both are as good as half of it.
"""

from __future__ import annotations

import hmac

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from finance_core.account.models import NamedContact, RecoveryCode
from finance_core.account.notices import ContactNamed
from finance_core.account.rules import code_digest, new_code
from finance_core.customers import holds
from finance_core.customers.blocking import require_reaches
from finance_core.customers.queries import by_id, locked
from finance_core.customers.service import name_associated_data
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.notices import Urgency, enqueue, sealed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


def code_associated_data(customer_id: int) -> str:
    """Return the associated data that a recovery code's hash is bound to."""
    return f"recovery_code.sealed:{customer_id}"


async def make_code(unit: Unit, cipher: Cipher, customer_id: int) -> str:
    """Return a new recovery code, which nobody can tell again; the one before is void. It counts once it is hidden.

    Raises:
        NotAllowed: `changes_held`: who has just reset the PIN prepares nothing for the next time.
    """
    await locked(unit, customer_id)
    await holds.require_changes(unit, customer_id)
    code = new_code()
    kept = cipher.encrypt(code_digest(code), code_associated_data(customer_id))
    row = insert(RecoveryCode).values(customer_id=customer_id, sealed=kept, made_at=unit.now, hidden_at=None)
    again = {"sealed": kept, "made_at": unit.now, "hidden_at": None}
    await unit.session.execute(row.on_conflict_do_update(index_elements=["customer_id"], set_=again))
    return code


async def code_hidden(unit: Unit, customer_id: int) -> None:
    """Let the code count: it stands in the chat no more. Raises NotFound: `recovery_code`."""
    row = await _code_of(unit, customer_id)
    if row is None:
        raise NotFound(ErrorCode.RECOVERY_CODE)
    row.hidden_at = row.hidden_at or unit.now
    await unit.session.flush()


async def has_code(unit: Unit, customer_id: int) -> bool:
    """Say whether a person has a code that counts."""
    row = await _code_of(unit, customer_id)
    return row is not None and row.hidden_at is not None


async def is_code(unit: Unit, cipher: Cipher, customer_id: int, said: str) -> bool:
    """Say whether what was typed is the person's code; right, it is used up."""
    row = await _code_of(unit, customer_id)
    kept = cipher.opened(row.sealed, code_associated_data(customer_id)) if row is not None and row.hidden_at else None
    if row is None or kept is None or not hmac.compare_digest(kept, code_digest(said)):
        return False
    await unit.session.delete(row)
    await unit.session.flush()
    return True


async def _code_of(unit: Unit, customer_id: int) -> RecoveryCode | None:
    statement = select(RecoveryCode).where(RecoveryCode.customer_id == customer_id).with_for_update()
    return await unit.session.scalar(statement.execution_options(populate_existing=True))


async def name_contact(unit: Unit, customer_id: int, contact_id: int) -> None:
    """Name who confirms; they are asked whether they would, and until they say so they confirm nothing.

    Raises:
        NotAllowed: `contact_self`; `person_takes_nothing`: they have blocked the person; `contact_not_joined`;
            `changes_held`.
    """
    customer = await locked(unit, customer_id)
    await holds.require_changes(unit, customer_id)
    if contact_id == customer_id:
        raise NotAllowed(ErrorCode.CONTACT_SELF)
    await require_reaches(unit, customer_id, contact_id)
    if not (await by_id(unit, contact_id)).has_joined:
        raise NotAllowed(ErrorCode.CONTACT_NOT_JOINED)
    row = insert(NamedContact).values(customer_id=customer_id, contact_id=contact_id, named_at=unit.now)
    again = {"contact_id": contact_id, "named_at": unit.now, "agreed_at": None}
    await unit.session.execute(row.on_conflict_do_update(index_elements=["customer_id"], set_=again))
    name = sealed(customer.name_sealed, name_associated_data(customer_id))
    await enqueue(
        unit,
        ContactNamed(customer=customer_id, name=name),
        urgency=Urgency.SECURITY,
        key=f"contact:{customer_id}:{contact_id}:{unit.now.isoformat()}",
        customer_id=contact_id,
    )


async def answer_naming(unit: Unit, contact_id: int, customer_id: int, *, agrees: bool) -> None:
    """Agree to confirm for somebody, or not. Raises NotFound: `named_contact`: they name somebody else, or nobody."""
    named = await contact_of(unit, customer_id)
    if named is None or named.contact_id != contact_id:
        raise NotFound(ErrorCode.NAMED_CONTACT)
    if agrees:
        named.agreed_at = named.agreed_at or unit.now
    else:
        await unit.session.delete(named)
    await unit.session.flush()


async def contact_of(unit: Unit, customer_id: int) -> NamedContact | None:
    """Return whom a person has named, None when nobody."""
    statement = select(NamedContact).where(NamedContact.customer_id == customer_id).with_for_update()
    return await unit.session.scalar(statement.execution_options(populate_existing=True))
