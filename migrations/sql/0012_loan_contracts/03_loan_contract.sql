CREATE TABLE loan_contract (
    loan_id bigint NOT NULL CONSTRAINT pk_loan_contract PRIMARY KEY,
    language varchar NOT NULL,
    sealed bytea NOT NULL,
    sha256 varchar NOT NULL,
    signed_on date NOT NULL
);

REVOKE UPDATE, DELETE ON loan_contract FROM susu_app;
