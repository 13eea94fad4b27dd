-- Links by which colleagues see how each class of a collection stands: the digest of each secret, until which day.
-- The secret itself is made from the link's id and a key of the vault, so that who shares it can show it again.
CREATE TABLE vault.class_links (
    link_id      uuid        PRIMARY KEY,
    token_sha256 bytea       NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
    association  uuid        NOT NULL,
    campaign_id  uuid        NOT NULL,
    made_at      timestamptz NOT NULL,
    expires_on   date        NOT NULL
);
CREATE INDEX class_links_by_campaign ON vault.class_links (association, campaign_id);
CREATE INDEX class_links_by_expiry ON vault.class_links (association, expires_on);
GRANT SELECT, INSERT, DELETE ON vault.class_links TO coopledger_vault;
