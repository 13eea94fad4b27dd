-- Files of payments that a mandate holder gave, between the preview and the decision: sealed like people, for an hour.
-- Found by who gave them, for the campaign that they were given to; erased once they are imported.
CREATE TABLE vault.import_files (
    file_id     uuid        PRIMARY KEY,
    association uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    given_by    text        NOT NULL,
    kek_id      text        NOT NULL,
    wrapped     bytea       NOT NULL,
    nonce       bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed      bytea       NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX import_files_by_expiry ON vault.import_files (association, expires_at);
CREATE INDEX import_files_by_giver ON vault.import_files (association, given_by);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.import_files TO coopledger_vault;
