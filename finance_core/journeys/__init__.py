"""Use cases that need two products: money that comes in pays what is overdue, an instalment is paid from Change Plus."""
