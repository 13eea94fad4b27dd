-- An address may be asked for by several people before one of them confirms it: each has a record of its own that
-- waits, and only a confirmed one is the account of its address.
ALTER TABLE vault.accounts DROP CONSTRAINT accounts_association_email_digest_key;
CREATE UNIQUE INDEX accounts_of_address ON vault.accounts (association, email_digest) WHERE confirmed_at IS NOT NULL;
CREATE INDEX accounts_waiting ON vault.accounts (association, email_digest) WHERE confirmed_at IS NULL;
