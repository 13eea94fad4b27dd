-- The accounting archive: the names of payers who asked to be forgotten, for the papers that the books must keep.
-- A name alone, sealed under keys of the archive's own; a row for each contribution, gone at the end of its tenth year.
CREATE TABLE vault.payer_names (
    contribution_id uuid  PRIMARY KEY,
    association     uuid  NOT NULL,
    coop_id         uuid  NOT NULL,
    campaign_id     uuid  NOT NULL,
    payer_id        uuid  NOT NULL,
    kek_id          text  NOT NULL,
    wrapped         bytea NOT NULL,
    nonce           bytea NOT NULL CHECK (octet_length(nonce) = 12),
    sealed          bytea NOT NULL,
    expires_on      date  NOT NULL
);
CREATE INDEX payer_names_by_campaign ON vault.payer_names (association, campaign_id);
CREATE INDEX payer_names_by_expiry ON vault.payer_names (association, expires_on);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.payer_names TO coopledger_vault;
ALTER TABLE vault.erasures DROP CONSTRAINT erasures_kind_check;
ALTER TABLE vault.erasures ADD CHECK (kind IN ('person', 'contribution', 'account', 'archived-name'));
