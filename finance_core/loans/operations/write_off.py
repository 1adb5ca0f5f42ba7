"""Writing a loan off: the allowance is brought to all that the loss is, and takes it; what is owed stays as a memo."""

from __future__ import annotations

from typing import Final

from finance_core import ledger
from finance_core.approvals import Action, Approval, Preview
from finance_core.customers.roles import Permission
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry, Posted
from finance_core.loans import queries
from finance_core.loans.book import payments
from finance_core.loans.book.entries import RECEIVABLES
from finance_core.loans.book.funding import Move, funding_of
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import common
from finance_core.loans.operations.common import Standing
from finance_core.loans.operations.notices import WrittenOff
from finance_core.loans.parties import parties_to_subject
from finance_core.loans.repayment.repayment import bring_up_to_date, end
from finance_core.loans.rules.classes import LoanClass, provision_owner
from finance_core.storage.unit import Unit

ACTION: Final = "loan.write_off"


async def _preview(unit: Unit, subject: str, _params: JsonObject) -> Preview:
    loan = await common.running(unit, subject)
    owed = common.standing(await queries.instalments(unit, loan.id))
    common.require_nothing_undrawn(loan)
    before: JsonObject = {
        "days_late": (await queries.view(unit, loan)).days_past_due,
        "outstanding": common.money(loan, owed.principal),
        "arrears": common.money(loan, owed.arrears),
        "allowance": common.money(loan, loan.provision),
        "still_owed": common.money(loan, owed.total),
    }
    nothing = common.money(loan, 0)
    return Preview(before, {**before, "outstanding": nothing, "arrears": nothing, "allowance": nothing})


async def _carry_out(unit: Unit, approval: Approval) -> JsonObject:
    loan = await common.running(unit, approval.subject)
    posted = await write_off(unit, loan, approval.idempotency_key)
    return {"reference": posted.reference}


async def write_off(unit: Unit, loan: Loan, key: str) -> Posted:
    """Take a running, locked loan off the books; the borrower goes on owing it, and is told so; of a circle's loan
    the share-out tells.

    D 5010 C 1190 up to the whole loss; D 1190 (what is in suspense: D 1195) C 1100, 1110, 1120, 1130; what of the fee
    withheld is not earned yet is earned; memo D 9010 C 9019. A circle bears the loss of what it lent itself.

    Raises:
        RuleViolation: `loan_undrawn`.
    """
    common.require_nothing_undrawn(loan)
    await bring_up_to_date(unit, loan)
    owed = common.standing(await queries.instalments(unit, loan.id))
    [posted] = await ledger.post(unit, _entry(loan, owed, key))
    await payments.earn_fee_rest(unit, [loan])
    await unit.session.refresh(loan)
    loan.provision = 0
    for name in RECEIVABLES:
        setattr(loan, f"suspended_{name}", 0)
    await end(unit, loan, LoanState.WRITTEN_OFF, "written_off", {"amount": owed.total, "reference": posted.reference})
    if loan.funding_circle is None:
        told = WrittenOff(loan=loan.id, sum=Money(owed.total, ASSETS[loan.asset]), reference=posted.reference)
        await common.tell(unit, loan, told, posted.reference)
    return posted


def _entry(loan: Loan, owed: Standing, key: str) -> Entry:
    asset, funding = ASSETS[loan.asset], funding_of(loan)
    if funding.circle is None:
        transfers = _borne_by_allowance(loan, owed)
    else:
        transfers = list(funding.bears_loss(loan.id, owed.principal, owed.interest))
    transfers.append((Account("9010", loan.id, asset), Account("9019", asset=asset), owed.total))
    return Entry("loan.write_off", key, common.moves(asset, *transfers), common.about(loan))


def _borne_by_allowance(loan: Loan, owed: Standing) -> list[Move]:
    asset = ASSETS[loan.asset]
    owner = provision_owner(loan.product_number, LoanClass(loan.loan_class))
    allowance, expense = Account("1190", owner, asset), Account("5010", owner, asset)
    suspense = Account("1195", loan.id, asset)
    suspended = {name: getattr(loan, f"suspended_{name}") for name in RECEIVABLES}
    short = owed.total - sum(suspended.values()) - loan.provision
    transfers = [(expense, allowance, max(short, 0)), (allowance, expense, max(-short, 0))]
    for name, code in RECEIVABLES.items():
        receivable = Account(code, loan.id, asset)
        transfers += [
            (suspense, receivable, suspended[name]),
            (allowance, receivable, getattr(owed, name) - suspended[name]),
        ]
    return transfers


ACTIONS: Final = (
    Action(
        ACTION,
        Permission.PROPOSE_WRITE_OFF,
        Permission.APPROVE_WRITE_OFF,
        parties_to_subject,
        _preview,
        _carry_out,
    ),
)
