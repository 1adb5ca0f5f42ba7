"""The command line: `susu` and what each of its commands does."""
