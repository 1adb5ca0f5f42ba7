-- Posting goes by ledger_post_on and ledger_post_one, undoing by ledger_post_staged: nobody calls ledger_post.
DROP FUNCTION ledger_post;
DROP FUNCTION ledger_post_on;
