-- What the reconciliation with the provider found: differences with their life, and one row of control totals for each
-- crawl of an account ('' is the platform's). Amounts are cents, instants the caller's clock. Nothing is ever deleted.
CREATE TABLE work.breaks (
    break_id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account        text        NOT NULL,
    object_id      text        NOT NULL,
    way            text        NOT NULL CHECK (way IN ('in', 'out')),
    kind           text        NOT NULL CHECK (kind IN ('ledger-only', 'provider-only', 'amount-differs')),
    ledger_cents   bigint      NOT NULL,
    provider_cents bigint      NOT NULL,
    what           text        NOT NULL,
    moved_at       timestamptz NOT NULL,
    first_seen     timestamptz NOT NULL,
    last_seen      timestamptz NOT NULL,
    state          text        NOT NULL CHECK (state IN ('new', 'persisting', 'resolved')),
    resolved_at    timestamptz,
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX breaks_open ON work.breaks (account, object_id, way) WHERE state <> 'resolved';
GRANT SELECT, INSERT, UPDATE ON work.breaks TO coopledger_worker;
CREATE TABLE work.crawls (
    crawl_id  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account   text        NOT NULL,
    crawled_at timestamptz NOT NULL,
    since     timestamptz NOT NULL,
    found     int         NOT NULL,
    fresh     int         NOT NULL,
    steady    boolean     NOT NULL,
    balance   bigint      NOT NULL,
    movements bigint      NOT NULL,
    ledger    bigint      NOT NULL,
    in_flight bigint      NOT NULL,
    breaks    bigint      NOT NULL
);
CREATE INDEX crawls_latest ON work.crawls (account, crawl_id DESC);
GRANT SELECT, INSERT ON work.crawls TO coopledger_worker;
