-- Passkeys (WebAuthn): public keys, of which the private half never leaves its holder's device.
CREATE TABLE vault.passkeys (
    credential_id bytea       PRIMARY KEY CHECK (octet_length(credential_id) BETWEEN 16 AND 1023),
    member_id     uuid        NOT NULL REFERENCES vault.members ON DELETE CASCADE,
    public_key    bytea       NOT NULL CHECK (octet_length(public_key) <= 1024),
    sign_count    bigint      NOT NULL CHECK (sign_count >= 0),
    attachment    text        NOT NULL CHECK (attachment IN ('platform', 'cross-platform')),
    added_at      timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX passkeys_by_member ON vault.passkeys (member_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.passkeys TO coopledger_vault;

-- Challenges that were answered: each answer serves once. Those that nobody answers leave no row.
CREATE TABLE vault.answered_challenges (
    challenge_sha256 bytea       PRIMARY KEY CHECK (octet_length(challenge_sha256) = 32),
    expires_at       timestamptz NOT NULL
);
CREATE INDEX answered_challenges_by_expiry ON vault.answered_challenges (expires_at);
GRANT SELECT, INSERT, DELETE ON vault.answered_challenges TO coopledger_vault;

-- A lost passkey is replaced by two people: who asked first, until a second one agrees.
CREATE TABLE vault.passkey_replacements (
    member_id  uuid        PRIMARY KEY REFERENCES vault.members ON DELETE CASCADE,
    asked_by   uuid        NOT NULL REFERENCES vault.members (member_id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.passkey_replacements TO coopledger_vault;
