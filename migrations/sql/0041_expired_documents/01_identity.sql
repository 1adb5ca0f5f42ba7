-- Each evening asks whose document has expired; those of past years stay, so they are found by their day.
CREATE INDEX ix_identity_check_approved_expires_on ON identity_check (expires_on) WHERE state = 'approved';
