"""Funds at an unknown price: orders, prices, dividends, lots; suitability and what each sale showed."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FUNDS = [
    """
    CREATE TABLE nav_fund (
        id bigint NOT NULL CONSTRAINT pk_nav_fund PRIMARY KEY,
        code varchar NOT NULL CONSTRAINT uq_nav_fund_code UNIQUE,
        asset varchar NOT NULL,
        unit_asset varchar NOT NULL,
        opened_on date NOT NULL,
        valued_on date,
        valued_nav numeric
    )
    """,
    """
    CREATE TABLE nav_price (
        fund_id bigint NOT NULL,
        on_date date NOT NULL,
        version integer NOT NULL,
        nav numeric NOT NULL,
        source varchar NOT NULL,
        published_at timestamptz NOT NULL,
        CONSTRAINT pk_nav_price PRIMARY KEY (fund_id, on_date, version),
        CONSTRAINT ck_nav_price_positive CHECK (nav > 0)
    )
    """,
    """
    CREATE TABLE nav_holding (
        fund_id bigint NOT NULL,
        customer_id bigint NOT NULL,
        signed_at timestamptz NOT NULL,
        product_version integer NOT NULL,
        dividends varchar NOT NULL,
        CONSTRAINT pk_nav_holding PRIMARY KEY (fund_id, customer_id),
        CONSTRAINT ck_nav_holding_known_choice CHECK (dividends IN ('cash', 'units'))
    )
    """,
    """
    CREATE TABLE nav_dividend (
        fund_id bigint NOT NULL,
        ex_on date NOT NULL,
        per_unit numeric NOT NULL,
        declared_by varchar NOT NULL,
        declared_at timestamptz NOT NULL,
        paid_on date,
        CONSTRAINT pk_nav_dividend PRIMARY KEY (fund_id, ex_on),
        CONSTRAINT ck_nav_dividend_positive CHECK (per_unit > 0)
    )
    """,
    """
    CREATE TABLE nav_suspension (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_nav_suspension PRIMARY KEY,
        fund_id bigint NOT NULL,
        from_at timestamptz NOT NULL,
        until_at timestamptz,
        reason varchar NOT NULL,
        suspended_by varchar NOT NULL,
        lifted_by varchar,
        CONSTRAINT ck_nav_suspension_ends_later CHECK (until_at >= from_at),
        CONSTRAINT ck_nav_suspension_lifted_by_somebody CHECK ((until_at IS NULL) = (lifted_by IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX ix_nav_suspension_fund_id ON nav_suspension (fund_id) WHERE until_at IS NULL",
]

ORDERS = [
    """
    CREATE TABLE nav_order (
        id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000000000000) CONSTRAINT pk_nav_order PRIMARY KEY,
        key varchar NOT NULL CONSTRAINT uq_nav_order_key UNIQUE,
        fund_id bigint NOT NULL,
        to_fund_id bigint,
        customer_id bigint NOT NULL,
        kind varchar NOT NULL,
        amount bigint NOT NULL,
        product_version integer NOT NULL,
        state varchar NOT NULL,
        ordered_at timestamptz NOT NULL,
        ordered_on date NOT NULL,
        priced_on date NOT NULL,
        confirm_on date NOT NULL,
        pays_on date,
        nav numeric,
        to_nav numeric,
        fee bigint NOT NULL DEFAULT 0,
        to_fee bigint NOT NULL DEFAULT 0,
        net bigint NOT NULL DEFAULT 0,
        units_in bigint NOT NULL DEFAULT 0,
        confirmed_on date,
        paid_on date,
        cancelled_on date,
        entry_id bigint,
        paid_entry_id bigint,
        CONSTRAINT ck_nav_order_positive CHECK (amount > 0),
        CONSTRAINT ck_nav_order_known_kind CHECK (kind IN ('subscription', 'redemption', 'switch', 'dividend')),
        CONSTRAINT ck_nav_order_known_state CHECK (state IN ('pending', 'confirmed', 'paid', 'cancelled')),
        CONSTRAINT ck_nav_order_switched_somewhere CHECK ((kind = 'switch') = (to_fund_id IS NOT NULL)),
        CONSTRAINT ck_nav_order_priced_when_confirmed
            CHECK (kind = 'dividend' OR (state IN ('confirmed', 'paid')) = (nav IS NOT NULL)),
        CONSTRAINT ck_nav_order_pending_open
            CHECK ((state = 'pending') = (confirmed_on IS NULL AND cancelled_on IS NULL)),
        CONSTRAINT ck_nav_order_not_negative CHECK (fee >= 0 AND to_fee >= 0 AND net >= 0 AND units_in >= 0)
    )
    """,
    "CREATE INDEX ix_nav_order_priced_on ON nav_order (fund_id, priced_on, id) WHERE state = 'pending'",
    "CREATE INDEX ix_nav_order_pays_on ON nav_order (pays_on, id) WHERE state = 'confirmed'",
    "CREATE INDEX ix_nav_order_customer_id ON nav_order (customer_id, id)",
    """
    CREATE TABLE nav_lot (
        order_id bigint NOT NULL CONSTRAINT pk_nav_lot PRIMARY KEY,
        fund_id bigint NOT NULL,
        customer_id bigint NOT NULL,
        since date NOT NULL,
        units bigint NOT NULL,
        units_left bigint NOT NULL,
        CONSTRAINT ck_nav_lot_left_within CHECK (units_left BETWEEN 0 AND units)
    )
    """,
    "CREATE INDEX ix_nav_lot_customer_id ON nav_lot (customer_id, fund_id, since, order_id)",
    """
    CREATE TABLE nav_lot_use (
        order_id bigint NOT NULL,
        lot_id bigint NOT NULL,
        units bigint NOT NULL,
        CONSTRAINT pk_nav_lot_use PRIMARY KEY (order_id, lot_id),
        CONSTRAINT ck_nav_lot_use_positive CHECK (units > 0)
    )
    """,
]

SUITABILITY = [
    """
    CREATE TABLE assessment (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_assessment PRIMARY KEY,
        customer_id bigint NOT NULL,
        questionnaire varchar NOT NULL,
        answers jsonb NOT NULL,
        score integer NOT NULL,
        risk_class integer NOT NULL,
        taken_at timestamptz NOT NULL,
        taken_on date NOT NULL,
        valid_until date NOT NULL,
        CONSTRAINT ck_assessment_known_class CHECK (risk_class BETWEEN 1 AND 5)
    )
    """,
    "CREATE INDEX ix_assessment_customer_id ON assessment (customer_id, id)",
    """
    CREATE TABLE disclosure (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_disclosure PRIMARY KEY,
        key varchar NOT NULL CONSTRAINT uq_disclosure_key UNIQUE,
        customer_id bigint NOT NULL,
        product varchar NOT NULL,
        product_version integer NOT NULL,
        risk varchar NOT NULL,
        assessment_id bigint,
        language varchar NOT NULL,
        text varchar NOT NULL,
        text_hash varchar NOT NULL,
        figures jsonb NOT NULL,
        confirmed_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_disclosure_customer_id ON disclosure (customer_id, id)",
]


def upgrade() -> None:
    for statement in (*FUNDS, *ORDERS, *SUITABILITY):
        op.execute(statement)
    op.execute(
        "REVOKE DELETE ON nav_fund, nav_holding, nav_dividend, nav_suspension, nav_order, nav_lot, nav_lot_use"
        " FROM susu_app"
    )
    op.execute("REVOKE UPDATE, DELETE ON nav_price, assessment, disclosure FROM susu_app")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
