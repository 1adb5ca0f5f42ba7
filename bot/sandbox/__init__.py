"""A Telegram of one's own: the Bot API for the bot, JSON for people, and the chat page (see docs/sandbox.md).

The sandbox stands in for an outside system, so it stands apart: it knows nothing of money, keeps its own small file,
and survives the crash of everything else. Nothing here but `methods` imports aiogram, whose import costs seconds:
people are answered before it is loaded.
"""
