-- The two sides that the reconciliation compares. ``expected`` follows from the logs and can be made again from them;
-- ``movements`` are the provider's balance transactions, each once. ``settled`` says that an object agreed when it was
-- last compared: whatever comes later about it is compared anew. Account '' is the platform's.
CREATE TABLE work.expected (
    ledger    text        NOT NULL,
    position  bigint      NOT NULL,
    part      smallint    NOT NULL,
    account   text        NOT NULL,
    object_id text        NOT NULL,
    way       text        NOT NULL CHECK (way IN ('in', 'out')),
    cents     bigint      NOT NULL,
    moved_at  timestamptz NOT NULL,
    known_at  timestamptz NOT NULL,
    what      text        NOT NULL,
    settled   boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (ledger, position, part)
) WITH (fillfactor = 80);
CREATE INDEX expected_object ON work.expected (account, object_id) INCLUDE (cents);
CREATE INDEX expected_open ON work.expected (account) WHERE NOT settled;
GRANT SELECT, INSERT, UPDATE ON work.expected TO coopledger_worker;
-- How far each log was read for expectations; moved in the transaction that adds them.
CREATE TABLE work.expected_followed (
    ledger   text   PRIMARY KEY,
    position bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON work.expected_followed TO coopledger_worker;
-- What the provider calls a coop's account, a payout or a refund, told by one event and needed for a later one.
CREATE TABLE work.provider_names (
    ledger     text NOT NULL,
    subject_id uuid NOT NULL,
    name       text NOT NULL,
    PRIMARY KEY (ledger, subject_id)
);
GRANT SELECT, INSERT, UPDATE ON work.provider_names TO coopledger_worker;
CREATE TABLE work.movements (
    movement  text        PRIMARY KEY,
    account   text        NOT NULL,
    object_id text        NOT NULL,
    way       text        NOT NULL CHECK (way IN ('in', 'out')),
    kind      text        NOT NULL,
    cents     bigint      NOT NULL,
    moved_at  timestamptz NOT NULL,
    settled   boolean     NOT NULL DEFAULT false
) WITH (fillfactor = 80);
CREATE INDEX movements_object ON work.movements (account, object_id) INCLUDE (cents);
CREATE INDEX movements_open ON work.movements (account) WHERE NOT settled;
GRANT SELECT, INSERT, UPDATE ON work.movements TO coopledger_worker;
