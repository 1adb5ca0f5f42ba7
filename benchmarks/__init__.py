"""How fast Susu is. `python -m benchmarks` runs everything; `docs/benchmarks.md` says what is measured and how."""
