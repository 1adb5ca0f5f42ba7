"""Telegram's updates into the inbox, each exactly once: by long poll or by webhook. Knows nothing of handlers."""
