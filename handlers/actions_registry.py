"""Every action that a card's Confirm can do, from the modules that offer them."""

from __future__ import annotations

from typing import Final

from handlers.chat.actions import Actions, by_name
from handlers.desk import applications, approvals, fund_desk, fund_income, hardship
from handlers.funds import fund_orders, funds
from handlers.joining import settings
from handlers.loans import agreement, borrow, collection, drawdown, guarantors, loans
from handlers.savings import change_plus, deposits, plans
from handlers.wallet import wallet, withdraw

ACTIONS: Final[Actions] = by_name(
    (
        *wallet.ACTIONS,
        *withdraw.ACTIONS,
        *settings.ACTIONS,
        *change_plus.ACTIONS,
        *deposits.ACTIONS,
        *plans.ACTIONS,
        *funds.ACTIONS,
        *fund_orders.ACTIONS,
        *borrow.ACTIONS,
        *drawdown.ACTIONS,
        *guarantors.ACTIONS,
        *loans.ACTIONS,
        *agreement.ACTIONS,
        *collection.ACTIONS,
        *hardship.ACTIONS,
        *applications.ACTIONS,
        *approvals.ACTIONS,
        *fund_desk.ACTIONS,
        *fund_income.ACTIONS,
    )
)
