-- People who work with the service at one association: found by a keyed digest of their address, all else sealed.
CREATE TABLE vault.members (
    member_id    uuid        PRIMARY KEY,
    association  uuid        NOT NULL,
    email_digest bytea       NOT NULL CHECK (octet_length(email_digest) = 32),
    kek_id       text        NOT NULL,
    wrapped      bytea       NOT NULL,
    nonce        bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed       bytea       NOT NULL,
    invited_at   timestamptz NOT NULL,
    UNIQUE (association, email_digest)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.members TO coopledger_vault;
