-- Which contributions were placed while signed in to an account: ids alone, the ledger knows the rest.
CREATE TABLE vault.account_contributions (
    account_id      uuid        NOT NULL REFERENCES vault.accounts ON DELETE CASCADE,
    campaign_id     uuid        NOT NULL,
    contribution_id uuid        NOT NULL,
    placed_at       timestamptz NOT NULL,
    PRIMARY KEY (account_id, contribution_id)
);
GRANT SELECT, INSERT, DELETE ON vault.account_contributions TO coopledger_vault;
