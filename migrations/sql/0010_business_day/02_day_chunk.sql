CREATE TABLE day_chunk (
    on_date date NOT NULL,
    step varchar NOT NULL,
    number integer NOT NULL,
    upto bigint NOT NULL,
    CONSTRAINT pk_day_chunk PRIMARY KEY (on_date, step, number)
);
