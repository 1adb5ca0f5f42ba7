-- Whether a person wants words alone: no pictures that are drawn, no emoji. A setting of theirs.
ALTER TABLE customer ADD COLUMN plain boolean NOT NULL DEFAULT false;
