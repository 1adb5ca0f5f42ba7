CREATE TABLE arrears (
    loan_id bigint NOT NULL,
    from_on date NOT NULL,
    since date,
    CONSTRAINT pk_arrears PRIMARY KEY (loan_id, from_on)
);

REVOKE UPDATE, DELETE ON schedule_version, arrears FROM susu_app;
