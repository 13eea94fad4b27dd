-- What families hold instead of a name and a password: the digest of a random token, what it is for, until which day.
-- The identifiers of a contribution open nothing; who has no token has no page.
CREATE TABLE vault.family_tokens (
    token_sha256    bytea   PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    association     uuid    NOT NULL,
    purpose         text    NOT NULL CHECK (
        purpose IN ('contribution', 'receipt', 'plan', 'instalment', 'return-paid', 'return-left')
    ),
    campaign_id     uuid    NOT NULL,
    contribution_id uuid    NOT NULL,
    instalment      integer NOT NULL DEFAULT 0 CHECK (instalment >= 0),
    expires_on      date    NOT NULL
);
CREATE INDEX family_tokens_by_expiry ON vault.family_tokens (association, expires_on);
CREATE INDEX family_tokens_by_contribution ON vault.family_tokens (contribution_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.family_tokens TO coopledger_vault;
