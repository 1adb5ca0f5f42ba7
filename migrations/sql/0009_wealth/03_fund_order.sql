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
);

CREATE INDEX ix_fund_order_confirm_on ON fund_order (confirm_on, id) WHERE settled_on IS NULL;
CREATE INDEX ix_fund_order_leaving ON fund_order (fund_id, customer_id) WHERE kind = 'redemption';
CREATE INDEX ix_fund_order_customer_id ON fund_order (customer_id, id);
CREATE INDEX ix_fund_order_ordered_on ON fund_order (fund_id, ordered_on) WHERE kind = 'subscription';
