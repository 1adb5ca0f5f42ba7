"""PostgreSQL: the engine, the embedded server, the unit of work, the column types. No table of a product lives here."""
