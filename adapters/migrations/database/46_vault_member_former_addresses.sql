-- Where a member's letters went before somebody changed it: for a time, letters about money go there as well.
CREATE TABLE vault.member_former_addresses (
    address_id   uuid        PRIMARY KEY,
    member_id    uuid        NOT NULL REFERENCES vault.members ON DELETE CASCADE,
    email_digest bytea       NOT NULL CHECK (octet_length(email_digest) = 32),
    kek_id       text        NOT NULL,
    wrapped      bytea       NOT NULL,
    nonce        bytea       NOT NULL CHECK (octet_length(nonce) = 12),
    sealed       bytea       NOT NULL,
    expires_at   timestamptz NOT NULL,
    UNIQUE (member_id, email_digest)
);
CREATE INDEX member_former_addresses_by_expiry ON vault.member_former_addresses (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.member_former_addresses TO coopledger_vault;
