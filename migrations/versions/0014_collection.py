"""Contacts with debtors, promises to pay, and hardship."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE contact (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_contact PRIMARY KEY,
            customer_id bigint NOT NULL,
            about varchar NOT NULL,
            channel varchar NOT NULL,
            kind varchar NOT NULL,
            details jsonb NOT NULL,
            at timestamptz NOT NULL,
            local_day date NOT NULL,
            caller_id bigint,
            CONSTRAINT ck_contact_known_channel CHECK (channel IN ('push', 'call')),
            CONSTRAINT ck_contact_somebody_calls CHECK ((channel = 'call') = (caller_id IS NOT NULL))
        )
        """
    )
    op.execute("CREATE INDEX ix_contact_customer_id_local_day ON contact (customer_id, local_day)")
    op.execute("CREATE INDEX ix_contact_about ON contact (about, id)")
    op.execute("REVOKE UPDATE, DELETE ON contact FROM susu_app")
    op.execute("CREATE INDEX ix_outbox_debt_about ON outbox (about, id) WHERE merge_key = 'debt.reminder'")
    op.execute("ALTER TABLE customer ADD CONSTRAINT ck_customer_private_chat CHECK (chat_id > 0)")
    op.execute(
        """
        CREATE TABLE promise (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_promise PRIMARY KEY,
            key varchar NOT NULL CONSTRAINT uq_promise_key UNIQUE,
            loan_id bigint NOT NULL,
            amount bigint NOT NULL,
            paid_before bigint NOT NULL,
            made_on date NOT NULL,
            made_at timestamptz NOT NULL,
            due_on date NOT NULL,
            state varchar NOT NULL,
            ended_on date,
            CONSTRAINT ck_promise_positive CHECK (amount > 0),
            CONSTRAINT ck_promise_within_a_fortnight CHECK (due_on > made_on AND due_on <= made_on + 14),
            CONSTRAINT ck_promise_known_state CHECK (state IN ('running', 'kept', 'broken', 'withdrawn')),
            CONSTRAINT ck_promise_ended CHECK ((state = 'running') = (ended_on IS NULL))
        )
        """
    )
    op.execute("CREATE INDEX ix_promise_loan_id ON promise (loan_id, id)")
    op.execute("CREATE UNIQUE INDEX ix_promise_one_running ON promise (loan_id) WHERE state = 'running'")
    op.execute("CREATE INDEX ix_promise_due_on ON promise (due_on, loan_id) WHERE state = 'running'")
    op.execute(
        """
        CREATE TABLE hardship_case (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_hardship_case PRIMARY KEY,
            key varchar NOT NULL CONSTRAINT uq_hardship_case_key UNIQUE,
            loan_id bigint NOT NULL,
            customer_id bigint NOT NULL,
            reason varchar NOT NULL,
            note_sealed bytea,
            can_pay bigint NOT NULL,
            proposal jsonb NOT NULL,
            opened_on date NOT NULL,
            opened_at timestamptz NOT NULL,
            paused_until date NOT NULL,
            state varchar NOT NULL,
            officer_id bigint,
            approval_id bigint,
            closed_at timestamptz,
            CONSTRAINT ck_hardship_case_not_negative CHECK (can_pay >= 0),
            CONSTRAINT ck_hardship_case_known_reason
                CHECK (reason IN ('job', 'illness', 'business', 'late_pay', 'other')),
            CONSTRAINT ck_hardship_case_known_state CHECK (state IN ('open', 'proposed', 'closed')),
            CONSTRAINT ck_hardship_case_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
        )
        """
    )
    op.execute("CREATE INDEX ix_hardship_case_loan_id ON hardship_case (loan_id, id)")
    op.execute("CREATE UNIQUE INDEX ix_hardship_case_one_open ON hardship_case (loan_id) WHERE state <> 'closed'")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
