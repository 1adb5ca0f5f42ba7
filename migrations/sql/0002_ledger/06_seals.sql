CREATE TABLE seal (
    business_date date CONSTRAINT pk_seal PRIMARY KEY,
    entries bigint NOT NULL,
    previous bytea NOT NULL,
    head bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
