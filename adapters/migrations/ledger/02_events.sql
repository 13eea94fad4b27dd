-- The log: every fact of the association, in the order in which it was committed, gapless from 1, never changed.
CREATE TABLE @log@.ledger_events (
    position           bigint      NOT NULL,
    originator_id      uuid        NOT NULL,
    originator_version bigint      NOT NULL CHECK (originator_version > 0),
    coop_id            uuid,
    topic              text        NOT NULL,
    state              bytea       NOT NULL,
    drains             boolean     NOT NULL,
    happened_on        date        NOT NULL,
    recorded_at        timestamptz NOT NULL,
    hash               bytea       NOT NULL CHECK (octet_length(hash) = 32),
    CONSTRAINT ledger_events_version PRIMARY KEY (originator_id, originator_version),
    CONSTRAINT ledger_events_position UNIQUE (position)
) WITH (autovacuum_vacuum_threshold = 100000000);
CREATE INDEX ledger_events_coop ON @log@.ledger_events (coop_id, position);
CREATE INDEX ledger_events_drains ON @log@.ledger_events (coop_id, position) WHERE drains;
CREATE INDEX ledger_events_recorded ON @log@.ledger_events USING brin (recorded_at);
GRANT SELECT ON @log@.ledger_events TO coopledger_app, coopledger_projector;
