-- Whoever works hears at once that there may be something to do, whichever process added it.
CREATE FUNCTION work.notify_due() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('work_due', TG_TABLE_NAME);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION work.notify_due FROM PUBLIC;
CREATE TRIGGER notify_due AFTER INSERT OR UPDATE OF run_at ON work.tasks
    FOR EACH STATEMENT EXECUTE FUNCTION work.notify_due();
CREATE TRIGGER notify_due AFTER INSERT OR UPDATE OF run_at ON work.notifications
    FOR EACH STATEMENT EXECUTE FUNCTION work.notify_due();
-- What a notification tells of a payment: which one, of which ledger, and how much a look at it must have shown to
-- answer it (1: that it was paid; 2: its fee too; nothing: whatever was seen before, it is looked at again). ``shown``
-- is how much the look showed that answered it: what comes later and says no more is answered without a look.
ALTER TABLE work.notifications
    ADD COLUMN payment text,
    ADD COLUMN ledger  text,
    ADD COLUMN wants   smallint,
    ADD COLUMN shown   smallint;
CREATE INDEX notifications_payment ON work.notifications (payment) WHERE payment IS NOT NULL;
