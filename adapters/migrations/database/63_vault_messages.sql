-- Messages that a coop sent to families: what was written, sealed, to how many; and who wants no more of them, by the
-- keyed digest of an address alone.
CREATE TABLE vault.messages (
    message_id  uuid        PRIMARY KEY,
    association uuid        NOT NULL,
    coop_id     uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    sent_by     uuid        NOT NULL,
    sent_at     timestamptz NOT NULL,
    recipients  integer     NOT NULL CHECK (recipients > 0),
    expires_on  date        NOT NULL,
    kek_id      text        NOT NULL,
    wrapped     bytea       NOT NULL,
    nonce       bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed      bytea       NOT NULL
);
CREATE INDEX messages_of_coop ON vault.messages (association, coop_id, sent_at);
CREATE INDEX messages_by_expiry ON vault.messages (association, expires_on);
CREATE TABLE vault.message_refusals (
    association  uuid  NOT NULL,
    coop_id      uuid  NOT NULL,
    email_digest bytea NOT NULL CHECK (octet_length(email_digest) = 32),
    expires_on   date  NOT NULL,
    PRIMARY KEY (association, coop_id, email_digest)
);
CREATE INDEX message_refusals_by_expiry ON vault.message_refusals (association, expires_on);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.messages, vault.message_refusals TO coopledger_vault;
