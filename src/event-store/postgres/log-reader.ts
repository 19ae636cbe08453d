// Reads the log in position order, never past the horizon (see the first migration). Prefixes are
// looked for here and not in the statement: most of a log is what its readers ask for, and joining
// the names in the server costs more than letting the few others pass by. Only when a whole page was
// nothing but others, the reader turns to the streams it is asked for (thin-reader.ts).
import type { EventStore, LogPage, Position, RecordedEvent, StreamName } from '../event-store.ts'
import type { Database, Row, Statement } from './connections.ts'
import { beforeAll, positionFrom } from './position.ts'
import { eventFrom, streamsOf } from './rows.ts'
import type { StreamNumbers } from './stream-numbers.ts'
import { readThin } from './thin-reader.ts'

/** A stretch of the log, unfiltered. */
export interface Stretch {
  readonly events: readonly RecordedEvent[]
  readonly through: Position
  readonly bytes: number
  /** Something may lie beyond that is not readable yet: an append in flight holds it back. */
  readonly held: boolean
}

export interface LogReader {
  /** Rejects with the driver's error, as everything here. */
  readonly readAll: (options: Parameters<EventStore['readAll']>[0]) => Promise<LogPage>
  readonly stretch: (after: Position, limit: number) => Promise<Stretch>
  readonly head: () => Promise<Position | null>
}

const pageStatement: Statement = {
  name: 'page',
  text: 'SELECT * FROM carillon_log.page($1, $2)',
}
const headStatement: Statement = { name: 'head', text: 'SELECT carillon_log.head()' }

/** So many events of other prefixes are passed by before a page says how far it came. */
const mostLookedAt = 5_000

export const createLogReader = (database: Database, numbers: StreamNumbers): LogReader => ({
  readAll: async ({ after, prefixes, limit }) => {
    const events: RecordedEvent[] = []
    let through = after ?? beforeAll
    let atHead = false
    let lookedAt = 0
    let mayBeThin = prefixes.length > 0
    for (let window = limit; ; window = Math.min(window * 4, 1_000)) {
      const { rows } = await rowsAfter(database, through, window + 1)
      const kept = rows.slice(0, window)
      const streams = await streamsOf(database, numbers, kept)
      for (const [n, row] of kept.entries()) {
        const stream = streams[n]
        if (events.length === limit || stream === undefined) break
        if (startsWithAny(stream, prefixes)) events.push(eventFrom(row, stream))
        through = positionFrom(row[0] ?? '')
        lookedAt += 1
      }
      atHead = rows.length <= window && through === lastOf(rows, through)
      if (atHead || events.length === limit || lookedAt >= mostLookedAt) break
      if (!mayBeThin || events.length > 0) continue
      mayBeThin = false
      const thin = await readThin(database, through, prefixes, limit)
      if (thin === null || thin.through < through) continue
      const names = await streamsOf(database, numbers, thin.rows)
      thin.rows.forEach((row, n) => events.push(eventFrom(row, knownStream(names, n))))
      through = thin.through
      if (events.length === limit) break
    }
    return { events, through: through === beforeAll ? null : through, atHead }
  },
  stretch: async (after, limit) => {
    const { rows, held } = await rowsAfter(database, after, limit)
    const streams = await streamsOf(database, numbers, rows)
    let bytes = 0
    const events = rows.map((row, n) => {
      bytes += (row[6]?.length ?? 0) + (row[7]?.length ?? 0)
      return eventFrom(row, knownStream(streams, n))
    })
    return { events, through: lastOf(rows, after), bytes, held }
  },
  head: async () => {
    const position = (await database.run(headStatement, []))[0]?.[0] ?? null
    return position === null ? null : positionFrom(position)
  },
})

export const startsWithAny = (stream: string, prefixes: readonly string[]): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix))

const rowsAfter = async (
  database: Database,
  after: Position,
  most: number,
): Promise<{ readonly rows: readonly Row[]; readonly held: boolean }> => {
  const rows = await database.run(pageStatement, [after, most])
  const held = rows.at(-1)?.[0] === null
  return { rows: held ? rows.slice(0, -1) : rows, held }
}

const lastOf = (rows: readonly Row[], otherwise: Position): Position => {
  const position = rows.at(-1)?.[0]
  return position == null ? otherwise : positionFrom(position)
}

const knownStream = (streams: readonly StreamName[], n: number): StreamName => {
  const stream = streams[n]
  if (stream === undefined) throw new Error('a row without a stream')
  return stream
}
