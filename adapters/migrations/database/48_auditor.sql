-- Who verifies a ledger reads which associations there are, and how far the workers have read each log: one more witness
-- of how long it was. Nothing else of the work, and nothing of the vault.
GRANT USAGE ON SCHEMA registry TO coopledger_auditor;
GRANT SELECT ON registry.associations TO coopledger_auditor;
GRANT USAGE ON SCHEMA work TO coopledger_auditor;
GRANT SELECT ON work.followed TO coopledger_auditor;
