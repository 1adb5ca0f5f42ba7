CREATE TABLE schedule_version (
    loan_id bigint NOT NULL,
    version integer NOT NULL,
    from_on date NOT NULL,
    reason varchar NOT NULL,
    lines jsonb NOT NULL,
    CONSTRAINT pk_schedule_version PRIMARY KEY (loan_id, version)
);
