"""Loan contracts, the instalments of their schedules as they stand and stood, payments, arrears, timelines."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant, JsonObject


class LoanState(StrEnum):
    """Where a loan stands."""

    ACTIVE = "active"
    SETTLED = "settled"  # repaid in full
    VOID = "void"  # given back within the cooling-off days: not in the record
    WRITTEN_OFF = "written_off"  # no longer an asset; what is owed is kept as a memo, and may be recovered


class Loan(Table, table=True):
    """One contract. Its terms never change; what is owed is in its instalments and in the ledger.

    Where it stands in the book (`overdue_since` to `non_accrual_since`) is as of the last close of business. The four
    `suspended_…` columns are what of the receivables is in suspense (1195): while a loan accrues there is none, but for
    what a restructure made principal.
    """

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("principal > 0", name="positive"),
        CheckConstraint("state IN ('active', 'settled', 'void', 'written_off')", name="known_state"),
        CheckConstraint("fee_earned BETWEEN 0 AND fee_deferred", name="fee_earned_within"),
        CheckConstraint("undrawn >= 0 AND draws_left >= 0", name="line_not_negative"),
        CheckConstraint("unit IN ('day', 'week', 'month')", name="known_unit"),
        CheckConstraint(
            "late_fee >= 0 AND capitalised >= 0 AND provision >= 0 AND suspended_principal >= 0"
            " AND suspended_interest >= 0 AND suspended_fee >= 0 AND suspended_penalty >= 0",
            name="book_not_negative",
        ),
        # What a circle lends has no fee, no penalty, no line, no suspense and no allowance: see `book.funding`.
        CheckConstraint(
            "funding_circle IS NULL OR (late_fee = 0 AND penalty_rate = 0 AND fee_deferred = 0 AND undrawn = 0"
            " AND provision = 0 AND non_accrual_since IS NULL)",
            name="circle_earns_interest_alone",
        ),
        Index("ix_loan_customer_id", "customer_id", "id"),
        Index("ix_loan_funding_circle", "funding_circle", postgresql_where=text("funding_circle IS NOT NULL")),
        Index("ix_loan_active", "id", postgresql_where=text("state = 'active'")),
        Index("ix_loan_undrawn", "id", postgresql_where=text("undrawn > 0")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """The idempotency key of its signing."""
    customer_id: int = Field(sa_type=BigInteger)
    product: str
    product_version: int
    product_number: int = Field(sa_type=BigInteger)
    """The product's number in the books: the owner of its income accounts."""
    grade: str
    asset: str
    principal: int = Field(sa_type=Amount)
    annual_rate: Decimal = Field(sa_type=Exact)
    """Percent a year; interest is by actual days over 365."""
    penalty_rate: Decimal = Field(sa_type=Exact)
    """Percent a year that overdue principal costs beyond the contract's rate, once the grace days are over."""
    grace_days: int
    all_in_rate: Decimal = Field(sa_type=Exact)
    """Percent: the effective annual rate that was shown before signing."""
    count: int
    """Periods that were agreed, of `every` units: a bullet loan has one instalment whatever this says."""
    unit: str = Field(default="month", sa_column_kwargs={"server_default": "month"})
    every: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    automatic_debit: bool
    debit_from_change_plus: bool
    signed_at: AwareDatetime = Field(sa_type=Instant)
    disbursed_on: date = Field(sa_type=Day)
    cooling_off_until: date = Field(sa_type=Day)
    state: str
    ended_on: date | None = Field(default=None, sa_type=Day)
    undrawn: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """What the contract promises and has not paid out: `principal` grows by each draw, this shrinks (9020)."""
    draws_left: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    draw_until: date | None = Field(default=None, sa_type=Day)
    """The last day on which it may be drawn; None where there is no line."""
    late_fee: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """What an instalment that is overdue beyond the grace days costs, once."""
    fee_deferred: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """The fee withheld at disbursement (2060), earned in equal shares of the days until `fee_ends_on`."""
    fee_earned: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """What of `fee_deferred` is posted to the ledger is income."""
    fee_ends_on: date | None = Field(default=None, sa_type=Day)
    """The last due day as it was agreed at signing; None without a deferred fee."""
    capitalised: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """Arrears that a restructure made principal: with `principal` it is what the instalments repay."""
    restructured_on: date | None = Field(default=None, sa_type=Day)
    overdue_since: date | None = Field(default=None, sa_type=Day)
    """The oldest due day that was unpaid at the last close; days past due on a day D are D less this."""
    loan_class: str = Field(default="pass", sa_column_kwargs={"server_default": "pass"})
    """See `loans.rules.classes`."""
    provision: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """What the allowance (1190) holds for this loan."""
    non_accrual_since: date | None = Field(default=None, sa_type=Day)
    """The close from which on its income goes to suspense; None while it accrues."""
    suspended_principal: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """Suspended arrears that a restructure made principal."""
    suspended_interest: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    suspended_fee: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    suspended_penalty: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    funding_circle: int | None = Field(default=None, sa_type=BigInteger)
    """The savings circle whose members' money it is; None: the institution's."""

    @property
    def late_rate(self) -> Decimal:
        """Percent a year that overdue principal costs within the grace days: a circle's loan costs nothing more."""
        return self.annual_rate if self.funding_circle is None else Decimal(0)


class CircleLoanHold(Table, table=True):
    """A circle whose loans are neither lent nor repaid for now, as what it has is being shared out."""

    __tablename__ = "circle_loan_hold"

    circle_id: int = Field(sa_type=BigInteger, primary_key=True)
    since: AwareDatetime = Field(sa_type=Instant)


class InstalmentRow(Table, table=True):
    """One instalment as it stands: what falls due, what has been earned of it, what has been paid.

    Amounts in minor units. `late_interest` and `penalty` are what overdue principal has cost since the due day; the
    `…_exact` columns carry them exactly, as minor units × percent × days: 36,500 of that are one. `charged_fee` and
    `late_fee` are what is posted to the ledger of fees: all of `fee` once the due day has come, the late fee beyond
    the grace days.
    """

    __tablename__ = "instalment"
    __table_args__ = (
        CheckConstraint(
            "principal >= 0 AND interest >= 0 AND late_interest >= 0 AND penalty >= 0 AND fee >= 0 AND late_fee >= 0",
            name="not_negative",
        ),
        CheckConstraint("paid_principal BETWEEN 0 AND principal", name="principal_within"),
        CheckConstraint("paid_interest BETWEEN 0 AND interest + late_interest", name="interest_within"),
        CheckConstraint("paid_penalty BETWEEN 0 AND penalty", name="penalty_within"),
        CheckConstraint("paid_fee BETWEEN 0 AND charged_fee + late_fee", name="fee_within"),
        CheckConstraint("charged_fee BETWEEN 0 AND fee", name="charged_fee_within"),
        CheckConstraint("accrued_interest BETWEEN 0 AND interest", name="accrued_within"),
        CheckConstraint("starts_on < due_on", name="takes_time"),
        Index("ix_instalment_due_on", "due_on", "loan_id", postgresql_where=text("settled_on IS NULL")),
    )

    loan_id: int = Field(sa_type=BigInteger, primary_key=True)
    nr: int = Field(primary_key=True)
    starts_on: date = Field(sa_type=Day)
    """The day from which `interest - earned_before` is earned in equal shares until the due day."""
    due_on: date = Field(sa_type=Day)
    principal: int = Field(sa_type=Amount)
    interest: int = Field(sa_type=Amount)
    earned_before: int = Field(default=0, sa_type=Amount)
    """Interest of this instalment earned before `starts_on`: not zero only after a payment in mid-period."""
    accrued_interest: int = Field(default=0, sa_type=Amount)
    """What of `interest` is posted to the ledger so far."""
    late_interest: int = Field(default=0, sa_type=Amount)
    late_interest_exact: Decimal = Field(default=Decimal(0), sa_type=Exact)
    penalty: int = Field(default=0, sa_type=Amount)
    penalty_exact: Decimal = Field(default=Decimal(0), sa_type=Exact)
    paid_principal: int = Field(default=0, sa_type=Amount)
    paid_interest: int = Field(default=0, sa_type=Amount)
    paid_penalty: int = Field(default=0, sa_type=Amount)
    fee: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    """Falls due with the instalment."""
    charged_fee: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    late_fee: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    paid_fee: int = Field(default=0, sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    late_until: date | None = Field(default=None, sa_type=Day)
    """The last day for which late interest was added: a day is never added twice."""
    settled_on: date | None = Field(default=None, sa_type=Day)

    @property
    def whole(self) -> int:
        """All that it comes to, what being late has cost included."""
        return self.principal + self.interest + self.late_interest + self.penalty + self.fee + self.late_fee

    @property
    def paid(self) -> int:
        """What has been paid on it."""
        return self.paid_principal + self.paid_interest + self.paid_penalty + self.paid_fee

    @property
    def left(self) -> int:
        """What is still to be paid of it, as planned."""
        return self.whole - self.paid


class LoanEvent(Table, table=True):
    """A loan's timeline: signed, debited, paid ahead, settled. Append-only."""

    __tablename__ = "loan_event"
    __table_args__ = (
        Index("ix_loan_event_loan_id", "loan_id", "id"),
        Index("ix_loan_event_debit_short", "at", postgresql_where=text("kind = 'debit_short'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    loan_id: int = Field(sa_type=BigInteger)
    kind: str
    on_date: date = Field(sa_type=Day)
    at: AwareDatetime = Field(sa_type=Instant)
    details: JsonObject = Field(sa_type=JSONB)


class LoanPayment(Table, table=True):
    """One payment on one loan, and what the loan was before it, so that it can be undone and replayed.

    `kind` is the entry's: loan.repayment, loan.debit, … `value_on` is the day from which it counts, `on_date` the
    book's day. `parts` is what each instalment received, as `[{"nr", "penalty", "fee", "interest", "principal"}]` in
    minor units; `before` the loan's instalments with all their columns, `loan_before` the columns of the loan that a
    payment may change.
    """

    __tablename__ = "loan_payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        Index("ix_loan_payment_loan_id", "loan_id", "id"),
        Index("ix_loan_payment_entry_id", "entry_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    loan_id: int = Field(sa_type=BigInteger)
    entry_id: int = Field(sa_type=BigInteger)
    kind: str
    amount: int = Field(sa_type=Amount)
    value_on: date = Field(sa_type=Day)
    on_date: date = Field(sa_type=Day)
    parts: list[dict[str, int]] = Field(sa_type=JSONB)
    before: list[JsonObject] = Field(sa_type=JSONB)
    loan_before: JsonObject = Field(sa_type=JSONB)
    ahead: str | None = None
    """What principal paid ahead of its day does, where the person chose; None: the contract's rule."""
    reversed_entry_id: int | None = Field(default=None, sa_type=BigInteger)
    """The entry that took it back."""


class ScheduleVersion(Table, table=True):
    """The schedule as it stood from a day on: written at signing and at each planning anew. Append-only.

    `lines` is `[{"nr", "starts_on", "due_on", "principal", "interest", "fee"}]`, oldest first, in minor units. Of two
    versions of one day the higher one counts.
    """

    __tablename__ = "schedule_version"

    loan_id: int = Field(sa_type=BigInteger, primary_key=True)
    version: int = Field(primary_key=True)
    from_on: date = Field(sa_type=Day)
    reason: str
    """signed, paid_ahead, restructured, …"""
    lines: list[JsonObject] = Field(sa_type=JSONB)


class Arrears(Table, table=True):
    """Since when a loan has been overdue, from the close of `from_on` on: a row only where that changes. Append-only.

    On a later day D, until the next row, days past due are D less `since`; None: nothing was overdue.
    """

    __tablename__ = "arrears"

    loan_id: int = Field(sa_type=BigInteger, primary_key=True)
    from_on: date = Field(sa_type=Day, primary_key=True)
    since: date | None = Field(default=None, sa_type=Day)
