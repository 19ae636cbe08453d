// Reads of single streams. Reads that meet in time share one statement: a burst of commands loads
// its streams for little more than the rows themselves.
import assert from 'node:assert'
import { revisionOf } from '../checked.ts'
import type { EventStore, RecordedEvent, Revision, StreamName } from '../event-store.ts'
import { textArray } from './append-statement.ts'
import type { Database, Row, Statement } from './connections.ts'
import { eventColumns, eventFrom } from './rows.ts'
import type { StreamNumbers } from './stream-numbers.ts'

type Options = Parameters<EventStore['readStream']>[1]
type Direction = Options['direction']

interface Waiting {
  readonly stream: StreamName
  readonly from: Revision
  readonly limit: number
  readonly resolve: (events: readonly RecordedEvent[]) => void
  readonly reject: (error: unknown) => void
}

export type ReadStream = (stream: StreamName, options: Options) => Promise<readonly RecordedEvent[]>

const atOnce = 2
const mostStreams = 256
const mostEvents = 5_000
const lastRevision = 2 ** 31 - 1

export const createStreamReader = (database: Database, numbers: StreamNumbers): ReadStream => {
  const forwards = createQueue('forwards', database, numbers)
  const backwards = createQueue('backwards', database, numbers)
  return (stream, { direction, from, limit }) =>
    new Promise((resolve, reject) => {
      const start = Math.min(from ?? (direction === 'forwards' ? 0 : lastRevision), lastRevision)
      const waiting = { stream, from: revisionOf(start), limit, resolve, reject }
      if (direction === 'forwards') forwards(waiting)
      else backwards(waiting)
    })
}

const createQueue = (
  direction: Direction,
  database: Database,
  numbers: StreamNumbers,
): ((waiting: Waiting) => void) => {
  let queue: Waiting[] = []
  let free = atOnce
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || free === 0 || queue.length === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      while (free > 0 && queue.length > 0) {
        const size = batchSize(queue)
        const batch = queue.slice(0, size)
        queue = queue.slice(size)
        free -= 1
        void answer(batch)
      }
    })
  }

  const answer = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const rows = await database.run(statements[direction], argumentsOf(batch, numbers))
      const events = sortOut(batch, rows, numbers)
      for (const [n, { resolve }] of batch.entries()) resolve(events[n] ?? [])
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      free += 1
      schedule()
    }
  }

  return (waiting) => {
    queue.push(waiting)
    schedule()
  }
}

const batchSize = (queue: readonly Waiting[]): number => {
  let events = 0
  for (const [n, { limit }] of queue.entries()) {
    events += limit
    if (n > 0 && (n >= mostStreams || events > mostEvents)) return n
  }
  return queue.length
}

const readStatement = (direction: Direction): Statement => {
  const [beyond, order] = direction === 'forwards' ? ['>=', 'ASC'] : ['<=', 'DESC']
  return {
    name: `read_${direction}`,
    text: `
      WITH asked AS MATERIALIZED (
        SELECT start, most, place, CASE WHEN id > 0 THEN id ELSE (
          SELECT s.id FROM carillon_log.streams s
          WHERE s.digest = carillon_log.stream_digest(g.name)) END AS id
        FROM unnest($1::integer[], $2::text[], $3::integer[], $4::integer[])
          WITH ORDINALITY AS g(id, name, start, most, place))
      SELECT e.*, asked.place
      FROM asked CROSS JOIN LATERAL (
        SELECT ${eventColumns.map((column) => `e.${column}`).join(', ')}
        FROM carillon_log.events e
        WHERE e.stream_id = asked.id AND e.revision ${beyond} asked.start
        ORDER BY e.revision ${order}
        LIMIT asked.most
      ) AS e
      ORDER BY asked.place, e.revision ${order}`,
  }
}

const statements: Readonly<Record<Direction, Statement>> = {
  forwards: readStatement('forwards'),
  backwards: readStatement('backwards'),
}

const argumentsOf = (batch: readonly Waiting[], numbers: StreamNumbers): readonly unknown[] => {
  const known = batch.map(({ stream }) => numbers.numberOf(stream) ?? 0)
  return [
    `{${known.join()}}`,
    textArray(batch.map(({ stream }, n) => (known[n] === 0 ? stream : ''))),
    `{${batch.map(({ from }) => from).join()}}`,
    `{${batch.map(({ limit }) => limit).join()}}`,
  ]
}

const sortOut = (
  batch: readonly Waiting[],
  rows: readonly Row[],
  numbers: StreamNumbers,
): readonly (readonly RecordedEvent[])[] => {
  const events: RecordedEvent[][] = batch.map(() => [])
  for (const row of rows) {
    const place = Number(row[eventColumns.length]) - 1
    const [asked, list] = [batch[place], events[place]]
    assert(asked !== undefined && list !== undefined, 'a row for each read that was asked for')
    if (list.length === 0) numbers.learn(asked.stream, Number(row[2]))
    list.push(eventFrom(row, asked.stream))
  }
  return events
}
