"""Values that every part speaks in: money, rates, day counts, calendars, the clock, errors. No I/O here."""
