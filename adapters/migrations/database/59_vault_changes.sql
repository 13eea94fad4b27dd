-- How often people of an association were erased or corrected: whoever holds names in memory compares it before each
-- use, so that a name that another process erased is not shown once more. Whom a refused command takes back is not
-- counted: nothing holds the names of people who are there on approval.
CREATE TABLE vault.changes (
    association uuid   PRIMARY KEY,
    number      bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON vault.changes TO coopledger_vault;

CREATE FUNCTION vault.count_erased() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO vault.changes AS known (association, number)
    SELECT DISTINCT association, 1 FROM gone WHERE provisional_until IS NULL AND association IS NOT NULL
    ON CONFLICT (association) DO UPDATE SET number = known.number + 1;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION vault.count_erased FROM PUBLIC;
CREATE TRIGGER count_erased AFTER DELETE ON vault.keys
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION vault.count_erased();

CREATE FUNCTION vault.count_corrected() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO vault.changes AS known (association, number)
    SELECT DISTINCT k.association, 1 FROM corrected JOIN vault.keys AS k USING (person_id)
    WHERE k.association IS NOT NULL
    ON CONFLICT (association) DO UPDATE SET number = known.number + 1;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION vault.count_corrected FROM PUBLIC;
CREATE TRIGGER count_corrected AFTER UPDATE ON vault.people
    REFERENCING NEW TABLE AS corrected FOR EACH STATEMENT EXECUTE FUNCTION vault.count_corrected();
