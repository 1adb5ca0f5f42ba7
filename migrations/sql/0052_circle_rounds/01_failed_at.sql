-- When a round's key last failed: it is tried again later, and not at once for ever.
ALTER TABLE circle_round ADD COLUMN failed_at timestamptz;
