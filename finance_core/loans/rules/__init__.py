"""The arithmetic of loans: pure functions of values, exact, without a session, a clock or an await."""
