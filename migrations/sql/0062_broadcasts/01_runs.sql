-- A broadcast that goes out: its id is the broadcast's. Instants are business time, but for next_slot_at.
CREATE TABLE broadcast_run (
    id bigint NOT NULL CONSTRAINT pk_broadcast_run PRIMARY KEY,
    kind varchar NOT NULL,
    topic varchar,
    is_credit boolean NOT NULL,
    product_line varchar,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    rate integer NOT NULL,
    is_paid boolean NOT NULL,
    stars_at_most integer NOT NULL,
    holdout integer NOT NULL,
    global_holdout integer NOT NULL,
    variants integer NOT NULL,
    maker_id bigint NOT NULL,
    checker_id bigint NOT NULL,
    state varchar NOT NULL,
    paused_why varchar,
    frozen_to bigint NOT NULL,
    frozen_at timestamptz,
    fed_to bigint NOT NULL,
    go_on_at timestamptz,
    next_slot_at timestamptz,
    idle_until timestamptz,
    moved_at timestamptz,
    watched_from timestamptz,
    watched_sent integer NOT NULL,
    recent varchar NOT NULL,
    home varchar NOT NULL,
    ended_at timestamptz,
    recall varchar,
    recalled_to bigint NOT NULL,
    CONSTRAINT ck_broadcast_run_known_kind CHECK (kind IN ('offer', 'service', 'safety')),
    CONSTRAINT ck_broadcast_run_offers_have_a_topic CHECK ((kind = 'offer') = (topic IS NOT NULL)),
    CONSTRAINT ck_broadcast_run_only_offers_sell CHECK (kind = 'offer' OR (NOT is_credit AND product_line IS NULL)),
    CONSTRAINT ck_broadcast_run_ends_later CHECK (ends_at > starts_at),
    CONSTRAINT ck_broadcast_run_rate_bounded CHECK (rate BETWEEN 1 AND 1000),
    CONSTRAINT ck_broadcast_run_stars_not_negative CHECK (stars_at_most >= 0),
    CONSTRAINT ck_broadcast_run_holdout_bounded CHECK (
        holdout BETWEEN 0 AND 5000 AND global_holdout BETWEEN 0 AND 5000
    ),
    CONSTRAINT ck_broadcast_run_variants_bounded CHECK (variants BETWEEN 1 AND 4),
    CONSTRAINT ck_broadcast_run_two_people CHECK (maker_id <> checker_id),
    CONSTRAINT ck_broadcast_run_known_state CHECK (
        state IN ('freezing', 'sending', 'paused', 'finished', 'cancelled', 'missed')
    ),
    CONSTRAINT ck_broadcast_run_paused_for_a_reason CHECK ((state = 'paused') = (paused_why IS NOT NULL)),
    CONSTRAINT ck_broadcast_run_over CHECK (
        (state IN ('finished', 'cancelled', 'missed')) = (ended_at IS NOT NULL)
    ),
    CONSTRAINT ck_broadcast_run_recalled CHECK (recall IN ('running', 'done'))
);

CREATE INDEX ix_broadcast_run_ends_at ON broadcast_run (ends_at);

-- What it says, once for each language and variant.
CREATE TABLE broadcast_content (
    run_id bigint NOT NULL,
    variant integer NOT NULL,
    language varchar NOT NULL,
    text varchar NOT NULL,
    picture varchar,
    buttons jsonb NOT NULL,
    CONSTRAINT pk_broadcast_content PRIMARY KEY (run_id, variant, language),
    CONSTRAINT ck_broadcast_content_variant_bounded CHECK (variant BETWEEN 0 AND 3)
);

-- A picture by the hash of its bytes; Telegram's name for it, once it was uploaded.
CREATE TABLE broadcast_picture (
    hash varchar NOT NULL CONSTRAINT pk_broadcast_picture PRIMARY KEY,
    content bytea NOT NULL,
    file_id varchar,
    uploading_until timestamptz
);

-- How many recipients are in which state. Blocks keep those who count at the same time apart; the sum is what counts.
CREATE TABLE broadcast_count (
    run_id bigint NOT NULL,
    block integer NOT NULL,
    variant integer NOT NULL,
    state varchar NOT NULL,
    reason varchar NOT NULL,
    people integer NOT NULL,
    CONSTRAINT pk_broadcast_count PRIMARY KEY (run_id, block, variant, state, reason)
);

-- Who wanted no more offers, or blocked the bot, within an hour of the message.
CREATE TABLE broadcast_leaving (
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    why varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_broadcast_leaving PRIMARY KEY (run_id, customer_id),
    CONSTRAINT ck_broadcast_leaving_known_why CHECK (why IN ('opt_out', 'block'))
);

CREATE INDEX ix_broadcast_leaving_customer_id ON broadcast_leaving (customer_id);

-- The business instant at which a notice was put on the wire: offers are counted from it.
ALTER TABLE outbox ADD COLUMN wired_at timestamptz;
