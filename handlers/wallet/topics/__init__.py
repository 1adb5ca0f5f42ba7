"""What people ask about the wallet: each answer reads their own movements, limits and terms, and writes nothing."""
