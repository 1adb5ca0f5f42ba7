"""The papers of the wallet."""
