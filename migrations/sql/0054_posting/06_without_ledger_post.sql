-- Nobody calls it any more: posting goes by ledger_post_on and ledger_post_one, undoing by ledger_post_staged.
DROP FUNCTION ledger_post;
