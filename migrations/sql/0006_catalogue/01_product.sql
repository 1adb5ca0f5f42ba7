CREATE TABLE product (
    code varchar NOT NULL,
    version integer NOT NULL,
    line varchar NOT NULL,
    terms jsonb NOT NULL,
    valid_from date NOT NULL,
    applied_at timestamptz NOT NULL,
    CONSTRAINT pk_product PRIMARY KEY (code, version)
);

REVOKE UPDATE, DELETE ON product FROM susu_app;
