-- Who is signed in to a family's account: the digest of a random token that only a cookie holds.
CREATE TABLE vault.sessions (
    token_sha256 bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    account_id   uuid        NOT NULL REFERENCES vault.accounts ON DELETE CASCADE,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_by_account ON vault.sessions (account_id);
CREATE INDEX sessions_by_expiry ON vault.sessions (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.sessions TO coopledger_vault;

-- Links of letters that serve once: the digest of the token that only the letter holds.
CREATE TABLE vault.links (
    token_sha256 bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    account_id   uuid        NOT NULL REFERENCES vault.accounts ON DELETE CASCADE,
    purpose      text        NOT NULL CHECK (purpose IN ('confirm', 'password')),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX links_by_account ON vault.links (account_id);
CREATE INDEX links_by_expiry ON vault.links (expires_at);
GRANT SELECT, INSERT, DELETE ON vault.links TO coopledger_vault;
