-- Baskets that families are filling: sealed like people, found by the digest of the token in their address, for a day.
-- ``contribution_id`` says what a basket has become; its content then serves only to fill it in again.
CREATE TABLE vault.baskets (
    token_sha256    bytea       PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    association     uuid        NOT NULL,
    kek_id          text        NOT NULL,
    wrapped         bytea       NOT NULL,
    nonce           bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed          bytea       NOT NULL,
    contribution_id uuid,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX baskets_by_expiry ON vault.baskets (association, expires_at);
CREATE INDEX baskets_by_contribution ON vault.baskets (contribution_id) WHERE contribution_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.baskets TO coopledger_vault;
