-- The service only reads the book: what writes it are the functions below, which run as the owner of the schema.
REVOKE INSERT, UPDATE, DELETE
ON chart, compartment, account, balance, entry, transfer, hold, rollup, rollup_tail, seal
FROM susu_app;
