-- Who verifies a ledger reads its log, its keys and its appends, and calls nothing.
GRANT USAGE ON SCHEMA @log@ TO coopledger_auditor;
GRANT SELECT ON @log@.ledger_events, @log@.ledger_head, @log@.ledger_keys, @log@.ledger_appends TO coopledger_auditor;
