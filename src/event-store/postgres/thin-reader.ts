// What a few small streams hold, for readers whose prefixes most of the log does not have: a process
// that starts wants the calendars, not the million fires between them. Instead of letting everything
// pass by, the streams are looked up by name and their events read from the index of streams.
//
// The horizon is taken first. A stream that is made after that has no event up to it, so that none is
// missed, however the three statements fall between appends.
import type { Position } from '../event-store.ts'
import type { Database, Row, Statement } from './connections.ts'
import { positionFrom } from './position.ts'

export interface ThinRead {
  /** In position order, at most as many as asked for. */
  readonly rows: readonly Row[]
  /** Nothing else of these prefixes lies up to here. */
  readonly through: Position
}

/** With more streams than this, a prefix is not thin. */
const streamsMax = 1_000

const endStatement: Statement = {
  name: 'thin-end',
  text: `SELECT max(e.position) FROM carillon_log.events e
    WHERE e.position <= (SELECT h.readable FROM carillon_log.horizon() h)`,
}
const streamsStatement: Statement = {
  name: 'thin-streams',
  text: `SELECT s.id FROM carillon_log.streams s
    WHERE EXISTS (SELECT FROM unnest($1::text[]) AS p(prefix) WHERE starts_with(s.name, p.prefix))
    LIMIT ${streamsMax + 1}`,
}
const eventsStatement: Statement = {
  name: 'thin-events',
  text: `SELECT e.* FROM unnest($1::integer[]) AS s(id) CROSS JOIN LATERAL (
      SELECT e.position, e.recorded_at_ms, e.stream_id, e.revision, e.id, e.type, e.data, e.metadata
      FROM carillon_log.events e
      WHERE e.stream_id = s.id AND e.position > $2 AND e.position <= $3
      ORDER BY e.revision LIMIT $4) e
    ORDER BY e.position LIMIT $4`,
}

/** Null: too many streams have one of the prefixes. */
export const readThin = async (
  database: Database,
  after: Position,
  prefixes: readonly string[],
  limit: number,
): Promise<ThinRead | null> => {
  const end = (await database.run(endStatement, []))[0]?.[0] ?? null
  if (end === null) return null
  const streams = await database.run(streamsStatement, [prefixes])
  if (streams.length > streamsMax) return null
  const ids = streams.map(([id]) => id)
  const rows = await database.run(eventsStatement, [ids, after, end, limit])
  const last = rows.at(-1)?.[0] ?? end
  return { rows, through: positionFrom(rows.length === limit ? last : end) }
}
