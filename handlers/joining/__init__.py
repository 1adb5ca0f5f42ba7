"""Joining and settings: language, terms, phone, PIN, time zone, notices, the lock."""
