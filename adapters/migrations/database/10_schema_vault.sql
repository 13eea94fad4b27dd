-- The people vault: a schema of its own, so that its rights, its backups and its erasures are apart from the log.
CREATE SCHEMA vault;
REVOKE ALL ON SCHEMA vault FROM PUBLIC;
GRANT USAGE ON SCHEMA vault TO coopledger_vault;
