-- Accounts that the provider was asked to open: kept before the call, so that who asks again looks for it first.
CREATE TABLE work.openings (
    ledger          text NOT NULL,
    coop_id         uuid NOT NULL,
    asked_at        timestamptz NOT NULL,
    PRIMARY KEY (ledger, coop_id)
);
GRANT SELECT, INSERT ON work.openings TO coopledger_worker;
