-- Tokens of the API: only their SHA-256 is kept. Each belongs to a member, whose present rights at the ledger bound it,
-- or to a named program of the platform; it may do the listed actions only, for one coop if one is named.
CREATE TABLE registry.api_tokens (
    token_id     uuid        PRIMARY KEY,
    token_sha256 bytea       NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
    slug         text        NOT NULL REFERENCES registry.associations,
    member_id    uuid,
    program      text        CHECK (program ~ '^[a-z][a-z0-9-]{1,39}$'),
    actions      text[]      NOT NULL CHECK (cardinality(actions) > 0),
    coop_id      uuid,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CHECK (num_nonnulls(member_id, program) = 1)
);
CREATE INDEX api_tokens_of_association ON registry.api_tokens (slug, created_at);
GRANT SELECT, UPDATE (last_used_at) ON registry.api_tokens TO coopledger_app;
