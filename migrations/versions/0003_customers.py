"""Customers, their PIN tries, what went out against the tiers' limits, and who holds which operator's role."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE customer (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_customer PRIMARY KEY,
            telegram_id bigint NOT NULL CONSTRAINT uq_customer_telegram_id UNIQUE,
            chat_id bigint NOT NULL,
            username varchar,
            name_sealed bytea NOT NULL,
            language varchar NOT NULL,
            zone varchar NOT NULL,
            tier integer NOT NULL DEFAULT 0,
            terms_version varchar,
            terms_accepted_at timestamptz,
            phone_sealed bytea,
            phone_hash bytea CONSTRAINT uq_customer_phone_hash UNIQUE,
            adult_confirmed_at timestamptz,
            bureau_consent_at timestamptz,
            marketing_consent_at timestamptz,
            monthly_income bigint,
            other_instalments bigint,
            pin_hash varchar,
            pin_failures integer NOT NULL DEFAULT 0,
            pin_failing_since timestamptz,
            pin_locked_until timestamptz,
            outflow_locked_at timestamptz,
            discreet boolean NOT NULL DEFAULT false,
            income_notice varchar NOT NULL DEFAULT 'daily',
            unreachable_since timestamptz,
            created_at timestamptz NOT NULL,
            CONSTRAINT ck_customer_known_language CHECK (language IN ('en', 'zh')),
            CONSTRAINT ck_customer_known_tier CHECK (tier BETWEEN 0 AND 2),
            CONSTRAINT ck_customer_known_income_notice CHECK (income_notice IN ('daily', 'weekly', 'off')),
            CONSTRAINT ck_customer_pin_failures_counted CHECK (pin_failures >= 0)
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_customer_username ON customer (lower(username)) WHERE username IS NOT NULL")
    op.execute(
        """
        CREATE TABLE outflow (
            customer_id bigint NOT NULL,
            year integer NOT NULL,
            amount bigint NOT NULL,
            CONSTRAINT pk_outflow PRIMARY KEY (customer_id, year),
            CONSTRAINT ck_outflow_not_negative CHECK (amount >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE operator_role (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_operator_role PRIMARY KEY,
            customer_id bigint NOT NULL,
            role varchar NOT NULL,
            granted_by varchar NOT NULL,
            granted_at timestamptz NOT NULL,
            revoked_by varchar,
            revoked_at timestamptz,
            CONSTRAINT ck_operator_role_known_role CHECK (
                role IN ('support', 'credit_officer', 'treasurer', 'marketing', 'auditor', 'administrator')
            ),
            CONSTRAINT ck_operator_role_revoked_by_somebody CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX ix_operator_role_customer_id_role ON operator_role (customer_id, role)"
        " WHERE revoked_at IS NULL"
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
