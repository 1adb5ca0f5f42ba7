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
);

CREATE INDEX ix_nav_order_priced_on ON nav_order (fund_id, priced_on, id) WHERE state = 'pending';
CREATE INDEX ix_nav_order_pays_on ON nav_order (pays_on, id) WHERE state = 'confirmed';
CREATE INDEX ix_nav_order_customer_id ON nav_order (customer_id, id);

CREATE TABLE nav_lot (
    order_id bigint NOT NULL CONSTRAINT pk_nav_lot PRIMARY KEY,
    fund_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    since date NOT NULL,
    units bigint NOT NULL,
    units_left bigint NOT NULL,
    CONSTRAINT ck_nav_lot_left_within CHECK (units_left BETWEEN 0 AND units)
);

CREATE INDEX ix_nav_lot_customer_id ON nav_lot (customer_id, fund_id, since, order_id);

CREATE TABLE nav_lot_use (
    order_id bigint NOT NULL,
    lot_id bigint NOT NULL,
    units bigint NOT NULL,
    CONSTRAINT pk_nav_lot_use PRIMARY KEY (order_id, lot_id),
    CONSTRAINT ck_nav_lot_use_positive CHECK (units > 0)
);
