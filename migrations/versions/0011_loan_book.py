"""The loan book: fees, payments, versions of the schedule, arrears by date, suspense, classes and provisions."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# loans.rules.classes says the same; a test holds the two together.
_FUNCTIONS = [
    """
    CREATE FUNCTION loan_class(overdue_since date, restructured_on date, on_date date) RETURNS varchar
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE
            WHEN on_date - overdue_since > 360 THEN 'loss'
            WHEN on_date - overdue_since > 270 THEN 'doubtful'
            WHEN on_date - overdue_since > 90 THEN 'substandard'
            WHEN on_date - overdue_since > 0
                OR (restructured_on <= on_date AND on_date < restructured_on + interval '1 year') THEN 'special_mention'
            ELSE 'pass'
        END
    $$
    """,
    """
    CREATE FUNCTION provision_percent(loan_class varchar) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE loan_class
            WHEN 'pass' THEN 1 WHEN 'special_mention' THEN 2 WHEN 'substandard' THEN 25
            WHEN 'doubtful' THEN 50 WHEN 'loss' THEN 100 END
    $$
    """,
    # Half-up, in minor units.
    """
    CREATE FUNCTION required_provision(outstanding bigint, loan_class varchar) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT (outstanding * provision_percent(loan_class) + 50) / 100
    $$
    """,
    # The owner of 1190 and 5010: the product's number, and the class as its last digit.
    """
    CREATE FUNCTION provision_owner(product_number bigint, loan_class varchar) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT product_number * 10 + CASE loan_class
            WHEN 'pass' THEN 1 WHEN 'special_mention' THEN 2 WHEN 'substandard' THEN 3
            WHEN 'doubtful' THEN 4 WHEN 'loss' THEN 5 END
    $$
    """,
]


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE loan
            DROP CONSTRAINT ck_loan_known_state,
            ADD COLUMN late_fee bigint NOT NULL DEFAULT 0,
            ADD COLUMN fee_deferred bigint NOT NULL DEFAULT 0,
            ADD COLUMN fee_earned bigint NOT NULL DEFAULT 0,
            ADD COLUMN fee_ends_on date,
            ADD COLUMN capitalised bigint NOT NULL DEFAULT 0,
            ADD COLUMN restructured_on date,
            ADD COLUMN overdue_since date,
            ADD COLUMN loan_class varchar NOT NULL DEFAULT 'pass',
            ADD COLUMN provision bigint NOT NULL DEFAULT 0,
            ADD COLUMN non_accrual_since date,
            ADD COLUMN suspended_principal bigint NOT NULL DEFAULT 0,
            ADD COLUMN suspended_interest bigint NOT NULL DEFAULT 0,
            ADD COLUMN suspended_fee bigint NOT NULL DEFAULT 0,
            ADD COLUMN suspended_penalty bigint NOT NULL DEFAULT 0,
            ADD CONSTRAINT ck_loan_known_state CHECK (state IN ('active', 'settled', 'void', 'written_off')),
            ADD CONSTRAINT ck_loan_fee_earned_within CHECK (fee_earned BETWEEN 0 AND fee_deferred),
            ADD CONSTRAINT ck_loan_book_not_negative CHECK (
                late_fee >= 0 AND capitalised >= 0 AND provision >= 0 AND suspended_principal >= 0
                AND suspended_interest >= 0 AND suspended_fee >= 0 AND suspended_penalty >= 0)
        """
    )
    op.execute(
        """
        ALTER TABLE instalment
            DROP CONSTRAINT ck_instalment_not_negative,
            ADD COLUMN fee bigint NOT NULL DEFAULT 0,
            ADD COLUMN charged_fee bigint NOT NULL DEFAULT 0,
            ADD COLUMN late_fee bigint NOT NULL DEFAULT 0,
            ADD COLUMN paid_fee bigint NOT NULL DEFAULT 0,
            ADD CONSTRAINT ck_instalment_not_negative CHECK (
                principal >= 0 AND interest >= 0 AND late_interest >= 0 AND penalty >= 0 AND fee >= 0 AND late_fee >= 0
            ),
            ADD CONSTRAINT ck_instalment_fee_within CHECK (paid_fee BETWEEN 0 AND charged_fee + late_fee),
            ADD CONSTRAINT ck_instalment_charged_fee_within CHECK (charged_fee BETWEEN 0 AND fee)
        """
    )
    # Room on each page keeps the night's update of a running instalment on it, and its indexes untouched.
    op.execute("ALTER TABLE instalment SET (fillfactor = 85)")
    op.execute("ALTER TABLE loan SET (fillfactor = 85)")
    op.execute(
        """
        CREATE TABLE loan_payment (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_payment PRIMARY KEY,
            loan_id bigint NOT NULL,
            entry_id bigint NOT NULL,
            kind varchar NOT NULL,
            amount bigint NOT NULL,
            value_on date NOT NULL,
            on_date date NOT NULL,
            parts jsonb NOT NULL,
            before jsonb NOT NULL,
            loan_before jsonb NOT NULL,
            ahead varchar,
            reversed_entry_id bigint,
            CONSTRAINT ck_loan_payment_positive CHECK (amount > 0)
        )
        """
    )
    op.execute("CREATE INDEX ix_loan_payment_loan_id ON loan_payment (loan_id, id)")
    op.execute("CREATE INDEX ix_loan_payment_entry_id ON loan_payment (entry_id)")
    op.execute("REVOKE DELETE ON loan_payment FROM susu_app")
    op.execute(
        """
        CREATE TABLE schedule_version (
            loan_id bigint NOT NULL,
            version integer NOT NULL,
            from_on date NOT NULL,
            reason varchar NOT NULL,
            lines jsonb NOT NULL,
            CONSTRAINT pk_schedule_version PRIMARY KEY (loan_id, version)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE arrears (
            loan_id bigint NOT NULL,
            from_on date NOT NULL,
            since date,
            CONSTRAINT pk_arrears PRIMARY KEY (loan_id, from_on)
        )
        """
    )
    op.execute("REVOKE UPDATE, DELETE ON schedule_version, arrears FROM susu_app")
    for function in _FUNCTIONS:
        op.execute(function)


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
