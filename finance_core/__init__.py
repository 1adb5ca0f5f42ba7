"""What money does. Knows no chat and no HTTP: it could serve a branch counter tomorrow."""
