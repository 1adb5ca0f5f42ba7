CREATE TABLE topic_count (
    on_date date NOT NULL,
    topic varchar NOT NULL,
    asked integer NOT NULL DEFAULT 0,
    unsure integer NOT NULL DEFAULT 0,
    not_helped integer NOT NULL DEFAULT 0,
    handed_over integer NOT NULL DEFAULT 0,
    CONSTRAINT pk_topic_count PRIMARY KEY (on_date, topic)
);
