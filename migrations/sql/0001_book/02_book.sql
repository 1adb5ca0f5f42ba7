CREATE TABLE book (
    id integer NOT NULL CONSTRAINT pk_book PRIMARY KEY,
    zone varchar NOT NULL,
    open_on date NOT NULL,
    closing_on date,
    clock_offset interval NOT NULL,
    travelling_until timestamptz,
    CONSTRAINT ck_book_only_row CHECK (id = 1),
    CONSTRAINT ck_book_closing_before_open CHECK (closing_on IS NULL OR closing_on < open_on)
);
