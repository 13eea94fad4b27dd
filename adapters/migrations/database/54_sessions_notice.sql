-- Whoever believes in a member's session hears at once that one was ended: an open page ends with it.
CREATE FUNCTION vault.notify_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('coopledger_read', 'vault.member_sessions:0');
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION vault.notify_sessions FROM PUBLIC;
CREATE TRIGGER notify_sessions AFTER UPDATE OF ended_at OR DELETE ON vault.member_sessions
    FOR EACH STATEMENT EXECUTE FUNCTION vault.notify_sessions();
