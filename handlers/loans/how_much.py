"""The first card of borrowing: how much this person may borrow, by the rules themselves, and how much they want."""

from __future__ import annotations

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.loans.origination import prospects, signing
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product_terms import LoanProduct
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import count_slot
from handlers.chat.talk import Talk
from handlers.loans.group_opening import may_propose_in
from handlers.loans.loan_request import unit_slot
from handlers.loans.screens import prospects as screens


async def which_product(talk: Talk, several: list[LoanProduct], slots: Slots) -> Screen:
    """Ask which of several loans is meant, each with what this person may have of it."""
    found = [await prospects.prospect(talk.unit, talk.customer, each) for each in several]
    return screens.which_product(talk.t, [each for each in found if each is not None], slots)


async def how_much(talk: Talk, product: LoanProduct, slots: Slots, others: list[LoanProduct]) -> Screen:
    """Say how much may be borrowed over the time that was said, else the usual one, and ask how much."""
    refinances = slots.get("old") == "1"
    tenor = _tenor_said(product, slots)
    found = await prospects.prospect(talk.unit, talk.customer, product, tenor, refinances=refinances)
    if found is None:
        raise RuleViolation(ErrorCode.LOAN_ABOVE_CAP, cap=f"{product.cap_on(talk.unit.open_on):.2f}")
    if not found.is_open:
        beside = await prospects.prospects(talk.unit, talk.customer)
        return screens.not_lent(talk.t, found, [each.product for each in beside if each.is_open])
    takes = await signing.takes_to_pay_off(talk.unit, talk.customer.id, product.code) if refinances else None
    if takes is not None:
        signing.require_pays_off(found.offered, takes)
    await ask(talk.state, "borrow", "amount", slots)
    with_circle = product.guarantees is not None and not refinances and bool(await may_propose_in(talk))
    return screens.ask_principal(talk.t, found, others, pays_off=takes, with_circle=with_circle)


def _tenor_said(product: LoanProduct, slots: Slots) -> Tenor:
    """Return the time that was said; the usual one where it is not sold, which is told once the sum is known."""
    try:
        return product.tenor(count_slot(slots), unit_slot(slots))
    except InvalidInput:
        return product.default
