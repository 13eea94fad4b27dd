-- One row per append, to learn the outcome of one whose answer was lost; null positions are a fence against a late one.
-- How many keys it stored is written here too, so that a key that is gone is missed.
CREATE TABLE @log@.ledger_appends (
    batch          uuid NOT NULL,
    first_position bigint,
    last_position  bigint,
    keys           int  NOT NULL DEFAULT 0,
    CONSTRAINT ledger_appends_batch PRIMARY KEY (batch)
);
GRANT SELECT ON @log@.ledger_appends TO coopledger_app;
