-- Whatever schema and table the projector makes, who verifies a ledger may read and never write.
ALTER DEFAULT PRIVILEGES FOR ROLE coopledger_projector GRANT USAGE ON SCHEMAS TO coopledger_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE coopledger_projector GRANT SELECT ON TABLES TO coopledger_auditor;
