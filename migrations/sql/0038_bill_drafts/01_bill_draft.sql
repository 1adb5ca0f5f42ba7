-- A bill that is put together in a group: who bears it taps in, and its organiser asks for it.
CREATE TABLE bill_draft (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bill_draft PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_bill_draft_token UNIQUE,
    organiser_id bigint NOT NULL,
    total bigint NOT NULL,
    asset varchar NOT NULL,
    title_sealed bytea,
    place_id bigint NOT NULL,
    shares_in boolean NOT NULL,
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT ck_bill_draft_positive CHECK (total > 0),
    CONSTRAINT ck_bill_draft_known_state CHECK (state IN ('open', 'asked', 'dropped'))
);

CREATE INDEX ix_bill_draft_organiser_id ON bill_draft (organiser_id, id);

CREATE TABLE bill_draft_person (
    draft_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    nr integer NOT NULL,
    CONSTRAINT pk_bill_draft_person PRIMARY KEY (draft_id, customer_id)
);

CREATE INDEX ix_bill_draft_person_customer_id ON bill_draft_person (customer_id);
