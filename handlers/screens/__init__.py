"""Pure: a result becomes text and keyboard. The only place with HTML, and free of any Telegram library."""
