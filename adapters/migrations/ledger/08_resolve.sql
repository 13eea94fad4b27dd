-- The truth about an append whose answer was lost: the position before its first event and the end of the log; or null
-- and a fence, after which a late commit of that batch can never land. The log's lock makes it wait for one that is
-- under way, and its own commit for the standby, as any append's.
CREATE FUNCTION @log@.ledger_resolve(p_batch uuid, OUT before bigint, OUT last bigint, OUT link bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('@log@.ledger_head'::regclass::oid::bigint);
    SELECT position, hash INTO STRICT last, link FROM @log@.ledger_head WHERE one;
    SELECT first_position - 1 INTO before FROM @log@.ledger_appends WHERE batch = p_batch;
    IF NOT FOUND THEN
        INSERT INTO @log@.ledger_appends (batch) VALUES (p_batch);
    END IF;
END $$;
REVOKE ALL ON FUNCTION @log@.ledger_resolve FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @log@.ledger_resolve TO coopledger_app;
