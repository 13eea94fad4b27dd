-- Photos of children, each sealed under a key of its own; a photo goes with its person.
CREATE TABLE vault.photos (
    person_id uuid  PRIMARY KEY REFERENCES vault.keys ON DELETE CASCADE,
    kek_id    text  NOT NULL,
    wrapped   bytea NOT NULL,
    nonce     bytea NOT NULL CHECK (octet_length(nonce) = 12),
    sealed    bytea NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.photos TO coopledger_vault;
