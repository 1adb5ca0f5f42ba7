"""Every kind of notice that is sent, from the packages that send it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finance_core.approvals import notices as approvals
from finance_core.business_day import notices as business_day
from finance_core.change_plus import notices as change_plus
from finance_core.deposits import notices as deposits
from finance_core.funds import notices as funds
from finance_core.journeys import notices as journeys
from finance_core.journeys.plans import notices as plans
from finance_core.loans.contact import notices as contact
from finance_core.loans.operations import notices as operations
from finance_core.loans.origination import notices as origination
from finance_core.loans.repayment import notices as repayment
from finance_core.notices import Content
from finance_core.wallet import notices as wallet

KINDS: Final[Mapping[str, type[Content]]] = {
    content.kind: content
    for content in (
        *wallet.KINDS,
        *change_plus.KINDS,
        *deposits.KINDS,
        *funds.KINDS,
        *journeys.KINDS,
        *plans.KINDS,
        *origination.KINDS,
        *repayment.KINDS,
        *operations.KINDS,
        *contact.KINDS,
        *approvals.KINDS,
        *business_day.KINDS,
    )
}
