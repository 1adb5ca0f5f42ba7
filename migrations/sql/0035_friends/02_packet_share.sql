CREATE TABLE packet_share (
    packet_id bigint NOT NULL,
    nr integer NOT NULL,
    amount bigint NOT NULL,
    state varchar NOT NULL,
    claimant_id bigint,
    claimed_at timestamptz,
    settled_at timestamptz,
    CONSTRAINT pk_packet_share PRIMARY KEY (packet_id, nr),
    CONSTRAINT ck_packet_share_amount_bounded CHECK (amount BETWEEN 1 AND 20000),
    CONSTRAINT ck_packet_share_known_state CHECK (state IN ('free', 'held', 'paid', 'returned')),
    CONSTRAINT ck_packet_share_claimed_by_somebody CHECK ((claimant_id IS NULL) = (claimed_at IS NULL)),
    CONSTRAINT ck_packet_share_claimant CHECK (state = 'returned' OR (state = 'free') = (claimant_id IS NULL)),
    CONSTRAINT ck_packet_share_settled CHECK ((settled_at IS NULL) = (state IN ('free', 'held')))
);

CREATE INDEX ix_packet_share_claimant_id ON packet_share (claimant_id, claimed_at);
CREATE INDEX ix_packet_share_free ON packet_share (packet_id, nr) WHERE state = 'free';
CREATE INDEX ix_packet_share_held ON packet_share (claimant_id) WHERE state = 'held';
CREATE UNIQUE INDEX ix_packet_share_once ON packet_share (packet_id, claimant_id) WHERE claimant_id IS NOT NULL;
