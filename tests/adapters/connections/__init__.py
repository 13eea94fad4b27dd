"""The connections of a process to Postgres."""
