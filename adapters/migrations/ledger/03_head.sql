-- The end of the log: one row. All writers take turns by an advisory lock on this table's id (07_append). The chain begins with the association's own id.
CREATE TABLE @log@.ledger_head (
    one         boolean     PRIMARY KEY DEFAULT true CHECK (one),
    position    bigint      NOT NULL,
    hash        bytea       NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO @log@.ledger_head (position, hash, recorded_at)
VALUES (0, sha256(convert_to('coopledger:1:@association@', 'UTF8')), '-infinity');
GRANT SELECT ON @log@.ledger_head TO coopledger_app, coopledger_projector;
