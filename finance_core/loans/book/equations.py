"""What `susu verify` proves of the loan book: its sub-ledger equals the general ledger, and both what the rules compute
(ACCOUNTING, equations 4 and 5).
"""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

# One row for each loan with something on an account of this code, and one for each loan that should have.
_AGAINST_LEDGER: Final = """
    SELECT loan, coalesce(due.amount, 0) AS expected, coalesce(booked.amount, 0) AS found
    FROM ({expected}) due
    FULL JOIN (
        SELECT a.owner AS loan, b.amount FROM account a JOIN balance b ON b.account_id = a.id
        WHERE a.book = 'INST' AND a.code = '{code}'
    ) booked USING (loan)
    WHERE coalesce(due.amount, 0) <> coalesce(booked.amount, 0) ORDER BY loan
"""
_OF_INSTALMENTS: Final = """
    SELECT i.loan_id AS loan, sum({amount}) AS amount
    FROM instalment i JOIN loan l ON l.id = i.loan_id WHERE l.state = 'active' GROUP BY i.loan_id
"""
_OF_LOANS: Final = "SELECT id AS loan, {amount} AS amount FROM loan"
_DAY_CLOSED: Final = "(SELECT open_on FROM book WHERE closing_on IS NULL)"
"""The open date while nothing is being closed: all days before it have been told to the ledger; else NULL."""


def _receivable(name: str, code: str, amount: str) -> Equation:
    return Equation(name, _AGAINST_LEDGER.format(expected=_OF_INSTALMENTS.format(amount=amount), code=code))


def _of_loan(name: str, code: str, amount: str) -> Equation:
    return Equation(name, _AGAINST_LEDGER.format(expected=_OF_LOANS.format(amount=amount), code=code))


def _of_circles(name: str, code: str, receivable: str) -> Equation:
    """One row for each circle whose account of this code is not what its loans owe on `receivable`."""
    return Equation(
        name,
        f"""
        SELECT circle, asset, coalesce(lent.amount, 0) AS expected, coalesce(booked.amount, 0) AS found
        FROM (
            SELECT l.funding_circle AS circle, a.asset, sum(b.amount) AS amount
            FROM loan l
                JOIN account a ON a.book = 'INST' AND a.code = '{receivable}' AND a.owner = l.id AND a.asset = l.asset
                JOIN balance b ON b.account_id = a.id
            WHERE l.funding_circle IS NOT NULL GROUP BY l.funding_circle, a.asset
        ) lent
        FULL JOIN (
            SELECT a.owner AS circle, a.asset, b.amount FROM account a JOIN balance b ON b.account_id = a.id
            WHERE a.book = 'INST' AND a.code = '{code}'
        ) booked USING (circle, asset)
        WHERE coalesce(lent.amount, 0) <> coalesce(booked.amount, 0) ORDER BY circle
        """,  # noqa: S608 - constants
    )


# Principal overdue has cost its rate from the due day on, less what was repaid of it, each payment from its own day.
_OVERDUE_COST: Final = """
    i.principal * (day.open_on - i.due_on) - coalesce((
        SELECT sum(CAST(part ->> 'principal' AS bigint) * (day.open_on - greatest(paid.value_on, i.due_on)))
        FROM loan_payment paid CROSS JOIN LATERAL jsonb_array_elements(paid.parts) part
        WHERE paid.loan_id = i.loan_id AND CAST(part ->> 'nr' AS integer) = i.nr AND paid.reversed_entry_id IS NULL
    ), 0)
"""

EQUATIONS: Final = (
    _receivable(
        "loan principal: 1100 is what the schedule says is still to be repaid", "1100", "i.principal - i.paid_principal"
    ),
    _receivable(
        "loan interest: 1110 is what has been earned and not been paid",
        "1110",
        "i.accrued_interest + i.late_interest - i.paid_interest",
    ),
    _receivable(
        "loan fees: 1120 is what has fallen due and not been paid", "1120", "i.charged_fee + i.late_fee - i.paid_fee"
    ),
    _receivable("loan penalty: 1130 is what has been charged and not been paid", "1130", "i.penalty - i.paid_penalty"),
    Equation(
        "loan lent: what was lent and what became principal is what the schedule repays in all",
        """
        SELECT l.id AS loan, l.principal + l.capitalised AS expected, sum(i.principal) AS found
        FROM loan l JOIN instalment i ON i.loan_id = l.id
        GROUP BY l.id HAVING sum(i.principal) <> l.principal + l.capitalised ORDER BY l.id
        """,
    ),
    Equation(
        "loan interest earned: what was posted to the ledger is what the rules compute for its days",
        f"""
        SELECT i.loan_id AS loan, i.nr, i.accrued_interest AS found,
            earned_interest(i.interest, i.earned_before, i.starts_on, i.due_on, day.open_on) AS expected
        FROM instalment i JOIN loan l ON l.id = i.loan_id CROSS JOIN ({_DAY_CLOSED}) day (open_on)
        WHERE l.state = 'active' AND i.settled_on IS NULL
            AND i.accrued_interest <> earned_interest(i.interest, i.earned_before, i.starts_on, i.due_on, day.open_on)
        """,  # noqa: S608 - constants
    ),
    Equation(
        "loan late interest: overdue principal has cost its rate for its days",
        f"""
        SELECT loan, nr, found, expected FROM (
            SELECT i.loan_id AS loan, i.nr, i.late_interest AS found,
                floor(({_OVERDUE_COST}) * l.annual_rate / 36500) AS expected
            FROM instalment i JOIN loan l ON l.id = i.loan_id CROSS JOIN ({_DAY_CLOSED}) day (open_on)
            WHERE l.state = 'active' AND i.settled_on IS NULL AND i.due_on < day.open_on AND l.restructured_on IS NULL
                AND l.funding_circle IS NULL
        ) late WHERE abs(found - expected) > 1
        """,  # noqa: S608 - constants
    ),
    Equation(
        "loan fees due: each instalment whose day has come has been charged its fee, and none before",
        """
        SELECT i.loan_id AS loan, i.nr, i.fee AS expected, i.charged_fee AS found
        FROM instalment i JOIN loan l ON l.id = i.loan_id CROSS JOIN book
        WHERE l.state = 'active' AND (
            (i.due_on < coalesce(book.closing_on, book.open_on) AND i.charged_fee <> i.fee)
            OR (i.due_on > book.open_on AND i.charged_fee <> 0))
        """,
    ),
    _of_loan(
        "loan fee deferred: 2060 is what was withheld and is not earned yet",
        "2060",
        "CASE WHEN state = 'void' THEN 0 ELSE fee_deferred - fee_earned END",
    ),
    Equation(
        "loan fee earned: what was withheld is income by the day, all of it once the loan has ended",
        f"""
        SELECT l.id AS loan, l.fee_earned AS found, l.fee_deferred,
            earned_interest(l.fee_deferred, 0, l.disbursed_on, l.fee_ends_on, day.open_on) AS by_the_day
        FROM loan l CROSS JOIN ({_DAY_CLOSED}) day (open_on)
        WHERE l.fee_deferred > 0 AND CASE
            WHEN l.state <> 'active' THEN l.fee_earned <> l.fee_deferred
            WHEN l.non_accrual_since IS NULL THEN l.fee_earned
                <> earned_interest(l.fee_deferred, 0, l.disbursed_on, l.fee_ends_on, day.open_on)
            ELSE l.fee_earned > earned_interest(l.fee_deferred, 0, l.disbursed_on, l.fee_ends_on, day.open_on) END
        """,  # noqa: S608 - constants
    ),
    _of_loan(
        "loan suspense: 1195 is what is in suspense of principal, interest, fees and penalty",
        "1195",
        "suspended_principal + suspended_interest + suspended_fee + suspended_penalty",
    ),
    Equation(
        "loan suspense: no more is suspended than is owed (1195 within 1100, 1110, 1120, 1130, each for itself)",
        """
        SELECT l.id AS loan, l.suspended_principal, l.suspended_interest, l.suspended_fee, l.suspended_penalty, owed.*
        FROM loan l LEFT JOIN (
            SELECT loan_id, sum(principal - paid_principal) AS principal,
                sum(accrued_interest + late_interest - paid_interest) AS interest,
                sum(charged_fee + late_fee - paid_fee) AS fee, sum(penalty - paid_penalty) AS penalty
            FROM instalment GROUP BY loan_id
        ) owed ON owed.loan_id = l.id
        WHERE l.suspended_principal > owed.principal OR l.suspended_interest > owed.interest
            OR l.suspended_fee > owed.fee OR l.suspended_penalty > owed.penalty
            OR (l.non_accrual_since IS NOT NULL AND l.state = 'active' AND (
                l.suspended_interest <> owed.interest OR l.suspended_penalty <> owed.penalty))
            OR (l.non_accrual_since IS NULL AND l.suspended_interest + l.suspended_fee + l.suspended_penalty > 0)
        """,
    ),
    # A payment that was taken back today left what the last close wrote down: the next one sees it.
    Equation(
        "loan arrears: since when a loan has been overdue is its oldest unpaid due day, on the loan and by date",
        f"""
        SELECT l.id AS loan, oldest.due_on AS expected, l.overdue_since AS found, dated.since AS dated
        FROM loan l
            CROSS JOIN ({_DAY_CLOSED}) day (open_on)
            LEFT JOIN (
                SELECT i.loan_id, min(i.due_on) AS due_on
                FROM instalment i CROSS JOIN book
                WHERE i.due_on < book.open_on AND (i.settled_on IS NULL OR i.settled_on >= book.open_on)
                GROUP BY i.loan_id
            ) oldest ON oldest.loan_id = l.id
            LEFT JOIN (SELECT DISTINCT ON (loan_id) loan_id, since FROM arrears ORDER BY loan_id, from_on DESC) dated
                ON dated.loan_id = l.id
        WHERE l.state = 'active' AND l.disbursed_on < day.open_on AND NOT EXISTS (
            SELECT FROM loan_event e
            WHERE e.loan_id = l.id AND e.kind = 'payment_reversed' AND e.on_date >= day.open_on
        ) AND (
            oldest.due_on IS DISTINCT FROM l.overdue_since OR dated.since IS DISTINCT FROM l.overdue_since)
        """,  # noqa: S608 - constants
    ),
    Equation(
        "loan provision: each loan has what its class and its principal asked for at the last close",
        f"""
        SELECT l.id AS loan, l.loan_class, l.provision AS found,
            required_provision(coalesce(ledger_close(b, day.open_on - 1), 0), l.loan_class) AS expected
        FROM loan l
            CROSS JOIN ({_DAY_CLOSED}) day (open_on)
            LEFT JOIN account a ON a.code = '1100' AND a.book = 'INST' AND a.asset = l.asset AND a.owner = l.id
            LEFT JOIN balance b ON b.account_id = a.id
        WHERE l.state = 'active' AND l.funding_circle IS NULL AND l.disbursed_on < day.open_on AND (
            l.loan_class <> loan_class(l.overdue_since, l.restructured_on, day.open_on - 1)
            OR l.provision <> required_provision(coalesce(ledger_close(b, day.open_on - 1), 0), l.loan_class))
        """,  # noqa: S608 - constants
    ),
    Equation(
        "allowance: 1190 is the sum of the loans' provisions, by product and class",
        """
        SELECT owner, asset, coalesce(required.amount, 0) AS expected, coalesce(booked.amount, 0) AS found
        FROM (
            SELECT provision_owner(product_number, loan_class) AS owner, asset, sum(provision) AS amount
            FROM loan GROUP BY 1, 2
        ) required
        FULL JOIN (
            SELECT a.owner, a.asset, b.amount FROM account a JOIN balance b ON b.account_id = a.id
            WHERE a.book = 'INST' AND a.code = '1190'
        ) booked USING (owner, asset)
        WHERE coalesce(required.amount, 0) <> coalesce(booked.amount, 0)
        """,
    ),
    _of_circles("circle loans: 2034 is the principal of the circle's loans (1100)", "2034", "1100"),
    _of_circles("circle loans: 2035 is the interest due on the circle's loans (1110)", "2035", "1110"),
    Equation(
        "loan funding: whose money it is stands in the entry that paid it out",
        """
        SELECT key, lent.owner AS expected, l.funding_circle AS found
        FROM (SELECT key || ':disbursed' AS key, funding_circle FROM loan WHERE funding_circle IS NOT NULL) l
            FULL JOIN (
                SELECT e.key, a.owner
                FROM account a
                    JOIN transfer t ON t.credit_id = a.id
                    JOIN entry e ON e.id = t.entry_id AND e.kind = 'loan.disbursement'
                WHERE a.book = 'INST' AND a.code = '2034'
            ) lent USING (key)
        WHERE l.funding_circle IS DISTINCT FROM lent.owner ORDER BY key
        """,
    ),
    Equation(
        "circle loans: no fee, no penalty and no interest for being late, and nothing in suspense",
        """
        SELECT l.id AS loan, i.nr, i.fee, i.late_fee, i.penalty, i.late_interest
        FROM loan l JOIN instalment i ON i.loan_id = l.id
        WHERE l.funding_circle IS NOT NULL AND (
            i.fee + i.late_fee + i.penalty + i.late_interest > 0
            OR l.suspended_principal + l.suspended_interest + l.suspended_fee + l.suspended_penalty > 0)
        """,
    ),
)
