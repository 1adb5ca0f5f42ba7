CREATE TABLE link_guess (
    customer_id bigint CONSTRAINT pk_link_guess PRIMARY KEY,
    since timestamptz NOT NULL,
    misses integer NOT NULL
);
