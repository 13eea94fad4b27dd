-- Whoever remembers a token of the API hears at once that one was revoked.
CREATE FUNCTION registry.notify_revoked() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('coopledger_read', 'registry.tokens:0');
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION registry.notify_revoked FROM PUBLIC;
CREATE TRIGGER notify_revoked AFTER UPDATE OF revoked_at, expires_at OR DELETE ON registry.api_tokens
    FOR EACH ROW EXECUTE FUNCTION registry.notify_revoked();
