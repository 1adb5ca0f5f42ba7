CREATE TABLE outflow (
    customer_id bigint NOT NULL,
    year integer NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT pk_outflow PRIMARY KEY (customer_id, year),
    CONSTRAINT ck_outflow_not_negative CHECK (amount >= 0)
);
