-- Who somebody is: a document and a selfie, looked at by an operator. Everything that names them is encrypted.
CREATE TABLE identity_check (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_identity_check PRIMARY KEY,
    customer_id bigint NOT NULL,
    kind varchar NOT NULL,
    number_sealed bytea NOT NULL,
    number_hash bytea NOT NULL,
    expires_on date NOT NULL,
    state varchar NOT NULL,
    submitted_at timestamptz NOT NULL,
    decided_by bigint,
    decided_at timestamptz,
    reason varchar,
    asked_again_at timestamptz,
    CONSTRAINT ck_identity_check_known_kind CHECK (kind IN ('passport', 'national_id', 'residence_permit')),
    CONSTRAINT ck_identity_check_known_state CHECK (state IN ('submitted', 'approved', 'refused')),
    CONSTRAINT ck_identity_check_decided CHECK ((state = 'submitted') = (decided_at IS NULL)),
    CONSTRAINT ck_identity_check_by_another CHECK (decided_by IS NULL OR decided_by <> customer_id),
    CONSTRAINT ck_identity_check_reason CHECK ((state = 'refused') = (reason IS NOT NULL))
);

CREATE UNIQUE INDEX ix_identity_check_open ON identity_check (customer_id) WHERE state = 'submitted';
CREATE INDEX ix_identity_check_customer_id ON identity_check (customer_id, id);
CREATE INDEX ix_identity_check_number_hash ON identity_check (number_hash);
CREATE INDEX ix_identity_check_expires_on ON identity_check (expires_on)
    WHERE state = 'approved' AND asked_again_at IS NULL;

CREATE TABLE identity_picture (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_identity_picture PRIMARY KEY,
    customer_id bigint NOT NULL,
    purpose varchar NOT NULL,
    token varchar NOT NULL CONSTRAINT uq_identity_picture_token UNIQUE,
    check_id bigint,
    reset_id bigint,
    taken_at timestamptz NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT ck_identity_picture_known_purpose CHECK (purpose IN ('document', 'selfie', 'reset'))
);

CREATE INDEX ix_identity_picture_customer_id ON identity_picture (customer_id, id);
CREATE INDEX ix_identity_picture_loose ON identity_picture (taken_at) WHERE check_id IS NULL AND reset_id IS NULL;
