"""Papers of loans: the contract, the settlement letter, the statement."""
