-- One sealed person per row; it goes with its key.
CREATE TABLE vault.people (
    person_id  uuid        PRIMARY KEY REFERENCES vault.keys ON DELETE CASCADE,
    coop_id    uuid        NOT NULL,
    nonce      bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed     bytea       NOT NULL,
    salt       bytea       NOT NULL CHECK (octet_length(salt) = 32),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX people_by_coop ON vault.people (coop_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.people TO coopledger_vault;
