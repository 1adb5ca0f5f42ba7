ALTER TABLE loan
    ADD COLUMN unit varchar NOT NULL DEFAULT 'month',
    ADD COLUMN every integer NOT NULL DEFAULT 1,
    ADD COLUMN undrawn bigint NOT NULL DEFAULT 0,
    ADD COLUMN draws_left integer NOT NULL DEFAULT 0,
    ADD COLUMN draw_until date,
    ADD CONSTRAINT ck_loan_line_not_negative CHECK (undrawn >= 0 AND draws_left >= 0),
    ADD CONSTRAINT ck_loan_known_unit CHECK (unit IN ('day', 'week', 'month'));

CREATE INDEX ix_loan_undrawn ON loan (id) WHERE undrawn > 0;
