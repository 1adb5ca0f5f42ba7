"""All that happens by itself, of all products, in the order of a day (PRODUCTS §0); and all equations of the book."""

from __future__ import annotations

from typing import Final

from finance_core.approvals.daily import TIMED as APPROVALS_TIMED
from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar
from finance_core.change_plus import daily as wealth
from finance_core.change_plus.equations import EQUATIONS as WEALTH_EQUATIONS
from finance_core.deposits import daily as deposits
from finance_core.deposits.equations import EQUATIONS as DEPOSIT_EQUATIONS
from finance_core.funds import daily as funds
from finance_core.funds.equations import EQUATIONS as FUND_EQUATIONS
from finance_core.journeys import change_plus
from finance_core.journeys.deposits import MATURE
from finance_core.journeys.fund_money import PAY as PAY_FUNDS
from finance_core.journeys.plans.running import RUN as RUN_PLANS
from finance_core.journeys.sweep import SWEEP_UP
from finance_core.ledger.daily import ROLL_UP
from finance_core.loans import daily as loans
from finance_core.loans.book.equations import EQUATIONS as LOAN_EQUATIONS
from finance_core.loans.contact.ladder import REMIND
from finance_core.loans.origination.daily import GUARANTORS, LINES
from finance_core.loans.origination.daily import TIMED as ORIGINATION_TIMED
from finance_core.loans.origination.equations import EQUATIONS as ORIGINATION_EQUATIONS
from finance_core.wallet.daily import TIMED as WALLET_TIMED

CALENDAR: Final = Calendar(
    steps=(
        # the night: the day that ended is closed
        loans.ACCRUE,
        wealth.INCOME,
        funds.VALUE,
        deposits.ACCRUE,
        loans.AGE,
        loans.PROVIDE,
        SWEEP,
        ROLL_UP,
        # the morning: lines end, fees fall due, people are told, money comes in, money goes out
        LINES,
        loans.FALL_DUE,
        REMIND,
        wealth.TELL,
        deposits.ASK,
        wealth.MONEY_IN,
        change_plus.REDEMPTIONS,
        wealth.SETTLE,
        MATURE,
        funds.CONFIRM,
        PAY_FUNDS,
        loans.DEBIT,
        change_plus.DEBIT_DUE,
        GUARANTORS,
        RUN_PLANS,
        # the evening
        SWEEP_UP,
    ),
    timed=(*WALLET_TIMED, *APPROVALS_TIMED, *ORIGINATION_TIMED, *wealth.TIMED, change_plus.QUEUE, *funds.TIMED),
)

EQUATIONS: Final = (*LOAN_EQUATIONS, *ORIGINATION_EQUATIONS, *WEALTH_EQUATIONS, *FUND_EQUATIONS, *DEPOSIT_EQUATIONS)
