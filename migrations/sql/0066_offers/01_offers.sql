-- A picture of an offer, as the render process made it; the same picture is kept once.
CREATE TABLE offer_picture (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_offer_picture PRIMARY KEY,
    sha256 varchar NOT NULL,
    content bytea NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT uq_offer_picture_sha256 UNIQUE (sha256)
);

-- What is said to people, in every language.
CREATE TABLE offer (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_offer PRIMARY KEY,
    token varchar NOT NULL,
    name varchar NOT NULL,
    kind varchar NOT NULL,
    topic varchar,
    product varchar,
    buttons jsonb NOT NULL,
    picture_id bigint CONSTRAINT fk_offer_picture_id REFERENCES offer_picture (id),
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT uq_offer_token UNIQUE (token),
    CONSTRAINT ck_offer_known_kind CHECK (kind IN ('offer', 'service')),
    CONSTRAINT ck_offer_about_a_topic CHECK ((kind = 'offer') = (topic IS NOT NULL)),
    CONSTRAINT ck_offer_service_sells_nothing CHECK (kind = 'offer' OR (product IS NULL AND buttons = '[]'))
);

-- One text of an offer in one language.
CREATE TABLE offer_text (
    offer_id bigint NOT NULL CONSTRAINT fk_offer_text_offer_id REFERENCES offer (id),
    variant integer NOT NULL,
    language varchar NOT NULL,
    html varchar NOT NULL,
    picture_words varchar,
    CONSTRAINT pk_offer_text PRIMARY KEY (offer_id, variant, language),
    CONSTRAINT ck_offer_text_four_at_most CHECK (variant BETWEEN 0 AND 3)
);

-- An offer on its way to an audience. How far it is stands in its run, once it has started.
CREATE TABLE broadcast (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_broadcast PRIMARY KEY,
    token varchar NOT NULL,
    offer_id bigint NOT NULL CONSTRAINT fk_broadcast_offer_id REFERENCES offer (id),
    audience_id bigint,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    first_hour integer NOT NULL,
    until_hour integer NOT NULL,
    rate integer NOT NULL,
    is_paid boolean NOT NULL,
    stars_most integer NOT NULL,
    held_out_percent integer NOT NULL,
    measure varchar NOT NULL,
    window_days integer NOT NULL,
    state varchar NOT NULL,
    bound jsonb,
    approval_id bigint,
    why varchar,
    copied_from bigint,
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT uq_broadcast_token UNIQUE (token),
    CONSTRAINT ck_broadcast_known_state CHECK (
        state IN ('draft', 'approved', 'scheduled', 'started', 'cancelled', 'missed')
    ),
    CONSTRAINT ck_broadcast_known_measure CHECK (measure IN ('contracts', 'taps')),
    CONSTRAINT ck_broadcast_starts_before_its_end CHECK (starts_at < ends_at),
    CONSTRAINT ck_broadcast_offers_hours CHECK (first_hour BETWEEN 9 AND 19 AND until_hour BETWEEN 10 AND 20),
    CONSTRAINT ck_broadcast_hours_in_order CHECK (first_hour < until_hour),
    CONSTRAINT ck_broadcast_rate_bounded CHECK (rate BETWEEN 1 AND 1000),
    CONSTRAINT ck_broadcast_paid_beyond_free CHECK (
        stars_most >= 0 AND (is_paid OR (stars_most = 0 AND rate <= 30))
    ),
    CONSTRAINT ck_broadcast_held_out_bounded CHECK (held_out_percent BETWEEN 0 AND 50),
    CONSTRAINT ck_broadcast_window_bounded CHECK (window_days BETWEEN 1 AND 30),
    CONSTRAINT ck_broadcast_approved_as_bound CHECK (
        (bound IS NOT NULL AND approval_id IS NOT NULL) OR state NOT IN ('approved', 'scheduled', 'started')
    )
);

CREATE INDEX ix_broadcast_offer_id ON broadcast (offer_id);
CREATE INDEX ix_broadcast_state_starts_at ON broadcast (state, starts_at);

-- What a broadcast says in one language, whole, as it was put up for approval.
CREATE TABLE broadcast_message (
    broadcast_id bigint NOT NULL CONSTRAINT fk_broadcast_message_broadcast_id REFERENCES broadcast (id),
    variant integer NOT NULL,
    language varchar NOT NULL,
    html varchar NOT NULL,
    buttons jsonb NOT NULL,
    CONSTRAINT pk_broadcast_message PRIMARY KEY (broadcast_id, variant, language)
);

-- Somebody tapped a way of an offer. Append-only.
CREATE TABLE offer_tap (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_offer_tap PRIMARY KEY,
    broadcast_id bigint NOT NULL CONSTRAINT fk_offer_tap_broadcast_id REFERENCES broadcast (id),
    customer_id bigint NOT NULL,
    at timestamptz NOT NULL,
    variant integer NOT NULL,
    way varchar NOT NULL
);

CREATE INDEX ix_offer_tap_customer_id ON offer_tap (customer_id, at);
CREATE INDEX ix_offer_tap_broadcast_id ON offer_tap (broadcast_id);
