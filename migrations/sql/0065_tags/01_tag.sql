-- Names for people that audiences ask by: given by hand, by a file, or by a question that is asked anew each day.
CREATE TABLE tag (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tag PRIMARY KEY,
    name varchar NOT NULL CONSTRAINT uq_tag_name UNIQUE,
    question jsonb,
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL
);
REVOKE DELETE ON tag FROM susu_app;

CREATE TABLE customer_tag (
    tag_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    given varchar NOT NULL,
    tagged_by bigint NOT NULL,
    tagged_at timestamptz NOT NULL,
    CONSTRAINT pk_customer_tag PRIMARY KEY (tag_id, customer_id),
    CONSTRAINT ck_customer_tag_known_given CHECK (given IN ('hand', 'file', 'rule'))
);
REVOKE UPDATE ON customer_tag FROM susu_app;
CREATE INDEX ix_customer_tag_customer_id ON customer_tag (customer_id);
