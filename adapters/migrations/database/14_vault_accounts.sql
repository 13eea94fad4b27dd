-- Accounts of families, one association's each: found by keyed digests, what they hold sealed like people.
-- ``password`` is an Argon2id hash; ``confirmed_at`` says since when the address is known to be its holder's.
CREATE TABLE vault.accounts (
    account_id    uuid        PRIMARY KEY,
    association   uuid        NOT NULL,
    email_digest  bytea       NOT NULL CHECK (octet_length(email_digest) = 32),
    google_digest bytea       CHECK (octet_length(google_digest) = 32),
    password      text,
    kek_id        text        NOT NULL,
    wrapped       bytea       NOT NULL,
    nonce         bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed        bytea       NOT NULL,
    created_at    timestamptz NOT NULL,
    confirmed_at  timestamptz,
    seen_at       timestamptz NOT NULL,
    UNIQUE (association, email_digest),
    UNIQUE (association, google_digest)
);
CREATE INDEX accounts_by_use ON vault.accounts (association, seen_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.accounts TO coopledger_vault;
