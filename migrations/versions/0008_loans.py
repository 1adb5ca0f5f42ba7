"""Loan contracts, their instalments and timelines."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE loan (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan PRIMARY KEY,
            key varchar NOT NULL CONSTRAINT uq_loan_key UNIQUE,
            customer_id bigint NOT NULL,
            product varchar NOT NULL,
            product_version integer NOT NULL,
            product_number bigint NOT NULL,
            grade varchar NOT NULL,
            asset varchar NOT NULL,
            principal bigint NOT NULL,
            annual_rate numeric NOT NULL,
            penalty_rate numeric NOT NULL,
            grace_days integer NOT NULL,
            all_in_rate numeric NOT NULL,
            count integer NOT NULL,
            automatic_debit boolean NOT NULL,
            debit_from_change_plus boolean NOT NULL,
            signed_at timestamptz NOT NULL,
            disbursed_on date NOT NULL,
            cooling_off_until date NOT NULL,
            state varchar NOT NULL,
            ended_on date,
            CONSTRAINT ck_loan_positive CHECK (principal > 0),
            CONSTRAINT ck_loan_known_state CHECK (state IN ('active', 'settled', 'void'))
        )
        """
    )
    op.execute("CREATE INDEX ix_loan_customer_id ON loan (customer_id, id)")
    op.execute("CREATE INDEX ix_loan_active ON loan (id) WHERE state = 'active'")
    op.execute(
        """
        CREATE TABLE instalment (
            loan_id bigint NOT NULL,
            nr integer NOT NULL,
            starts_on date NOT NULL,
            due_on date NOT NULL,
            principal bigint NOT NULL,
            interest bigint NOT NULL,
            earned_before bigint NOT NULL DEFAULT 0,
            accrued_interest bigint NOT NULL DEFAULT 0,
            late_interest bigint NOT NULL DEFAULT 0,
            late_interest_exact numeric NOT NULL DEFAULT 0,
            penalty bigint NOT NULL DEFAULT 0,
            penalty_exact numeric NOT NULL DEFAULT 0,
            paid_principal bigint NOT NULL DEFAULT 0,
            paid_interest bigint NOT NULL DEFAULT 0,
            paid_penalty bigint NOT NULL DEFAULT 0,
            late_until date,
            settled_on date,
            CONSTRAINT pk_instalment PRIMARY KEY (loan_id, nr),
            CONSTRAINT ck_instalment_not_negative
                CHECK (principal >= 0 AND interest >= 0 AND late_interest >= 0 AND penalty >= 0),
            CONSTRAINT ck_instalment_principal_within CHECK (paid_principal BETWEEN 0 AND principal),
            CONSTRAINT ck_instalment_interest_within CHECK (paid_interest BETWEEN 0 AND interest + late_interest),
            CONSTRAINT ck_instalment_penalty_within CHECK (paid_penalty BETWEEN 0 AND penalty),
            CONSTRAINT ck_instalment_accrued_within CHECK (accrued_interest BETWEEN 0 AND interest),
            CONSTRAINT ck_instalment_takes_time CHECK (starts_on < due_on)
        )
        """
    )
    op.execute("CREATE INDEX ix_instalment_due_on ON instalment (due_on, loan_id) WHERE settled_on IS NULL")
    op.execute(
        """
        CREATE TABLE loan_event (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_event PRIMARY KEY,
            loan_id bigint NOT NULL,
            kind varchar NOT NULL,
            on_date date NOT NULL,
            at timestamptz NOT NULL,
            details jsonb NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX ix_loan_event_loan_id ON loan_event (loan_id, id)")
    op.execute("REVOKE UPDATE, DELETE ON loan_event FROM susu_app")
    op.execute(
        """
        CREATE FUNCTION earned_interest(
            interest bigint, earned_before bigint, starts_on date, due_on date, upto date
        ) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            -- What of an instalment's interest is earned by the days before `upto`: each day an equal share, rounded
            -- down on the sum of the days (loans.rules.interest.accrued_interest says the same of one period).
            SELECT earned_before
                + (interest - earned_before) * greatest(0, least(upto, due_on) - starts_on) / (due_on - starts_on)
        $$
        """
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
