"""Funds, orders, incomes, holdings' carry.

Room on each page of holdings keeps the nightly updates on it, and its index untouched.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE fund (
            id bigint NOT NULL CONSTRAINT pk_fund PRIMARY KEY,
            code varchar NOT NULL CONSTRAINT uq_fund_code UNIQUE,
            asset varchar NOT NULL,
            unit_asset varchar NOT NULL,
            opened_on date NOT NULL,
            carry numeric NOT NULL DEFAULT 0,
            CONSTRAINT ck_fund_carry_below_a_cent CHECK (carry > -0.01 AND carry < 0.01)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE fund_income (
            fund_id bigint NOT NULL,
            on_date date NOT NULL,
            rate numeric NOT NULL,
            source varchar NOT NULL,
            published_at timestamptz NOT NULL,
            units bigint,
            income bigint,
            paid_on date,
            corrected_by bigint,
            CONSTRAINT pk_fund_income PRIMARY KEY (fund_id, on_date),
            CONSTRAINT ck_fund_income_opened_whole CHECK ((units IS NULL) = (income IS NULL)),
            CONSTRAINT ck_fund_income_opened_before_paid CHECK (paid_on IS NULL OR units IS NOT NULL)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE fund_order (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_fund_order PRIMARY KEY,
            key varchar NOT NULL CONSTRAINT uq_fund_order_key UNIQUE,
            fund_id bigint NOT NULL,
            customer_id bigint NOT NULL,
            kind varchar NOT NULL,
            amount bigint NOT NULL,
            cancelled bigint NOT NULL DEFAULT 0,
            state varchar NOT NULL,
            ordered_at timestamptz NOT NULL,
            ordered_on date NOT NULL,
            confirm_on date NOT NULL,
            queued_on date,
            settled_on date,
            CONSTRAINT ck_fund_order_positive CHECK (amount > 0),
            CONSTRAINT ck_fund_order_cancelled_within CHECK (cancelled BETWEEN 0 AND amount),
            CONSTRAINT ck_fund_order_known_kind CHECK (kind IN ('subscription', 'redemption', 'fast')),
            CONSTRAINT ck_fund_order_known_state CHECK (state IN ('pending', 'confirmed', 'cancelled', 'paid')),
            CONSTRAINT ck_fund_order_cancelled_whole CHECK ((state = 'cancelled') = (cancelled = amount)),
            CONSTRAINT ck_fund_order_confirmed_later CHECK (confirm_on > ordered_on),
            CONSTRAINT ck_fund_order_queued CHECK (queued_on IS NULL OR kind = 'redemption' AND queued_on >= confirm_on)
        )
        """
    )
    op.execute("CREATE INDEX ix_fund_order_confirm_on ON fund_order (confirm_on, id) WHERE settled_on IS NULL")
    op.execute("CREATE INDEX ix_fund_order_leaving ON fund_order (fund_id, customer_id) WHERE kind = 'redemption'")
    op.execute("CREATE INDEX ix_fund_order_customer_id ON fund_order (customer_id, id)")
    op.execute("CREATE INDEX ix_fund_order_ordered_on ON fund_order (fund_id, ordered_on) WHERE kind = 'subscription'")
    op.execute(
        """
        CREATE TABLE holding (
            fund_id bigint NOT NULL,
            customer_id bigint NOT NULL,
            signed_at timestamptz NOT NULL,
            product_version integer NOT NULL,
            units_account bigint NOT NULL,
            carried bigint NOT NULL DEFAULT 0,
            earned bigint NOT NULL DEFAULT 0,
            owed bigint NOT NULL DEFAULT 0,
            last_income bigint NOT NULL DEFAULT 0,
            last_on date,
            sweep_floor bigint,
            CONSTRAINT pk_holding PRIMARY KEY (fund_id, customer_id),
            CONSTRAINT ck_holding_carried_below_a_cent CHECK (carried > -1000000 AND carried < 1000000),
            CONSTRAINT ck_holding_owed CHECK (owed >= 0),
            CONSTRAINT ck_holding_sweep_floor CHECK (sweep_floor >= 0)
        ) WITH (fillfactor = 70)
        """
    )
    op.execute("CREATE INDEX ix_holding_sweep ON holding (customer_id) WHERE sweep_floor IS NOT NULL")
    op.execute("CREATE INDEX ix_holding_owed ON holding (fund_id, customer_id) WHERE owed > 0")
    op.execute("REVOKE DELETE ON fund, fund_income, fund_order, holding FROM susu_app")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
