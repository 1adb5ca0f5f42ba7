CREATE TABLE fund_income (
    fund_id bigint NOT NULL,
    on_date date NOT NULL,
    rate numeric NOT NULL,
    source varchar NOT NULL,
    published_at timestamptz NOT NULL,
    units bigint,
    income bigint,
    paid_on date,
    corrected_by bigint,
    CONSTRAINT pk_fund_income PRIMARY KEY (fund_id, on_date),
    CONSTRAINT ck_fund_income_opened_whole CHECK ((units IS NULL) = (income IS NULL)),
    CONSTRAINT ck_fund_income_opened_before_paid CHECK (paid_on IS NULL OR units IS NOT NULL)
);
