"""The log against a real Postgres: the store, the command bus and what protects it."""
