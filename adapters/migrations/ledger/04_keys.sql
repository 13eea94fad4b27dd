-- Idempotency keys of commands, with the fingerprint of what was asked, where its first outcome stands, and the append
-- that stored it.
CREATE TABLE @log@.ledger_keys (
    key            text   NOT NULL CHECK (length(key) BETWEEN 1 AND 400),
    fingerprint    bytea  NOT NULL,
    first_position bigint NOT NULL,
    events         int    NOT NULL,
    batch          uuid   NOT NULL,
    CONSTRAINT ledger_keys_key PRIMARY KEY (key)
);
GRANT SELECT ON @log@.ledger_keys TO coopledger_app;
