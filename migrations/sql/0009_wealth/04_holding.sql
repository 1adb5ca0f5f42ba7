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
) WITH (fillfactor = 70);

CREATE INDEX ix_holding_sweep ON holding (customer_id) WHERE sweep_floor IS NOT NULL;
CREATE INDEX ix_holding_owed ON holding (fund_id, customer_id) WHERE owed > 0;
