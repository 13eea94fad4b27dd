-- How often something was tried lately, by a keyed digest of who tried: no address and no telephone line is named.
CREATE TABLE vault.attempts (
    who      bytea       PRIMARY KEY CHECK (octet_length(who) = 32),
    began_at timestamptz NOT NULL,
    tried    integer     NOT NULL CHECK (tried > 0)
);
CREATE INDEX attempts_by_age ON vault.attempts (began_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.attempts TO coopledger_vault;
