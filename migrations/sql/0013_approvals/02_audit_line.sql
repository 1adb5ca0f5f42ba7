CREATE TABLE audit_line (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audit_line PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id bigint NOT NULL,
    act varchar NOT NULL,
    subject varchar NOT NULL,
    details jsonb NOT NULL
);

CREATE INDEX ix_audit_line_actor_id ON audit_line (actor_id, id);
CREATE INDEX ix_audit_line_subject ON audit_line (subject, id);
CREATE INDEX ix_audit_line_at ON audit_line (at);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_line
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

ALTER TABLE audit_line ENABLE ALWAYS TRIGGER append_only;
REVOKE UPDATE, DELETE ON audit_line FROM susu_app;
