-- The rules of an accumulating circle's cycle; they stay as they were at its start.
CREATE TABLE circle_saving (
    circle_id bigint NOT NULL CONSTRAINT pk_circle_saving PRIMARY KEY,
    share_price bigint NOT NULL,
    most_shares integer NOT NULL,
    social_amount bigint NOT NULL,
    fine_amount bigint NOT NULL,
    loan_rate numeric NOT NULL,
    meetings integer NOT NULL,
    CONSTRAINT ck_circle_saving_positive CHECK (share_price > 0),
    CONSTRAINT ck_circle_saving_most_shares_bounded CHECK (most_shares BETWEEN 1 AND 5),
    CONSTRAINT ck_circle_saving_not_negative CHECK (social_amount >= 0 AND fine_amount >= 0),
    CONSTRAINT ck_circle_saving_loan_rate_bounded CHECK (loan_rate BETWEEN 0 AND 10),
    CONSTRAINT ck_circle_saving_meetings_bounded CHECK (meetings BETWEEN 3 AND 366)
);

-- A member of an accumulating circle that has begun, and what they have saved in its cycle.
CREATE TABLE circle_saver (
    circle_id bigint NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    standing integer NOT NULL,
    shares integer NOT NULL,
    paid bigint NOT NULL,
    paid_out bigint NOT NULL,
    left_at timestamptz,
    CONSTRAINT pk_circle_saver PRIMARY KEY (circle_id, place),
    CONSTRAINT ck_circle_saver_standing_bounded CHECK (standing BETWEEN 0 AND 5),
    CONSTRAINT ck_circle_saver_not_negative CHECK (shares >= 0 AND paid >= 0 AND paid_out >= 0),
    CONSTRAINT ck_circle_saver_left_with_nothing CHECK (left_at IS NULL OR (shares = 0 AND paid = 0 AND standing = 0))
);

CREATE INDEX ix_circle_saver_customer_id ON circle_saver (customer_id, circle_id);
CREATE INDEX ix_circle_saver_standing ON circle_saver (circle_id) WHERE standing > 0;

-- A meeting: open from 09:00 until the secretary closes it, 20:00 at the latest.
CREATE TABLE circle_meeting (
    circle_id bigint NOT NULL,
    nr integer NOT NULL,
    held_on date NOT NULL,
    state varchar NOT NULL,
    closed_at timestamptz,
    closed_by bigint,
    has_quorum boolean,
    CONSTRAINT pk_circle_meeting PRIMARY KEY (circle_id, nr),
    CONSTRAINT ck_circle_meeting_known_state CHECK (state IN ('coming', 'open', 'closed')),
    CONSTRAINT ck_circle_meeting_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT ck_circle_meeting_quorum_known CHECK ((closed_at IS NULL) = (has_quorum IS NULL))
);

CREATE INDEX ix_circle_meeting_held_on ON circle_meeting (held_on, circle_id) WHERE state <> 'closed';

-- Somebody who was at a meeting.
CREATE TABLE circle_presence (
    circle_id bigint NOT NULL,
    meeting integer NOT NULL,
    customer_id bigint NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT pk_circle_presence PRIMARY KEY (circle_id, meeting, customer_id)
);

CREATE INDEX ix_circle_presence_customer_id ON circle_presence (customer_id);

-- What a member paid in at a meeting: shares, social fund, fines.
CREATE TABLE circle_saving_payment (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_saving_payment PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_circle_saving_payment_key UNIQUE,
    circle_id bigint NOT NULL,
    meeting integer NOT NULL,
    customer_id bigint NOT NULL,
    shares integer NOT NULL,
    amount bigint NOT NULL,
    social bigint NOT NULL,
    fines bigint NOT NULL,
    entry_id bigint NOT NULL,
    on_date date NOT NULL,
    CONSTRAINT ck_circle_saving_payment_not_negative CHECK (shares >= 0 AND amount >= 0 AND social >= 0 AND fines >= 0),
    CONSTRAINT ck_circle_saving_payment_something CHECK (amount + social + fines > 0),
    CONSTRAINT ck_circle_saving_payment_shares_have_a_price CHECK ((shares > 0) = (amount > 0))
);

CREATE INDEX ix_circle_saving_payment_customer_id ON circle_saving_payment (customer_id);
CREATE INDEX ix_circle_saving_payment_meeting ON circle_saving_payment (circle_id, meeting, customer_id);

-- A fine of a meeting; one for each reason at most.
CREATE TABLE circle_fine (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_fine PRIMARY KEY,
    circle_id bigint NOT NULL,
    meeting integer NOT NULL,
    customer_id bigint NOT NULL,
    why varchar NOT NULL,
    amount bigint NOT NULL,
    imposed_by bigint NOT NULL,
    imposed_at timestamptz NOT NULL,
    paid_at timestamptz,
    waived_at timestamptz,
    CONSTRAINT ck_circle_fine_known_why CHECK (why IN ('absent', 'late', 'late_loan')),
    CONSTRAINT ck_circle_fine_positive CHECK (amount > 0),
    CONSTRAINT ck_circle_fine_one_end CHECK (paid_at IS NULL OR waived_at IS NULL)
);

CREATE INDEX ix_circle_fine_customer_id ON circle_fine (customer_id);
CREATE UNIQUE INDEX ix_circle_fine_once ON circle_fine (circle_id, meeting, customer_id, why);
CREATE INDEX ix_circle_fine_open ON circle_fine (circle_id, customer_id) WHERE paid_at IS NULL AND waived_at IS NULL;

-- A loan or a grant that a meeting votes on.
CREATE TABLE circle_request (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_request PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_circle_request_token UNIQUE,
    circle_id bigint NOT NULL,
    meeting integer NOT NULL,
    kind varchar NOT NULL,
    customer_id bigint NOT NULL,
    amount bigint NOT NULL,
    months integer,
    automatic_debit boolean NOT NULL,
    state varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    settled_at timestamptz,
    reason varchar,
    entry_id bigint,
    CONSTRAINT ck_circle_request_known_kind CHECK (kind IN ('loan', 'grant')),
    CONSTRAINT ck_circle_request_known_state CHECK (state IN ('open', 'paid', 'failed', 'void', 'withdrawn')),
    CONSTRAINT ck_circle_request_positive CHECK (amount > 0),
    CONSTRAINT ck_circle_request_loan_has_months CHECK ((kind = 'loan') = (months IS NOT NULL)),
    CONSTRAINT ck_circle_request_settled CHECK ((state = 'open') = (settled_at IS NULL)),
    CONSTRAINT ck_circle_request_void_for_a_reason CHECK ((state = 'void') = (reason IS NOT NULL))
);

CREATE INDEX ix_circle_request_customer_id ON circle_request (customer_id);
CREATE INDEX ix_circle_request_meeting ON circle_request (circle_id, meeting);

-- How somebody who was there voted: the card counts and names nobody.
CREATE TABLE circle_request_vote (
    request_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    is_yes boolean NOT NULL,
    cast_at timestamptz NOT NULL,
    CONSTRAINT pk_circle_request_vote PRIMARY KEY (request_id, customer_id)
);

CREATE INDEX ix_circle_request_vote_customer_id ON circle_request_vote (customer_id);

-- The end of a cycle. Its plan is kept in its parts, each of which is paid once under its own key.
CREATE TABLE circle_share_out (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_share_out PRIMARY KEY,
    circle_id bigint NOT NULL,
    state varchar NOT NULL,
    cash bigint NOT NULL,
    previewed_by bigint NOT NULL,
    previewed_at timestamptz NOT NULL,
    approved_by bigint,
    approved_at timestamptz,
    settled_at timestamptz,
    CONSTRAINT ck_circle_share_out_known_state CHECK (state IN ('previewed', 'paying', 'ended', 'dropped')),
    CONSTRAINT ck_circle_share_out_not_negative CHECK (cash >= 0),
    CONSTRAINT ck_circle_share_out_approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT ck_circle_share_out_by_two CHECK (state NOT IN ('paying', 'ended') OR approved_by IS NOT NULL),
    CONSTRAINT ck_circle_share_out_two_people CHECK (approved_by IS NULL OR approved_by <> previewed_by),
    CONSTRAINT ck_circle_share_out_settled CHECK ((state IN ('ended', 'dropped')) = (settled_at IS NOT NULL))
);

CREATE UNIQUE INDEX ix_circle_share_out_one ON circle_share_out (circle_id) WHERE state <> 'dropped';
CREATE INDEX ix_circle_share_out_paying ON circle_share_out (id) WHERE state = 'paying';

-- What one member's shares are worth in a share-out, what is set off, and what is paid.
CREATE TABLE circle_share_part (
    share_out_id bigint NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    shares integer NOT NULL,
    entitled bigint NOT NULL,
    owed bigint NOT NULL,
    fines bigint NOT NULL,
    later bigint NOT NULL,
    paid_at timestamptz,
    entry_id bigint,
    CONSTRAINT pk_circle_share_part PRIMARY KEY (share_out_id, place),
    CONSTRAINT ck_circle_share_part_not_negative CHECK (shares >= 0 AND entitled >= 0 AND owed >= 0 AND fines >= 0),
    CONSTRAINT ck_circle_share_part_later_not_negative CHECK (later >= 0)
);

CREATE INDEX ix_circle_share_part_customer_id ON circle_share_part (customer_id);
CREATE INDEX ix_circle_share_part_unpaid ON circle_share_part (share_out_id) WHERE paid_at IS NULL;
