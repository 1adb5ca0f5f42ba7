"""Suitability: which risk a person can bear, by a questionnaire that is valid a year, and what each sale showed."""
