-- How often something was done lately, by a keyed digest of who did it: no address and no telephone line is named.
-- Each row is a bucket that fills again by itself; ``full_at`` says when it will be full, and then the row is of no use.
-- Not in the write-ahead log: after a crash of the server everybody begins with a full bucket.
CREATE UNLOGGED TABLE vault.rate_limits (
    bucket  bytea       PRIMARY KEY CHECK (octet_length(bucket) = 32),
    full_at timestamptz NOT NULL
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.rate_limits TO coopledger_vault;
DROP TABLE vault.attempts;

-- Take one from each bucket in order, at an instant, or from none: the first that is empty stops it, what was taken
-- before goes back, and the wider ones behind it are not even looked at. ``refused`` is its place, null when all gave;
-- ``wait`` is how long until it gives again. A clock that was put back makes nobody wait longer than one turn.
CREATE FUNCTION vault.take_from_buckets(
    buckets bytea[], refills interval[], bursts integer[], moment timestamptz, OUT refused integer, OUT wait interval
) LANGUAGE plpgsql AS $$
BEGIN
    FOR turn IN 1 .. cardinality(buckets) LOOP
        INSERT INTO vault.rate_limits AS known (bucket, full_at)
        VALUES (buckets[turn], moment + refills[turn])
        ON CONFLICT (bucket) DO UPDATE SET full_at = greatest(known.full_at, moment) + refills[turn]
        WHERE known.full_at + refills[turn] <= moment + bursts[turn] * refills[turn];
        IF NOT FOUND THEN
            refused := turn;
            SELECT least(known.full_at - moment - (bursts[turn] - 1) * refills[turn], refills[turn]) INTO wait
            FROM vault.rate_limits AS known WHERE known.bucket = buckets[turn];
            FOR earlier IN 1 .. turn - 1 LOOP
                UPDATE vault.rate_limits AS known SET full_at = known.full_at - refills[earlier]
                WHERE known.bucket = buckets[earlier];
            END LOOP;
            RETURN;
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION vault.take_from_buckets FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault.take_from_buckets TO coopledger_vault;
