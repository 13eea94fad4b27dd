"""Members against a real Postgres, as the vault's own role."""
