CREATE TABLE rollup (
    account_id bigint NOT NULL,
    business_date date NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    CONSTRAINT pk_rollup PRIMARY KEY (account_id, business_date)
);

CREATE TABLE rollup_tail (
    account_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    business_date date NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    CONSTRAINT pk_rollup_tail PRIMARY KEY (account_id, entry_id)
);
