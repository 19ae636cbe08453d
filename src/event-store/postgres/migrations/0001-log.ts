// The tables of the log, the one statement that appends, and the one that reads.
//
// Horizon. Positions come from a sequence, so a later one may commit before an earlier one, and a
// reader must not pass the earlier. Before an append draws its first position it takes a shared
// advisory lock whose key names the last position drawn so far; the lock goes when the append is
// over. A reader notes the sequence, then the lowest such lock, then reads in a newer snapshot, and
// no further than the lower of the two. An event at or below that line either drew its position
// before the reader looked at the sequence, so that its lock was there to be seen, or was already
// visible. Only appends in flight hold readers back; other transactions take no such lock.
//
// Commit. `append` is a procedure that commits by itself, so that an append is over when the server
// is done with it, whether or not the client is still there to say so. The notification follows in
// a transaction of its own, because notifying transactions commit one at a time.
//
// Head. A stream's head is its newest event in the unique index, not a counter: nothing is updated,
// so a burst leaves no dead rows behind, and the index that finds the head is the one that guards it.
// A stream truncated to nothing is remembered by truncated_before. A revision that truncation took
// out of the index could be taken a second time; so every truncation is counted in the transaction
// that deletes, and an append whose count has changed by the time it has inserted starts over.
//
// Vouching. A writer that has itself stored what it now expects need not have the heads looked up
// (a quarter of the work): it names the count of truncations it knows. While that has not changed,
// the expected event is still there, and the index alone says whether it is still the newest.
export const log = `
CREATE TABLE carillon_log.streams (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  name text NOT NULL,
  truncated_before integer NOT NULL DEFAULT 0
);
COMMENT ON COLUMN carillon_log.streams.digest IS
  'SHA-256 of the name: names may be longer than an index entry';

CREATE SEQUENCE carillon_log.positions AS bigint;

CREATE TABLE carillon_log.truncations (count bigint NOT NULL);
INSERT INTO carillon_log.truncations VALUES (0);

CREATE TABLE carillon_log.events (
  position bigint NOT NULL,
  recorded_at_ms bigint NOT NULL,
  stream_id integer NOT NULL,
  revision integer NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  data text NOT NULL,
  metadata text NOT NULL,
  CONSTRAINT events_position PRIMARY KEY (position),
  CONSTRAINT events_revision UNIQUE (stream_id, revision)
);
COMMENT ON COLUMN carillon_log.events.data IS
  'JSON, kept as text: given back letter by letter, null characters included';

CREATE FUNCTION carillon_log.stream_digest(name text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT sha256(convert_to(name, 'UTF8')) $$;

CREATE FUNCTION carillon_log.horizon_lock(drawn bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (17217::bigint << 48) | drawn $$;

-- One entry per stream: names ('' where the number is known), stream_ids, expected (-1 none,
-- -2 any), lasts (which event is the stream's last), counts. One entry per event, grouped by
-- stream: owners (which stream), offsets (place among the stream's events), and the event.
-- data and metadata are JSON texts, one per line.
-- vouched is null, or the count of truncations under which the writer has seen every expected event.
-- Answers the present count, and per stream: position 0 is a conflict and heads the actual head, else both are those of
-- the last event.
CREATE PROCEDURE carillon_log.append(
  writer text, names text[], INOUT stream_ids integer[], expected integer[], lasts integer[],
  counts integer[], owners integer[], offsets integer[], ids uuid[], types text[], data text,
  metadata text, INOUT vouched bigint, INOUT heads integer[], INOUT positions bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  refused CONSTANT integer := -3;
  bases integer[];
  drawn bigint[];
  truncations bigint;
  violated text;
  recorded_at_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
BEGIN
  IF names IS NOT NULL THEN
    INSERT INTO carillon_log.streams (digest, name)
      SELECT carillon_log.stream_digest(g.name), g.name
      FROM unnest(names, expected) AS g(name, expected)
      WHERE g.name <> '' AND g.expected < 0
      ORDER BY 1
      ON CONFLICT DO NOTHING;
    stream_ids := ARRAY(
      SELECT CASE WHEN g.name = '' THEN g.id ELSE coalesce((
        SELECT s.id FROM carillon_log.streams s
        WHERE s.digest = carillon_log.stream_digest(g.name)), 0) END
      FROM unnest(stream_ids, names) AS g(id, name));
  END IF;
  LOOP
    truncations := coalesce(vouched, (SELECT t.count FROM carillon_log.truncations t));
    heads := CASE WHEN vouched IS NOT NULL THEN expected ELSE ARRAY(
      SELECT coalesce(
        (SELECT e.revision FROM carillon_log.events e WHERE e.stream_id = g.id
          ORDER BY e.revision DESC LIMIT 1),
        (SELECT s.truncated_before - 1 FROM carillon_log.streams s WHERE s.id = g.id),
        -1)
      FROM unnest(stream_ids) AS g(id)) END;
    IF heads = expected THEN
      bases := heads;
    ELSE
      bases := ARRAY(
        SELECT CASE WHEN g.expected = -2 OR g.expected = g.head THEN g.head ELSE refused END
        FROM unnest(heads, expected) AS g(head, expected));
      EXIT WHEN refused = ALL (bases);
    END IF;
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(carillon_log.horizon_lock(p.last_value))
        FROM carillon_log.positions p;
      drawn := ARRAY(
        SELECT nextval('carillon_log.positions') FROM generate_series(1, cardinality(ids)));
      INSERT INTO carillon_log.events
        (position, recorded_at_ms, stream_id, revision, id, type, data, metadata)
        SELECT g.position, recorded_at_ms, stream_ids[g.owner], bases[g.owner] + 1 + g.place,
          g.id, g.type, g.data, g.metadata
        FROM unnest(drawn, owners, offsets, ids, types,
            string_to_array(data, E'\\n'), string_to_array(metadata, E'\\n'))
          AS g(position, owner, place, id, type, data, metadata)
        WHERE bases[g.owner] > refused;
      IF truncations <> (SELECT t.count FROM carillon_log.truncations t) THEN
        RAISE unique_violation USING CONSTRAINT = 'events_revision';
      END IF;
      EXIT;
    EXCEPTION WHEN unique_violation THEN
      -- A revision was taken, or may have been and is truncated: look at the heads again.
      GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
      IF violated <> 'events_revision' THEN RAISE; END IF;
      drawn := NULL;
      vouched := NULL;
    END;
  END LOOP;
  vouched := truncations;
  IF heads = expected THEN
    positions := ARRAY(SELECT drawn[g.last] FROM unnest(lasts) AS g(last));
    heads := ARRAY(SELECT g.head + g.count FROM unnest(heads, counts) AS g(head, count));
  ELSE
    -- Refused streams are looked at once more: these very events may stand there already.
    SELECT
        array_agg(CASE
          WHEN g.base > refused THEN g.head + g.count
          WHEN r.position IS NOT NULL THEN g.expected + g.count
          ELSE g.head END ORDER BY g.ord),
        array_agg(CASE
          WHEN g.base > refused THEN drawn[g.last]
          ELSE coalesce(r.position, 0) END ORDER BY g.ord)
      INTO heads, positions
      FROM unnest(stream_ids, heads, bases, expected, lasts, counts)
        WITH ORDINALITY AS g(id, head, base, expected, last, count, ord)
      LEFT JOIN LATERAL (
        SELECT max(e.position) AS position
        FROM carillon_log.events e
        WHERE g.base = refused AND g.expected >= -1 AND e.stream_id = g.id
          AND e.revision BETWEEN g.expected + 1 AND g.expected + g.count
        HAVING array_agg(e.id ORDER BY e.revision) = ids[g.last - g.count + 1 : g.last]
      ) AS r ON true;
  END IF;
  IF names IS NULL THEN
    stream_ids := NULL; -- the writer knows them
  END IF;
  COMMIT;
  IF drawn IS NOT NULL THEN
    PERFORM pg_notify('carillon_log', writer);
  END IF;
END $$;

CREATE FUNCTION carillon_log.horizon(OUT readable bigint, OUT drawn bigint)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT p.last_value INTO drawn FROM carillon_log.positions p;
  SELECT least(drawn, min(((l.classid::bigint & 65535) << 32) | l.objid::bigint)) INTO readable
    FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 1
      AND l.classid::bigint >> 16 = carillon_log.horizon_lock(0) >> 48
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
END $$;

-- The log after a position. When appends in flight keep later events unreadable for the moment, a
-- last row of nulls says so.
CREATE FUNCTION carillon_log.page(after bigint, most integer)
RETURNS TABLE ("position" bigint, recorded_at_ms bigint, stream_id integer, revision integer,
  id uuid, type text, data text, metadata text)
LANGUAGE plpgsql AS $$
DECLARE
  h record;
BEGIN
  SELECT * INTO h FROM carillon_log.horizon();
  RETURN QUERY
    SELECT e.position, e.recorded_at_ms, e.stream_id, e.revision, e.id, e.type, e.data, e.metadata
    FROM carillon_log.events e
    WHERE e.position > after AND e.position <= h.readable
    ORDER BY e.position LIMIT most;
  IF h.readable < h.drawn THEN
    "position" := NULL;
    RETURN NEXT;
  END IF;
END $$;

CREATE FUNCTION carillon_log.head() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  h record;
BEGIN
  SELECT * INTO h FROM carillon_log.horizon();
  RETURN (SELECT max(e.position) FROM carillon_log.events e WHERE e.position <= h.readable);
END $$;

CREATE FUNCTION carillon_log.truncate(stream text, before integer) RETURNS void
LANGUAGE sql AS $$
  UPDATE carillon_log.truncations SET count = count + 1;
  WITH cut AS (
    UPDATE carillon_log.streams s
    SET truncated_before = greatest(s.truncated_before, least(before, 1 + coalesce(
      (SELECT e.revision FROM carillon_log.events e WHERE e.stream_id = s.id
        ORDER BY e.revision DESC LIMIT 1), s.truncated_before - 1)))
    WHERE s.digest = carillon_log.stream_digest(stream)
    RETURNING s.id, s.truncated_before)
  DELETE FROM carillon_log.events e USING cut
  WHERE e.stream_id = cut.id AND e.revision < cut.truncated_before;
$$;
`
