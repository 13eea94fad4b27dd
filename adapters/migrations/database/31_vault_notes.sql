-- Notes beside decisions, in people's own words: sealed like people, named by the event of their decision.
-- A note that was erased leaves its empty row until its day, so that a request sent again cannot bring it back.
CREATE TABLE vault.notes (
    note_id     uuid  PRIMARY KEY,
    association uuid  NOT NULL,
    coop_id     uuid  NOT NULL,
    kek_id      text,
    wrapped     bytea,
    nonce       bytea CHECK (octet_length(nonce) = 12),
    sealed      bytea,
    expires_on  date  NOT NULL,
    CHECK (num_nulls(kek_id, wrapped, nonce, sealed) IN (0, 4))
);
CREATE INDEX notes_by_expiry ON vault.notes (association, expires_on);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.notes TO coopledger_vault;
