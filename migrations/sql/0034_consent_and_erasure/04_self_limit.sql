-- A limit of one's own that is raised or lifted waits a week: until `next_on` the old one holds.
ALTER TABLE self_limit ADD COLUMN next_limit bigint, ADD COLUMN next_on date;
ALTER TABLE self_limit
    ADD CONSTRAINT ck_self_limit_next_positive CHECK (next_limit > 0),
    ADD CONSTRAINT ck_self_limit_next_has_a_day CHECK (next_on IS NOT NULL OR next_limit IS NULL);

-- What somebody had set who was erased, by keyed hashes of their phone and papers: it holds when they join anew.
CREATE TABLE kept_self_limit (
    person_hash bytea NOT NULL CONSTRAINT pk_kept_self_limit PRIMARY KEY,
    no_lending_until date,
    own_limit bigint,
    next_limit bigint,
    next_on date,
    no_loans boolean NOT NULL,
    kept_on date NOT NULL
);
