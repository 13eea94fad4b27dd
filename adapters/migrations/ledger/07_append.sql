-- The only way into the log: one call, one transaction. Under the log's lock it checks the guards, stores the keys,
-- chains and stores the events, moves the head and wakes the followers. Returns the position before the first event
-- and the hash of the last.
--
-- p_known is the end of the log as the caller knows it, from its last append: where this log differs there (restored
-- from a backup, or a standby that had missed something), whatever the caller has decided is about another history.
--
-- Chain: hash = sha256 of the length-prefixed fields (int4 length, then bytes): previous hash, position, stream,
-- version, coop (empty when none), topic, state, recorded_at in microseconds since 1970.
CREATE FUNCTION @log@.ledger_append(
    p_batch uuid, p_streams uuid[], p_versions bigint[], p_coops uuid[], p_topics text[], p_states bytea[],
    p_drains boolean[], p_days date[], p_keys text[], p_fingerprints bytea[], p_offsets int[], p_counts int[],
    p_guard_coops uuid[], p_guard_positions bigint[],
    p_count_coops uuid[], p_count_positions bigint[], p_count_days date[], p_known_position bigint, p_known_hash bytea,
    OUT before bigint, OUT link bytea
) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- One plan for the life of a connection, and never one made for the small log of its first day.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    head   @log@.ledger_head%ROWTYPE;
    added  int := cardinality(p_streams);
    moment timestamptz;
    micros bytea;
    links  bytea[] := ARRAY[]::bytea[];
    bodies bytea[];
BEGIN
    -- Not the row's own lock: taking that would write to the log of the database first, for each append.
    PERFORM pg_advisory_xact_lock('@log@.ledger_head'::regclass::oid::bigint);
    SELECT * INTO STRICT head FROM @log@.ledger_head WHERE one;
    before := head.position;
    link := head.hash;
    IF p_known_position <> before THEN
        link := (SELECT hash FROM @log@.ledger_events WHERE position = p_known_position);
    END IF;
    IF p_known_position IS NOT NULL AND link IS DISTINCT FROM p_known_hash THEN
        RAISE EXCEPTION 'this is not the log that the caller knows' USING ERRCODE = 'LG002';
    END IF;
    link := head.hash;
    INSERT INTO @log@.ledger_appends VALUES (p_batch, head.position + 1, head.position + added, cardinality(p_keys));
    FOR n IN 1..cardinality(p_guard_coops) LOOP
        PERFORM FROM @log@.ledger_events
        WHERE coop_id = p_guard_coops[n] AND drains AND position > p_guard_positions[n] LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'a draining event of the coop came first' USING ERRCODE = 'LG001';
        END IF;
    END LOOP;
    -- What was counted up to a day must hold all that the coop's log has of it, this batch included.
    FOR n IN 1..cardinality(p_count_coops) LOOP
        PERFORM FROM @log@.ledger_events
        WHERE coop_id = p_count_coops[n] AND position > p_count_positions[n] AND happened_on <= p_count_days[n] LIMIT 1;
        IF FOUND OR EXISTS (
            SELECT FROM unnest(p_coops, p_days) AS fact (coop, day) WHERE coop = p_count_coops[n] AND day <= p_count_days[n]
        ) THEN
            RAISE EXCEPTION 'an event of a day that was counted came first' USING ERRCODE = 'LG003';
        END IF;
    END LOOP;
    INSERT INTO @log@.ledger_keys
    SELECT key, fingerprint, head.position + 1 + "offset", events, p_batch
    FROM unnest(p_keys, p_fingerprints, p_offsets, p_counts) AS given (key, fingerprint, "offset", events);

    IF added = 0 THEN
        RETURN;
    END IF;
    moment := greatest(clock_timestamp(), head.recorded_at);
    micros := int8send((extract(epoch FROM moment) * 1000000)::bigint);
    bodies := ARRAY(SELECT
        int4send(8) || int8send(head.position + n) || int4send(16) || uuid_send(stream) || int4send(8) || int8send(version)
        || CASE WHEN coop IS NULL THEN int4send(0) ELSE int4send(16) || uuid_send(coop) END
        || int4send(octet_length(topic)) || convert_to(topic, 'UTF8') || int4send(octet_length(state)) || state
        || int4send(8) || micros
    FROM unnest(p_streams, p_versions, p_coops, p_topics, p_states)
        WITH ORDINALITY AS fact (stream, version, coop, topic, state, n));
    FOR n IN 1..added LOOP
        link := sha256(int4send(32) || link || bodies[n]);
        links := links || link;
    END LOOP;
    INSERT INTO @log@.ledger_events
    SELECT head.position + n, stream, version, coop, topic, state, drains, day, moment, hash
    FROM unnest(p_streams, p_versions, p_coops, p_topics, p_states, p_drains, p_days, links)
        WITH ORDINALITY AS fact (stream, version, coop, topic, state, drains, day, hash, n);
    UPDATE @log@.ledger_head SET position = head.position + added, hash = link, recorded_at = moment
    WHERE one AND position = head.position;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the head was moved by another hand';
    END IF;
    PERFORM pg_notify('ledger_events', '@log@');
END $$;
REVOKE ALL ON FUNCTION @log@.ledger_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION @log@.ledger_append TO coopledger_app;
