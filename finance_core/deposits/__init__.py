"""Term deposits: money for a fixed time at a fixed rate. Accrual, early withdrawal, maturity, rolling over."""
