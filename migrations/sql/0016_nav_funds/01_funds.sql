CREATE TABLE nav_fund (
    id bigint NOT NULL CONSTRAINT pk_nav_fund PRIMARY KEY,
    code varchar NOT NULL CONSTRAINT uq_nav_fund_code UNIQUE,
    asset varchar NOT NULL,
    unit_asset varchar NOT NULL,
    opened_on date NOT NULL,
    valued_on date,
    valued_nav numeric
);

CREATE TABLE nav_price (
    fund_id bigint NOT NULL,
    on_date date NOT NULL,
    version integer NOT NULL,
    nav numeric NOT NULL,
    source varchar NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT pk_nav_price PRIMARY KEY (fund_id, on_date, version),
    CONSTRAINT ck_nav_price_positive CHECK (nav > 0)
);

CREATE TABLE nav_holding (
    fund_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    signed_at timestamptz NOT NULL,
    product_version integer NOT NULL,
    dividends varchar NOT NULL,
    CONSTRAINT pk_nav_holding PRIMARY KEY (fund_id, customer_id),
    CONSTRAINT ck_nav_holding_known_choice CHECK (dividends IN ('cash', 'units'))
);

CREATE TABLE nav_dividend (
    fund_id bigint NOT NULL,
    ex_on date NOT NULL,
    per_unit numeric NOT NULL,
    declared_by varchar NOT NULL,
    declared_at timestamptz NOT NULL,
    paid_on date,
    CONSTRAINT pk_nav_dividend PRIMARY KEY (fund_id, ex_on),
    CONSTRAINT ck_nav_dividend_positive CHECK (per_unit > 0)
);

CREATE TABLE nav_suspension (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_nav_suspension PRIMARY KEY,
    fund_id bigint NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    reason varchar NOT NULL,
    suspended_by varchar NOT NULL,
    lifted_by varchar,
    CONSTRAINT ck_nav_suspension_ends_later CHECK (until_at >= from_at),
    CONSTRAINT ck_nav_suspension_lifted_by_somebody CHECK ((until_at IS NULL) = (lifted_by IS NULL))
);

CREATE UNIQUE INDEX ix_nav_suspension_fund_id ON nav_suspension (fund_id) WHERE until_at IS NULL;
