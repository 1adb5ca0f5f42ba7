"""Plans: money put aside by itself. A fixed sum each week or month, round-ups of sends, goals with a day."""
