// Percentiles of rows that were written before they were kept: filled in from the rows' own sketches, a
// few rows at a time, the newest first. Never waits for whoever writes a row, and leaves what has been
// written meanwhile as it is.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { text, unnested, type Column } from '../columns.ts'
import type { ReadDatabase } from '../database.ts'
import { readingFrom } from '../reading.ts'
import { selectRows } from '../rows.ts'
import { keptPercentiles } from './kept-percentiles.ts'
import { StoredSketch } from './stored.ts'

const UnfilledRow = t.type({ place: t.string, lateness: StoredSketch, duration: StoredSketch })

interface Filled {
  readonly place: string
  readonly percentiles: string
}

const columns: readonly Column<Filled>[] = [
  text('place', ({ place }) => place),
  text('percentiles', ({ percentiles }) => percentiles),
]

/** Answers how many were filled in; fewer than `rowsMax`: no more can be, for now. */
export const fillPercentiles = (
  db: ReadDatabase,
  schema: string,
  rowsMax: number,
): Promise<number> =>
  db.transaction().execute(async (tx) => {
    const { table } = readingFrom(tx, schema)
    const rows = await selectRows(
      tx,
      UnfilledRow,
      sql`select ctid::text as place, lateness, duration from ${table('stats')}
        where percentiles is null order by from_at desc limit ${rowsMax} for update skip locked`,
    )
    if (rows.length === 0) return 0
    const filled = rows.map(({ place, lateness, duration }) => ({
      place,
      percentiles: keptPercentiles(lateness, duration),
    }))
    await sql`update ${table('stats')} s set percentiles = u.percentiles
      from ${unnested(columns, filled)} where s.ctid = u.place::tid`.execute(tx)
    return rows.length
  })
