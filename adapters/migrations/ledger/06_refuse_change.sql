-- Second line of defence behind the rights: nobody changes or removes what the log holds, not even its owner. The head
-- moves with the log, so it may be updated, never removed. « Always » means in replica mode too.
CREATE FUNCTION @log@.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'LG009';
END $$;
CREATE TRIGGER ledger_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @log@.ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
CREATE TRIGGER ledger_keys_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @log@.ledger_keys
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
CREATE TRIGGER ledger_appends_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @log@.ledger_appends
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
CREATE TRIGGER ledger_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON @log@.ledger_head
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
ALTER TABLE @log@.ledger_events ENABLE ALWAYS TRIGGER ledger_events_append_only;
ALTER TABLE @log@.ledger_keys ENABLE ALWAYS TRIGGER ledger_keys_append_only;
ALTER TABLE @log@.ledger_appends ENABLE ALWAYS TRIGGER ledger_appends_append_only;
ALTER TABLE @log@.ledger_head ENABLE ALWAYS TRIGGER ledger_head_stays;
