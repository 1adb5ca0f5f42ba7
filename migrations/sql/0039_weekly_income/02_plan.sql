-- What a plan does shortly before a loan's due day, where money would be short for it then: it warns, or it is left out.
ALTER TABLE plan ADD COLUMN near_due varchar NOT NULL DEFAULT 'warn';
ALTER TABLE plan ADD CONSTRAINT ck_plan_known_near_due CHECK (near_due IN ('warn', 'skip'));
ALTER TABLE plan ALTER COLUMN near_due DROP DEFAULT;
