CREATE TABLE chart (
    code varchar CONSTRAINT pk_chart PRIMARY KEY,
    name varchar NOT NULL,
    kind varchar NOT NULL,
    side varchar NOT NULL,
    owned_by varchar,
    floored boolean NOT NULL,
    client_money boolean NOT NULL,
    CONSTRAINT ck_chart_known_side CHECK (side IN ('debit', 'credit')),
    CONSTRAINT ck_chart_known_kind
        CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense', 'memo', 'register'))
);
