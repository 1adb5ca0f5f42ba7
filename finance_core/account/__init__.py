"""An account that is one's own: who somebody is, a PIN that was forgotten, a new phone or Telegram account."""
