"""Maker and checker, roles, the audit log, and what operations leave on a loan."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE approval (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_approval PRIMARY KEY,
            key varchar NOT NULL CONSTRAINT uq_approval_key UNIQUE,
            action varchar NOT NULL,
            subject varchar NOT NULL,
            params jsonb NOT NULL,
            why varchar NOT NULL,
            before jsonb NOT NULL,
            after jsonb NOT NULL,
            version integer NOT NULL DEFAULT 1,
            state varchar NOT NULL,
            maker_id bigint NOT NULL,
            made_at timestamptz NOT NULL,
            due_at timestamptz NOT NULL,
            decided_by bigint,
            decided_at timestamptz,
            answer varchar,
            result jsonb,
            CONSTRAINT ck_approval_known_state CHECK (
                state IN ('open', 'approved', 'refused', 'withdrawn', 'expired')
            ),
            CONSTRAINT ck_approval_decided_by_another CHECK (
                state NOT IN ('approved', 'refused') OR (decided_by IS NOT NULL AND decided_by <> maker_id)
            ),
            CONSTRAINT ck_approval_decided CHECK ((state = 'open') = (decided_at IS NULL)),
            CONSTRAINT ck_approval_carried_out CHECK ((state = 'approved') = (result IS NOT NULL))
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_approval_action_subject ON approval (action, subject) WHERE state = 'open'")
    op.execute("CREATE INDEX ix_approval_due_at ON approval (due_at) WHERE state = 'open'")
    op.execute("CREATE INDEX ix_approval_maker_id ON approval (maker_id, id)")
    op.execute(
        """
        CREATE TABLE audit_line (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audit_line PRIMARY KEY,
            at timestamptz NOT NULL,
            actor_id bigint NOT NULL,
            act varchar NOT NULL,
            subject varchar NOT NULL,
            details jsonb NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX ix_audit_line_actor_id ON audit_line (actor_id, id)")
    op.execute("CREATE INDEX ix_audit_line_subject ON audit_line (subject, id)")
    op.execute("CREATE INDEX ix_audit_line_at ON audit_line (at)")
    op.execute(
        """
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_line
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
        """
    )
    op.execute("ALTER TABLE audit_line ENABLE ALWAYS TRIGGER append_only")
    op.execute("REVOKE UPDATE, DELETE ON audit_line FROM susu_app")
    op.execute(
        """
        CREATE TABLE loan_handover (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_handover PRIMARY KEY,
            loan_id bigint NOT NULL,
            collector varchar NOT NULL,
            from_on date NOT NULL,
            until_on date,
            CONSTRAINT ck_loan_handover_in_order CHECK (until_on >= from_on)
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_loan_handover_loan_id ON loan_handover (loan_id) WHERE until_on IS NULL")
    op.execute(
        """
        CREATE TABLE restructure_offer (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_restructure_offer PRIMARY KEY,
            loan_id bigint NOT NULL,
            customer_id bigint NOT NULL,
            params jsonb NOT NULL,
            state varchar NOT NULL,
            offered_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            settled_at timestamptz,
            CONSTRAINT ck_restructure_offer_known_state CHECK (state IN ('open', 'taken', 'declined', 'replaced')),
            CONSTRAINT ck_restructure_offer_settled CHECK ((state = 'open') = (settled_at IS NULL))
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_restructure_offer_loan_id ON restructure_offer (loan_id) WHERE state = 'open'")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
