-- Who signed in, who was refused, who read what names people: ids and kinds, never a name, an address or a text typed.
-- Rows are added and read; nothing changes or removes one but the function below, and only rows past their day.
CREATE SCHEMA trail;
GRANT USAGE ON SCHEMA trail TO coopledger_app, coopledger_worker;
CREATE TABLE trail.entries (
    entry_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    kind        text        NOT NULL,
    actor       text,
    association text        NOT NULL,
    coop_id     uuid,
    campaign_id uuid,
    subject_id  uuid,
    detail      text        NOT NULL DEFAULT '',
    request_id  text        NOT NULL DEFAULT ''
);
CREATE INDEX entries_by_association ON trail.entries (association, entry_id);
CREATE INDEX entries_by_age ON trail.entries USING brin (at);
GRANT SELECT, INSERT ON trail.entries TO coopledger_app;
-- A year: a season of collections and the audit after it (CNIL: six months to a year for such records).
CREATE FUNCTION trail.erase_old() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM trail.entries WHERE at < now() - interval '365 days' RETURNING 1) SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION trail.erase_old FROM PUBLIC;
GRANT EXECUTE ON FUNCTION trail.erase_old TO coopledger_worker;
