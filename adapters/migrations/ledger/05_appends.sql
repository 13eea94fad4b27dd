-- One row per append, to learn the outcome of one whose answer was lost; null positions are a fence against a late one.
CREATE TABLE @log@.ledger_appends (
    batch          uuid NOT NULL,
    first_position bigint,
    last_position  bigint,
    CONSTRAINT ledger_appends_batch PRIMARY KEY (batch)
);
GRANT SELECT ON @log@.ledger_appends TO coopledger_app;
