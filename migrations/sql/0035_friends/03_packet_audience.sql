-- For whom a packet was made, and where it was put, by ids of ours.
CREATE TABLE packet_person (
    packet_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    nr integer NOT NULL,
    CONSTRAINT pk_packet_person PRIMARY KEY (packet_id, customer_id)
);

CREATE TABLE packet_place (
    packet_id bigint NOT NULL,
    place_id bigint NOT NULL,
    put_at timestamptz NOT NULL,
    CONSTRAINT pk_packet_place PRIMARY KEY (packet_id, place_id)
);
