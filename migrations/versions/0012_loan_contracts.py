"""Applications and decisions, contracts on paper, lines drawn in tranches, guarantees."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE loan
            ADD COLUMN unit varchar NOT NULL DEFAULT 'month',
            ADD COLUMN every integer NOT NULL DEFAULT 1,
            ADD COLUMN undrawn bigint NOT NULL DEFAULT 0,
            ADD COLUMN draws_left integer NOT NULL DEFAULT 0,
            ADD COLUMN draw_until date,
            ADD CONSTRAINT ck_loan_line_not_negative CHECK (undrawn >= 0 AND draws_left >= 0),
            ADD CONSTRAINT ck_loan_known_unit CHECK (unit IN ('day', 'week', 'month'))
        """
    )
    op.execute("CREATE INDEX ix_loan_undrawn ON loan (id) WHERE undrawn > 0")
    op.execute(
        """
        CREATE TABLE loan_application (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_application PRIMARY KEY,
            customer_id bigint NOT NULL,
            product varchar NOT NULL,
            product_version integer NOT NULL,
            asset varchar NOT NULL,
            principal bigint NOT NULL,
            count integer NOT NULL,
            unit varchar NOT NULL,
            refinances boolean NOT NULL,
            grade varchar NOT NULL,
            all_in_rate numeric NOT NULL,
            quoted jsonb NOT NULL,
            facts jsonb NOT NULL,
            credit_limit bigint NOT NULL,
            reasons jsonb NOT NULL,
            concerns jsonb NOT NULL,
            state varchar NOT NULL,
            asked_at timestamptz NOT NULL,
            referred_at timestamptz,
            decided_at timestamptz,
            decided_by varchar,
            approved_principal bigint,
            expires_at timestamptz,
            loan_id bigint,
            CONSTRAINT ck_loan_application_positive CHECK (principal > 0),
            CONSTRAINT ck_loan_application_approved_within CHECK (approved_principal BETWEEN 1 AND principal),
            CONSTRAINT ck_loan_application_known_state CHECK (
                state IN ('approved', 'referred', 'declined', 'signed', 'replaced', 'expired', 'withdrawn')),
            CONSTRAINT ck_loan_application_offer_expires CHECK (state <> 'approved' OR expires_at IS NOT NULL),
            CONSTRAINT ck_loan_application_signed_is_a_loan CHECK ((state = 'signed') = (loan_id IS NOT NULL))
        )
        """
    )
    op.execute("CREATE INDEX ix_loan_application_customer_id ON loan_application (customer_id, id)")
    op.execute("CREATE INDEX ix_loan_application_queue ON loan_application (referred_at, id) WHERE state = 'referred'")
    op.execute(
        "CREATE UNIQUE INDEX ix_loan_application_one_waits ON loan_application (customer_id, product)"
        " WHERE state = 'referred'"
    )
    op.execute("CREATE INDEX ix_loan_application_expires_at ON loan_application (expires_at) WHERE state = 'approved'")
    op.execute("REVOKE DELETE ON loan_application FROM susu_app")
    op.execute(
        """
        CREATE TABLE loan_contract (
            loan_id bigint NOT NULL CONSTRAINT pk_loan_contract PRIMARY KEY,
            language varchar NOT NULL,
            sealed bytea NOT NULL,
            sha256 varchar NOT NULL,
            signed_on date NOT NULL
        )
        """
    )
    op.execute("REVOKE UPDATE, DELETE ON loan_contract FROM susu_app")
    op.execute(
        """
        CREATE TABLE guarantee (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_guarantee PRIMARY KEY,
            application_id bigint NOT NULL,
            loan_id bigint,
            customer_id bigint NOT NULL,
            share_nr integer NOT NULL,
            share_of integer NOT NULL,
            at_most bigint NOT NULL,
            state varchar NOT NULL,
            asked_at timestamptz NOT NULL,
            answered_at timestamptz,
            called bigint NOT NULL,
            called_through date,
            paid bigint NOT NULL,
            paid_back bigint NOT NULL,
            CONSTRAINT ck_guarantee_share_within CHECK (share_nr BETWEEN 1 AND share_of),
            CONSTRAINT ck_guarantee_called_within CHECK (called BETWEEN 0 AND at_most),
            CONSTRAINT ck_guarantee_paid_within CHECK (paid BETWEEN 0 AND called),
            CONSTRAINT ck_guarantee_paid_back_within CHECK (paid_back BETWEEN 0 AND paid),
            CONSTRAINT ck_guarantee_known_state
                CHECK (state IN ('asked', 'accepted', 'refused', 'void', 'bound')),
            CONSTRAINT ck_guarantee_bound_to_a_loan CHECK ((state = 'bound') = (loan_id IS NOT NULL))
        )
        """
    )
    op.execute("CREATE INDEX ix_guarantee_application_id ON guarantee (application_id)")
    op.execute("CREATE INDEX ix_guarantee_customer_id ON guarantee (customer_id, id)")
    op.execute("CREATE INDEX ix_guarantee_loan_id ON guarantee (loan_id) WHERE loan_id IS NOT NULL")
    op.execute("REVOKE DELETE ON guarantee FROM susu_app")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
