-- A reference is a permutation of the id, so it is unique where the id is, as long as there are no more ids than
-- references. The random index over it cost each posting more than every other of its entry; who looks a reference up
-- computes the id.
ALTER TABLE entry DROP CONSTRAINT uq_entry_reference;
ALTER SEQUENCE entry_id_seq MAXVALUE 13492928511;
