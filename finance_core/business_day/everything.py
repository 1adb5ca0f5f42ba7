"""All that happens by itself, of all products, in the order of a day (PRODUCTS §0); and all equations of the book."""

from __future__ import annotations

from typing import Final

from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar
from finance_core.loans import daily as loans
from finance_core.loans.equations import EQUATIONS as LOAN_EQUATIONS
from finance_core.wallet.daily import TIMED as WALLET_TIMED

CALENDAR: Final = Calendar(
    steps=(
        # the night: the day that ended is closed
        loans.ACCRUE,
        SWEEP,
        # the morning: people are told, money goes out
        loans.REMIND,
        loans.DEBIT,
    ),
    timed=(*WALLET_TIMED,),
)

EQUATIONS: Final = (*LOAN_EQUATIONS,)
