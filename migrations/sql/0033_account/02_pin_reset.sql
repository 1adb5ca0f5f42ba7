-- How somebody shows who they are without the PIN: a code, kept as a hash, or somebody whom they have named.
CREATE TABLE recovery_code (
    customer_id bigint CONSTRAINT pk_recovery_code PRIMARY KEY,
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    hidden_at timestamptz
);

CREATE TABLE named_contact (
    customer_id bigint CONSTRAINT pk_named_contact PRIMARY KEY,
    contact_id bigint NOT NULL,
    named_at timestamptz NOT NULL,
    agreed_at timestamptz,
    CONSTRAINT ck_named_contact_another CHECK (contact_id <> customer_id)
);

CREATE INDEX ix_named_contact_contact_id ON named_contact (contact_id);

CREATE TABLE pin_reset (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_pin_reset PRIMARY KEY,
    customer_id bigint NOT NULL,
    proof varchar NOT NULL,
    digits_sealed bytea,
    contact_id bigint,
    wrong integer NOT NULL,
    state varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    proved_at timestamptz,
    approved_at timestamptz,
    old_pin_sealed bytea,
    set_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT ck_pin_reset_known_proof CHECK (proof IN ('selfie', 'code', 'contact')),
    CONSTRAINT ck_pin_reset_known_state
        CHECK (state IN ('asked', 'proved', 'approved', 'set', 'stopped', 'refused', 'expired')),
    CONSTRAINT ck_pin_reset_proved CHECK (state NOT IN ('proved', 'approved', 'set') OR proved_at IS NOT NULL),
    CONSTRAINT ck_pin_reset_approved CHECK (state NOT IN ('approved', 'set') OR approved_at IS NOT NULL),
    CONSTRAINT ck_pin_reset_set CHECK (state <> 'set' OR (set_at IS NOT NULL AND old_pin_sealed IS NOT NULL))
);

CREATE UNIQUE INDEX ix_pin_reset_open ON pin_reset (customer_id) WHERE state IN ('asked', 'proved', 'approved');
CREATE INDEX ix_pin_reset_customer_id ON pin_reset (customer_id, id);
