CREATE TABLE contact (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_contact PRIMARY KEY,
    customer_id bigint NOT NULL,
    about varchar NOT NULL,
    channel varchar NOT NULL,
    kind varchar NOT NULL,
    details jsonb NOT NULL,
    at timestamptz NOT NULL,
    local_day date NOT NULL,
    caller_id bigint,
    CONSTRAINT ck_contact_known_channel CHECK (channel IN ('push', 'call')),
    CONSTRAINT ck_contact_somebody_calls CHECK ((channel = 'call') = (caller_id IS NOT NULL))
);

CREATE INDEX ix_contact_customer_id_local_day ON contact (customer_id, local_day);
CREATE INDEX ix_contact_about ON contact (about, id);
REVOKE UPDATE, DELETE ON contact FROM susu_app;
