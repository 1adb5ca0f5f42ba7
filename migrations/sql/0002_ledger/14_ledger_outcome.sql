-- How an entry of a batch ended: one row for each, as ledger_post and ledger_post_staged answer.
CREATE TYPE ledger_outcome AS (
    place integer, outcome varchar, entry_id bigint, reference varchar, account_place bigint, available bigint,
    requested bigint
);
