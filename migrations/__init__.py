"""The schema's history. `migrations.upgrade(url)` brings a database to today's."""
