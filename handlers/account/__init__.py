"""The account itself: the PIN, a recovery code, a named contact, a new phone or Telegram, who somebody is, limits."""
