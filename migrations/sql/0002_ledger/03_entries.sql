CREATE SEQUENCE entry_id_seq;

CREATE TABLE entry (
    id bigint CONSTRAINT pk_entry PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_entry_key UNIQUE,
    kind varchar NOT NULL,
    business_date date NOT NULL,
    value_on date,
    about_on date,
    posted_at timestamptz NOT NULL,
    actor varchar NOT NULL,
    about jsonb NOT NULL,
    reverses bigint CONSTRAINT fk_entry_reverses REFERENCES entry (id),
    reference varchar NOT NULL CONSTRAINT uq_entry_reference UNIQUE,
    content_hash bytea NOT NULL,
    CONSTRAINT ck_entry_kind_word CHECK (kind ~ '^[a-z][a-z0-9_.]*$'),
    CONSTRAINT ck_entry_key_line CHECK (key ~ '^[^[:cntrl:]]+$' AND length(key) <= 200),
    CONSTRAINT ck_entry_about_object CHECK (jsonb_typeof(about) = 'object'),
    CONSTRAINT ck_entry_reverses_earlier CHECK (reverses < id)
);

CREATE UNIQUE INDEX uq_entry_reverses ON entry (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ix_entry_business_date ON entry (business_date);

CREATE TABLE transfer (
    entry_id bigint NOT NULL,
    position integer NOT NULL,
    debit_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT pk_transfer PRIMARY KEY (entry_id, position),
    CONSTRAINT ck_transfer_amount_positive CHECK (amount > 0),
    CONSTRAINT ck_transfer_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT ck_transfer_one_book CHECK (debit_id >> 40 = credit_id >> 40)
);

CREATE INDEX ix_transfer_debit_id_entry_id ON transfer (debit_id, entry_id);
CREATE INDEX ix_transfer_credit_id_entry_id ON transfer (credit_id, entry_id);
