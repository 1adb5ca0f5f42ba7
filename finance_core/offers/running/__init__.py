"""Running a broadcast: who gets it is frozen, fed to the outbox little by little, and counted until all is settled."""
