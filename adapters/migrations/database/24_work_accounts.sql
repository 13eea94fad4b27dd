-- Which account at the provider is which coop's, and what the provider calls its confirmed bank account.
CREATE TABLE work.accounts (
    account         text PRIMARY KEY,
    ledger          text NOT NULL,
    coop_id         uuid NOT NULL,
    bank_account_id uuid,
    bank_account    text,
    UNIQUE (ledger, coop_id)
);
GRANT SELECT, INSERT, UPDATE ON work.accounts TO coopledger_worker;
