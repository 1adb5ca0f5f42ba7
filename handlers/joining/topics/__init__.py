"""What people ask about themselves and their account: joining, papers, the PIN, a lost phone, details."""
