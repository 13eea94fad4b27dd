-- Whom of the vault a placed basket names: it is erased with the first of them, whoever erases the person.
ALTER TABLE vault.baskets ADD COLUMN people uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX baskets_by_people ON vault.baskets USING gin (people);
CREATE FUNCTION vault.erase_baskets_of_people() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM vault.baskets USING erased WHERE baskets.people @> ARRAY[erased.person_id];
    RETURN NULL;
END $$;
CREATE TRIGGER keys_erase_baskets AFTER DELETE ON vault.keys REFERENCING OLD TABLE AS erased
    FOR EACH STATEMENT EXECUTE FUNCTION vault.erase_baskets_of_people();
