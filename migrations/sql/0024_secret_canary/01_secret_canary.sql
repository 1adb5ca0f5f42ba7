CREATE TABLE secret_canary (
    id integer CONSTRAINT pk_secret_canary PRIMARY KEY,
    sealed bytea NOT NULL,
    CONSTRAINT ck_secret_canary_only_row CHECK (id = 1)
);
