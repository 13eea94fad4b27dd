-- Files that a member asked for: who asked for what, how far it is, and how often it was taken away. They name families:
-- the content lies sealed in parts under a key of its own, which is erased with them. For seven days, five times.
CREATE TABLE vault.exports (
    export_id   uuid        PRIMARY KEY,
    association uuid        NOT NULL,
    coop_id     uuid        NOT NULL,
    asked_by    uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('contributions', 'participants', 'gifts', 'givers', 'receipts')),
    campaign_id uuid,
    school_year integer,
    form        text        NOT NULL CHECK (form IN ('xlsx', 'csv', 'pdf')),
    asked_at    timestamptz NOT NULL,
    state       text        NOT NULL CHECK (state IN ('waiting', 'working', 'ready', 'failed', 'dropped')),
    attempt     integer     NOT NULL DEFAULT 0,
    done        integer     NOT NULL DEFAULT 0,
    whole       integer     NOT NULL DEFAULT 0,
    filename    text        NOT NULL DEFAULT '',
    size        bigint      NOT NULL DEFAULT 0,
    expires_at  timestamptz NOT NULL,
    downloads   integer     NOT NULL DEFAULT 0 CHECK (downloads BETWEEN 0 AND 5),
    kek_id      text,
    wrapped     bytea,
    CHECK (num_nonnulls(campaign_id, school_year) = 1),
    CHECK ((kek_id IS NULL) = (wrapped IS NULL))
);
-- The same asked for twice while it is being made is one.
CREATE UNIQUE INDEX exports_under_way ON vault.exports
    (association, asked_by, coop_id, kind, form, coalesce(campaign_id, coop_id), coalesce(school_year, 0))
    WHERE state IN ('waiting', 'working');
CREATE INDEX exports_of_coop ON vault.exports (association, coop_id, asked_by, asked_at);
CREATE INDEX exports_by_expiry ON vault.exports (association, expires_at);
CREATE TABLE vault.export_parts (
    export_id uuid    NOT NULL REFERENCES vault.exports ON DELETE CASCADE,
    part      integer NOT NULL CHECK (part >= 0),
    nonce     bytea   NOT NULL CHECK (octet_length(nonce) = 12),
    sealed    bytea   NOT NULL,
    PRIMARY KEY (export_id, part)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.exports, vault.export_parts TO coopledger_vault;
