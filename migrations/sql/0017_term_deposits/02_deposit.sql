-- Room on each page keeps the night's update on it, and its indexes untouched.
CREATE TABLE deposit (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_deposit PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_deposit_key UNIQUE,
    customer_id bigint NOT NULL,
    product varchar NOT NULL,
    product_version integer NOT NULL,
    asset varchar NOT NULL,
    placed bigint NOT NULL,
    principal bigint NOT NULL,
    days integer NOT NULL,
    annual_rate numeric NOT NULL,
    demand_rate numeric NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_on date NOT NULL,
    matures_on date NOT NULL,
    accrued bigint NOT NULL DEFAULT 0,
    accrued_to date NOT NULL,
    rollover varchar NOT NULL,
    state varchar NOT NULL,
    part_taken_on date,
    paid_interest bigint NOT NULL DEFAULT 0,
    ended_on date,
    rolled_from bigint,
    CONSTRAINT ck_deposit_positive CHECK (placed > 0 AND principal > 0 AND days > 0),
    CONSTRAINT ck_deposit_part_within CHECK (principal <= placed),
    CONSTRAINT ck_deposit_part_once CHECK ((principal < placed) = (part_taken_on IS NOT NULL)),
    CONSTRAINT ck_deposit_matures_after_its_days CHECK (matures_on = opened_on + days),
    CONSTRAINT ck_deposit_accrued CHECK (accrued >= 0 AND accrued_to >= opened_on),
    CONSTRAINT ck_deposit_known_rollover CHECK (rollover IN ('out', 'principal', 'all')),
    CONSTRAINT ck_deposit_known_state CHECK (state IN ('active', 'paid', 'rolled', 'broken')),
    CONSTRAINT ck_deposit_ended CHECK ((state = 'active') = (ended_on IS NULL))
) WITH (fillfactor = 85);

CREATE INDEX ix_deposit_customer_id ON deposit (customer_id, id);
CREATE INDEX ix_deposit_matures_on ON deposit (matures_on, id) WHERE state = 'active';
REVOKE DELETE ON deposit FROM susu_app;
