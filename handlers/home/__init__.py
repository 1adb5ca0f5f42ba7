"""Where everybody starts: the menu, the balance and *My money*, the history."""
