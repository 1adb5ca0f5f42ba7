"""What a circle's rounds have in the book: dues, payments, payouts, and the pockets that keep what is not in a pot."""
