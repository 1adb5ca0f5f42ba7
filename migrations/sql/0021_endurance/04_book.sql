-- Up to which date an operator has said that missed days may be lived through, when there is more than one.
ALTER TABLE book ADD COLUMN live_until date;
