-- Accounts are read whole where something moved, and by their balance alone where nothing did (ADR 56). ``whole`` says
-- which of the two a crawl was.
ALTER TABLE work.crawls ADD COLUMN whole boolean NOT NULL DEFAULT true;
-- When an account was last looked at for what it may do; an idle one need not be asked for its webhooks.
ALTER TABLE work.sweeps ADD COLUMN looked_at timestamptz, ALTER COLUMN swept_at DROP NOT NULL;
UPDATE work.sweeps SET looked_at = swept_at;
-- What was told of an account since it was last read whole.
CREATE INDEX notifications_of_account ON work.notifications (account, received_at) WHERE account IS NOT NULL;
-- What a ledger waits for the provider to tell about a coop: a payout, a certification, a dispute. It follows from the
-- logs and can be made again from them.
CREATE TABLE work.awaited (
    ledger  text        NOT NULL,
    kind    text        NOT NULL CHECK (kind IN ('certification', 'payout', 'dispute')),
    subject text        NOT NULL,
    coop_id uuid        NOT NULL,
    since   timestamptz NOT NULL,
    PRIMARY KEY (ledger, kind, subject)
);
GRANT SELECT, INSERT, DELETE ON work.awaited TO coopledger_worker;
-- How far each log was read for what it waits for; moved in the transaction that keeps it.
CREATE TABLE work.awaited_followed (
    ledger   text   PRIMARY KEY,
    position bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON work.awaited_followed TO coopledger_worker;
