CREATE TABLE fund (
    id bigint NOT NULL CONSTRAINT pk_fund PRIMARY KEY,
    code varchar NOT NULL CONSTRAINT uq_fund_code UNIQUE,
    asset varchar NOT NULL,
    unit_asset varchar NOT NULL,
    opened_on date NOT NULL,
    carry numeric NOT NULL DEFAULT 0,
    CONSTRAINT ck_fund_carry_below_a_cent CHECK (carry > -0.01 AND carry < 0.01)
);
