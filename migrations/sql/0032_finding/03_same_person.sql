CREATE TABLE same_person (
    customer_id bigint NOT NULL,
    other_id bigint NOT NULL,
    said_by varchar NOT NULL,
    said_at timestamptz NOT NULL,
    CONSTRAINT pk_same_person PRIMARY KEY (customer_id, other_id),
    CONSTRAINT ck_same_person_in_order CHECK (customer_id < other_id)
);

CREATE INDEX ix_same_person_other_id ON same_person (other_id);
