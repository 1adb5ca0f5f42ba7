"""Funds at an unknown price, and the questionnaire before the first."""
