"""The outside world: the log in Postgres, the vault of people, payments, mail, bank files, clocks and stamps."""
