-- Access tokens: only their SHA-256 is kept. A null coop means the whole association.
CREATE TABLE registry.tokens (
    token_sha256 bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    actor        text        NOT NULL,
    role         text        NOT NULL,
    slug         text        NOT NULL REFERENCES registry.associations,
    coop_id      uuid,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);
GRANT SELECT ON registry.tokens TO coopledger_app;
