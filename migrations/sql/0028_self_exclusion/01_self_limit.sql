-- What people have set for themselves about borrowing, choice by choice: the latest one counts.
CREATE TABLE self_limit (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_self_limit PRIMARY KEY,
    customer_id bigint NOT NULL,
    made_at timestamptz NOT NULL,
    made_on date NOT NULL,
    no_lending_until date,
    own_limit bigint,
    own_limit_on date,
    CONSTRAINT ck_self_limit_positive CHECK (own_limit > 0),
    CONSTRAINT ck_self_limit_own_limit_has_a_day CHECK ((own_limit IS NULL) = (own_limit_on IS NULL))
);

CREATE INDEX ix_self_limit_customer_id ON self_limit (customer_id, id);
