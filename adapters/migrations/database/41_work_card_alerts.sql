-- Campaigns on which stolen cards are probably tested: until ``ends_at`` visitors that nobody knows are slowed there.
CREATE TABLE work.card_alerts (
    ledger      text        NOT NULL,
    campaign_id uuid        NOT NULL,
    began_at    timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > began_at),
    PRIMARY KEY (ledger, campaign_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON work.card_alerts TO coopledger_worker;
