-- Up to when the provider was asked what it had told about an account; the platform's own has no name.
CREATE TABLE work.sweeps (
    account  text        PRIMARY KEY,
    swept_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON work.sweeps TO coopledger_worker;
