-- Second line of defence behind the rights: nobody changes or removes what the log holds, not even its owner.
CREATE FUNCTION @log@.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'LG009';
END $$;
CREATE TRIGGER ledger_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @log@.ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
CREATE TRIGGER ledger_keys_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @log@.ledger_keys
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
CREATE TRIGGER ledger_appends_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @log@.ledger_appends
    FOR EACH STATEMENT EXECUTE FUNCTION @log@.refuse_change();
