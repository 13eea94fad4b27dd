"""The outside world: the log and the jobs in Postgres, the vault of people, files, e-mail, imports and payments."""
