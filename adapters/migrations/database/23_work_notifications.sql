-- Notifications of the provider as they came, once each. A body may hold a family's e-mail address: it is evidence for
-- some days only, then emptied.
CREATE TABLE work.notifications (
    event       text        PRIMARY KEY,
    endpoint    text        NOT NULL,
    kind        text        NOT NULL,
    object_id   text        NOT NULL,
    account     text,
    api_version text,
    created_at  timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    body        bytea,
    run_at      timestamptz NOT NULL,
    state       text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'parked')),
    attempts    int         NOT NULL DEFAULT 0,
    error       text,
    ended_at    timestamptz
) WITH (fillfactor = 80);
CREATE INDEX notifications_due ON work.notifications (run_at, event) WHERE state = 'waiting';
CREATE INDEX notifications_bodies ON work.notifications (received_at) WHERE body IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON work.notifications TO coopledger_worker;
