-- Beside each row that decides about money and power: a digest of what the service wrote of it. `susu verify` compares.
CREATE TABLE row_guard (
    of_table varchar NOT NULL,
    row_key varchar NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT pk_row_guard PRIMARY KEY (of_table, row_key)
);
