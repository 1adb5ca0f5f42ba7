"""All that happens by itself, of all products, in the order of a day (PRODUCTS §0); and all equations of the book."""

from __future__ import annotations

from typing import Final

from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar
from finance_core.journeys import change_plus
from finance_core.ledger.daily import ROLL_UP
from finance_core.loans import daily as loans
from finance_core.loans.contact.ladder import REMIND
from finance_core.loans.equations import EQUATIONS as LOAN_EQUATIONS
from finance_core.loans.origination.daily import LINES
from finance_core.loans.origination.daily import TIMED as ORIGINATION_TIMED
from finance_core.loans.origination.equations import EQUATIONS as ORIGINATION_EQUATIONS
from finance_core.wallet.daily import TIMED as WALLET_TIMED
from finance_core.wealth import daily as wealth
from finance_core.wealth.equations import EQUATIONS as WEALTH_EQUATIONS

CALENDAR: Final = Calendar(
    steps=(
        # the night: the day that ended is closed
        loans.ACCRUE,
        wealth.INCOME,
        loans.AGE,
        loans.PROVIDE,
        SWEEP,
        ROLL_UP,
        # the morning: lines end, fees fall due, people are told, money comes in, money goes out
        LINES,
        loans.FALL_DUE,
        REMIND,
        wealth.TELL,
        change_plus.REDEMPTIONS,
        wealth.MONEY_IN,
        loans.DEBIT,
        change_plus.DEBIT_DUE,
    ),
    timed=(*WALLET_TIMED, *ORIGINATION_TIMED,),
)

EQUATIONS: Final = (*LOAN_EQUATIONS, *ORIGINATION_EQUATIONS, *WEALTH_EQUATIONS)
