-- A tab collects what several people pay on a trip. Settled, it becomes one bill, by which they are even.
CREATE TABLE tab (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tab PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_tab_token UNIQUE,
    organiser_id bigint NOT NULL,
    title_sealed bytea NOT NULL,
    asset varchar NOT NULL,
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    bill_id bigint,
    CONSTRAINT ck_tab_known_state CHECK (state IN ('open', 'settled', 'dropped')),
    CONSTRAINT ck_tab_ended CHECK ((state = 'open') = (ended_at IS NULL)),
    CONSTRAINT ck_tab_settled_by_a_bill CHECK (bill_id IS NULL OR state = 'settled')
);

CREATE TABLE tab_person (
    tab_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    nr integer NOT NULL,
    CONSTRAINT pk_tab_person PRIMARY KEY (tab_id, customer_id)
);

CREATE INDEX ix_tab_person_customer_id ON tab_person (customer_id);

CREATE TABLE tab_item (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tab_item PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_tab_item_key UNIQUE,
    tab_id bigint NOT NULL,
    payer_id bigint NOT NULL,
    amount bigint NOT NULL,
    note_sealed bytea,
    added_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT ck_tab_item_positive CHECK (amount > 0)
);

CREATE INDEX ix_tab_item_tab_id ON tab_item (tab_id);
