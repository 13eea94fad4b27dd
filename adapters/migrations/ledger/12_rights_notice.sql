-- Whoever remembers rights hears at once that one was given or taken, and of nothing else.
CREATE FUNCTION @log@.notify_rights() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('coopledger_read', '@log@.rights:' || NEW.position);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION @log@.notify_rights FROM PUBLIC;
CREATE TRIGGER notify_rights AFTER INSERT ON @log@.ledger_events FOR EACH ROW
    WHEN (NEW.topic LIKE 'association.role\_%' OR NEW.topic LIKE 'coop.mandate\_%')
    EXECUTE FUNCTION @log@.notify_rights();
