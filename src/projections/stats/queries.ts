// How is the service doing? Buckets of the service or of a group are read from their rows, hours
// merged into days of the caller's zone. A task has no rows of its own (a burst would cost one for
// every fire): its newest runs are counted when somebody asks, so many and no more.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import { all, answering, readScope, type Reading } from '../reading.ts'
import { missedBy, readRetained } from '../retention/horizons.ts'
import { selectRows } from '../rows.ts'
import type { QueryFault } from '../views.ts'
import { bucketJson, bucketOf, bucketStart, bucketStarts, placesIn } from './buckets.ts'
import { readKeptBuckets } from './kept-buckets.ts'
import { StoredTally, storedTally, tallyOf } from './stored.ts'
import { emptyTally, mergeTally, tenantScope, type Tally } from './table.ts'
import { countTaskBuckets } from './task-buckets.ts'
import type { StatsBucket, StatsFilter, StatsView } from './views.ts'

export const readStats = (
  reading: Reading,
  filter: StatsFilter,
): TE.TaskEither<QueryFault, StatsView> =>
  answering(async () => {
    const { freshness, groupNo, taskNo, tenantNo } = await readScope(reading, filter)
    if (filter.job !== undefined) {
      const counted = taskNo === null ? null : await countTaskBuckets(reading, taskNo, filter)
      const buckets = await shown(reading, filter, counted?.buckets ?? [])
      const retainedFrom = missedBy(filter.from, await readRetained(reading, taskNo))
      return { buckets, countedFrom: counted?.countedFrom ?? null, retainedFrom, freshness }
    }
    const tenant = tenantNo === null ? null : tenantScope(tenantNo)
    const scope = filter.group === undefined ? tenant : groupNo
    const kept = scope === null ? null : await readKeptBuckets(reading, scope, filter)
    const merged = scope === null || kept !== null ? [] : await readBuckets(reading, scope, filter)
    const buckets = kept ?? (await shown(reading, filter, merged))
    // Hours, of which days are made, are kept.
    const retained = filter.step === 'minute' ? await readRetained(reading, null) : null
    const retainedFrom = missedBy(filter.from, retained)
    return { buckets, countedFrom: null, retainedFrom, freshness }
  })

/** In order, those of which nothing was found too. */
const shown = async (
  reading: Reading,
  filter: StatsFilter,
  buckets: readonly StatsBucket[],
): Promise<string> => {
  const found = new Map(buckets.map((bucket) => [bucket.from, bucket]))
  const starts = await bucketStarts(reading, filter)
  return JSON.stringify(
    starts.map((from) => bucketJson(found.get(from) ?? bucketOf(from, emptyTally()))),
  )
}

const BucketRow = t.type({ from: InstantFromNumber, ...StoredTally.props })

/** Merged from the rows' sketches. */
export const readBuckets = async (
  reading: Reading,
  scope: number,
  filter: Omit<StatsFilter, 'tenant'>,
): Promise<readonly StatsBucket[]> => {
  const rows = await selectRows(
    reading.db,
    BucketRow,
    sql`select ${bucketStart(sql`from_at`, filter)} as "from", ${storedTally}
      from ${reading.table('stats')} where ${all(placesIn(scope, filter))}`,
  )
  const tallies = new Map<Instant, Tally>()
  for (const row of rows) {
    const tally = tallies.get(row.from)
    if (tally === undefined) tallies.set(row.from, tallyOf(row))
    else mergeTally(tally, tallyOf(row))
  }
  return [...tallies].map(([at, tally]) => bucketOf(at, tally))
}
