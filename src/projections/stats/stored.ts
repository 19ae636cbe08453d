// Rows of the statistics read back, as they were when they were written.
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { type SkipVerdict } from '../../domain/task/events.ts'
import { unnested } from '../columns.ts'
import type { ReadDatabase } from '../database.ts'
import { nullable, selectRows } from '../rows.ts'
import { decodeSketch, emptySketch, type Sketch } from './sketch.ts'
import { placeColumns, type Tally, type TallyPlace, type TallyRow } from './table.ts'

const isSketch = (u: unknown): u is Sketch =>
  typeof u === 'object' && u !== null && 'buckets' in u && Array.isArray(u.buckets)

/** No bytes: nothing was recorded. */
export const StoredSketch = new t.Type<Sketch, unknown>(
  'Sketch',
  isSketch,
  (u, context) => {
    if (u === null) return t.success(emptySketch())
    const sketch = u instanceof Uint8Array ? decodeSketch(u) : null
    return sketch === null ? t.failure(u, context) : t.success(sketch)
  },
  (sketch) => sketch,
)

export const Skipped = t.partial({
  paused: t.number,
  replaced: t.number,
  deleted: t.number,
  misfired: t.number,
  overlapping: t.number,
  calendar: t.number,
  'catch-up-limit': t.number,
  expired: t.number,
} satisfies Record<SkipVerdict, t.Mixed>)

export const StoredTally = t.type({
  fired: t.number,
  succeeded: t.number,
  failed: t.number,
  timedOut: t.number,
  cancelled: t.number,
  skipped: nullable(Skipped),
  lateness: StoredSketch,
  duration: StoredSketch,
})

export const storedTally: RawBuilder<unknown> = sql`fired, succeeded, failed,
  timed_out as "timedOut", cancelled, skipped, lateness, duration`

export const tallyOf = (row: t.TypeOf<typeof StoredTally>): Tally => {
  const { fired, succeeded, failed, timedOut, cancelled, skipped, lateness, duration } = row
  const ended = { succeeded, failed, 'timed-out': timedOut, cancelled }
  return { fired, ended, skipped: skipped ?? {}, lateness, duration }
}

const StoredRow = t.intersection([
  t.type({ scope: t.number, step: t.keyof({ minute: null, hour: null }), fromMs: t.number }),
  StoredTally,
])

export const readTallies = async (
  db: ReadDatabase,
  places: readonly TallyPlace[],
): Promise<readonly TallyRow[]> => {
  const rows = await selectRows(
    db,
    StoredRow,
    sql`select scope, stats.step, from_at as "fromMs", ${storedTally}
      from stats join (select scope, step::stats_step, from_at
        from ${unnested(placeColumns, places)}) u using (scope, step, from_at)`,
  )
  return rows.map(({ scope, step, fromMs, ...tally }) => ({
    ...{ scope, step, fromMs },
    tally: tallyOf(tally),
  }))
}
