-- Who is signed in: the digest of a random token that only a cookie holds. An ended session stays ended.
CREATE TABLE vault.member_sessions (
    token_sha256 bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    member_id    uuid        NOT NULL REFERENCES vault.members ON DELETE CASCADE,
    opened_by    text        NOT NULL CHECK (opened_by IN ('link', 'passkey')),
    opened_at    timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    passkey_at   timestamptz,
    ended_at     timestamptz
);
CREATE INDEX member_sessions_by_member ON vault.member_sessions (member_id);
CREATE INDEX member_sessions_by_age ON vault.member_sessions (opened_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.member_sessions TO coopledger_vault;

-- Links of letters that serve once. ``browser_sha256``: the browser that asked, by the digest of what its cookie holds.
CREATE TABLE vault.member_links (
    token_sha256   bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    member_id      uuid        NOT NULL REFERENCES vault.members ON DELETE CASCADE,
    purpose        text        NOT NULL CHECK (purpose IN ('invitation', 'sign-in')),
    browser_sha256 bytea       CHECK (octet_length(browser_sha256) = 32),
    expires_at     timestamptz NOT NULL
);
CREATE INDEX member_links_by_member ON vault.member_links (member_id);
CREATE INDEX member_links_by_expiry ON vault.member_links (expires_at);
GRANT SELECT, INSERT, DELETE ON vault.member_links TO coopledger_vault;
