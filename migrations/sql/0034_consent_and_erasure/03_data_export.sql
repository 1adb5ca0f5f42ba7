-- Who asked for all that is held on them, and until when it is sent. The file itself is kept nowhere.
CREATE TABLE data_export (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_data_export PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_data_export_key UNIQUE,
    customer_id bigint NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    language varchar NOT NULL
);

CREATE INDEX ix_data_export_customer_id ON data_export (customer_id, id);
CREATE INDEX ix_data_export_expires_at ON data_export (expires_at);
