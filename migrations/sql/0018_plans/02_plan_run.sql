CREATE TABLE plan_run (
    plan_id bigint NOT NULL,
    due_on date NOT NULL,
    ran_on date NOT NULL,
    amount bigint NOT NULL,
    reference varchar,
    missing varchar,
    CONSTRAINT pk_plan_run PRIMARY KEY (plan_id, due_on),
    CONSTRAINT ck_plan_run_positive CHECK (amount > 0),
    CONSTRAINT ck_plan_run_not_before_its_day CHECK (ran_on >= due_on),
    CONSTRAINT ck_plan_run_done_or_missed CHECK ((reference IS NULL) = (missing IS NOT NULL))
);
