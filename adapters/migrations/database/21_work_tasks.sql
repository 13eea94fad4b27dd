-- One thing to do once, at a time or after it: named by its ledger, kind and subject, so that it is never added twice.
-- ``facts`` are ids and cents, never a person. ``call`` is what is about to be asked of the provider, with its
-- idempotency key, kept before it is asked (``called_at``).
CREATE TABLE work.tasks (
    task_id   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ledger    text        NOT NULL,
    kind      text        NOT NULL,
    subject   text        NOT NULL,
    lane      text        NOT NULL,
    facts     jsonb       NOT NULL,
    run_at    timestamptz NOT NULL,
    state     text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'parked')),
    attempts  int         NOT NULL DEFAULT 0,
    call      jsonb,
    called_at timestamptz,
    error     text,
    added_at  timestamptz NOT NULL DEFAULT now(),
    ended_at  timestamptz,
    UNIQUE (ledger, kind, subject)
) WITH (fillfactor = 80);
CREATE INDEX tasks_due ON work.tasks (run_at, task_id) WHERE state = 'waiting';
CREATE INDEX tasks_lane ON work.tasks (lane, run_at, task_id) WHERE state = 'waiting';
CREATE INDEX tasks_parked ON work.tasks (ledger, task_id) WHERE state = 'parked';
GRANT SELECT, INSERT, UPDATE, DELETE ON work.tasks TO coopledger_worker;
