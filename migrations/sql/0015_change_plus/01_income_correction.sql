CREATE TABLE income_correction (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_income_correction PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_income_correction_key UNIQUE,
    fund_id bigint NOT NULL,
    on_date date NOT NULL,
    before numeric NOT NULL,
    rate numeric NOT NULL,
    undoes bigint,
    source varchar NOT NULL,
    ordered_at timestamptz NOT NULL,
    done_on date,
    CONSTRAINT ck_income_correction_changes CHECK (rate <> before)
);

CREATE UNIQUE INDEX uq_income_correction_fund_id ON income_correction (fund_id) WHERE done_on IS NULL;
CREATE INDEX ix_income_correction_fund_id ON income_correction (fund_id, on_date);
REVOKE DELETE ON income_correction FROM susu_app;
