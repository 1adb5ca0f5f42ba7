"""Use cases that need two products: money in pays what is overdue, an instalment is paid from Change Plus."""
