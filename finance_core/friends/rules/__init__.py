"""Pure rules of money among friends: what each share of a packet is, what each part of a bill."""
