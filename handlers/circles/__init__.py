"""Savings circles in the chat: so far what people are told of them."""
