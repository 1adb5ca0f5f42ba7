-- One asset in one book. An account's id carries its compartment above bit 40, so that a plain CHECK keeps every
-- transfer inside one.
CREATE TABLE compartment (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_compartment PRIMARY KEY,
    book varchar NOT NULL,
    asset varchar NOT NULL,
    CONSTRAINT uq_compartment_book_asset UNIQUE (book, asset),
    CONSTRAINT uq_compartment_id_book_asset UNIQUE (id, book, asset),
    CONSTRAINT ck_compartment_book_name CHECK (book = 'INST' OR book ~ '^(FUND|REG):[A-Za-z0-9_+-]+$'),
    CONSTRAINT ck_compartment_asset_code CHECK (asset ~ '^[A-Z0-9_+-]+$')
);

CREATE SEQUENCE account_id_seq;

CREATE TABLE account (
    id bigint CONSTRAINT pk_account PRIMARY KEY,
    compartment integer NOT NULL,
    book varchar NOT NULL,
    code varchar NOT NULL CONSTRAINT fk_account_code REFERENCES chart (code),
    owner bigint NOT NULL,
    asset varchar NOT NULL,
    CONSTRAINT uq_account_code_book_asset_owner UNIQUE (code, book, asset, owner),
    CONSTRAINT fk_account_compartment_book_asset
        FOREIGN KEY (compartment, book, asset) REFERENCES compartment (id, book, asset),
    CONSTRAINT ck_account_id_in_compartment CHECK (id >> 40 = compartment),
    CONSTRAINT ck_account_book_of_code CHECK (
        (code LIKE 'F%') = (book LIKE 'FUND:%') AND (code LIKE 'U%') = (book LIKE 'REG:%')
    )
);

-- Room on each page keeps the updates of a balance on it, and its index untouched.
CREATE TABLE balance (
    account_id bigint CONSTRAINT pk_balance PRIMARY KEY
        CONSTRAINT fk_balance_account_id REFERENCES account (id),
    sign smallint NOT NULL,
    amount bigint NOT NULL,
    held bigint NOT NULL,
    floor bigint NOT NULL,
    moved_on date NOT NULL,
    opening bigint NOT NULL,
    CONSTRAINT ck_balance_sign CHECK (sign IN (1, -1)),
    CONSTRAINT ck_balance_floor CHECK (amount - held >= floor),
    CONSTRAINT ck_balance_held CHECK (held >= 0),
    CONSTRAINT ck_balance_credit_line CHECK (floor <= 0)
) WITH (fillfactor = 70);
