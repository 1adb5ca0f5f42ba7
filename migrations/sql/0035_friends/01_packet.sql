-- Money among friends. A red packet: its money lies in account 2020 until it is opened, or its day is over.
CREATE TABLE packet (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_packet PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_packet_token UNIQUE,
    sender_id bigint NOT NULL,
    total bigint NOT NULL,
    asset varchar NOT NULL,
    shares integer NOT NULL,
    opened integer NOT NULL,
    kind varchar NOT NULL,
    audience varchar NOT NULL,
    words_sealed bytea,
    seed_sealed bytea NOT NULL,
    commitment varchar NOT NULL,
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    sent_in integer NOT NULL,
    ends_at timestamptz NOT NULL,
    over_at timestamptz,
    settled_at timestamptz,
    CONSTRAINT ck_packet_positive CHECK (total > 0),
    CONSTRAINT ck_packet_shares_bounded CHECK (shares BETWEEN 1 AND 100),
    CONSTRAINT ck_packet_opened_bounded CHECK (opened BETWEEN 0 AND shares),
    CONSTRAINT ck_packet_known_kind CHECK (kind IN ('equal', 'lucky')),
    CONSTRAINT ck_packet_known_audience CHECK (audience IN ('anybody', 'place', 'named')),
    CONSTRAINT ck_packet_known_state CHECK (state IN ('open', 'opened', 'expired')),
    CONSTRAINT ck_packet_in_order CHECK (made_at < ends_at),
    CONSTRAINT ck_packet_over CHECK ((state = 'open') = (over_at IS NULL)),
    CONSTRAINT ck_packet_settled_after CHECK (state <> 'open' OR settled_at IS NULL)
);

CREATE INDEX ix_packet_ends_at ON packet (ends_at) WHERE settled_at IS NULL;
CREATE INDEX ix_packet_sender_id ON packet (sender_id, id);
