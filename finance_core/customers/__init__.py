"""Who the people are: joining, tiers and their limits, the PIN, consents, what is kept encrypted."""
