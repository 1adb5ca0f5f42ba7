"""Conversations: a message becomes one call of `finance_core`, its result a screen. No rule about money lives here."""
