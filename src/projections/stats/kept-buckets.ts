// Minutes and hours as they are kept, as the JSON that is shown of them: a day of minutes is a thousand
// buckets, and an object for each would be most of what they cost. The database writes a line for each,
// empty ones included, and one pattern turns all lines into JSON; what it does not fit is a bug.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { all, instantParameter, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import { bucketStart, placesIn } from './buckets.ts'
import type { StatsFilter } from './views.ts'

const Lines = t.type({ lines: t.string, whole: nullable(t.boolean) })

/** Years of four digits; before 1970 nothing is kept. */
const yearsFrom = 0
const yearsUntil = Date.UTC(10_000, 0)

/** A JSON array; null: it has to be made from the rows' sketches, as rows from before percentiles were kept. */
export const readKeptBuckets = async (
  { db, table }: Reading,
  scope: number,
  filter: Omit<StatsFilter, 'tenant'>,
): Promise<string | null> => {
  const { step, from, until } = filter
  if (step === 'day' || from < yearsFrom || until > yearsUntil) return null
  const counts = ['fired', 'succeeded', 'failed', 'timed_out', 'cancelled'].map(
    (name) => sql`coalesce(${sql.id(name)}, 0)`,
  )
  const [row] = await selectRows(
    db,
    Lines,
    sql`select bool_and(percentiles is not null) filter (where fired is not null) as whole,
        string_agg(concat_ws(' ',
          to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.000"Z"'), ${sql.join(counts)},
          coalesce(fired - succeeded - failed - timed_out - cancelled, 0),
          coalesce(replace(percentiles, '-', '- - - -'), '- - - - - - - -'),
          coalesce(skipped::text, '{}')), E'\n' order by at) as lines
      from generate_series(${bucketStart(instantParameter(from), filter)},
          ${instantParameter(until - 1)}, ${`1 ${step}`}::interval) at
        left join (select * from ${table('stats')} where ${all(placesIn(scope, filter))}) kept
          on from_at = at`,
  )
  return row === undefined || row.whole === false ? null : jsonOf(row.lines)
}

const count = '(\\d+)'
const measured = '(\\d+|-)'
const line = new RegExp(
  `^(\\S+) ${[...Array<string>(6).fill(count), ...Array<string>(8).fill(measured)].join(' ')} (\\{.*\\})$`,
  'gm',
)

const percentiles = (first: number): string =>
  `{"p50":$${first},"p95":$${first + 1},"p99":$${first + 2},"max":$${first + 3}}`
const bucket =
  '{"from":"$1","fired":$2,"succeeded":$3,"failed":$4,"timedOut":$5,"cancelled":$6,"running":$7,' +
  `"skipped":$16,"lateness":${percentiles(8)},"duration":${percentiles(12)}},`
const unmeasured = percentiles(0).replaceAll(/\$\d/g, '-')

const jsonOf = (lines: string): string => {
  const buckets = lines.replace(line, bucket).replaceAll(unmeasured, 'null')
  const unread = /^[^{].*$/m.exec(buckets)
  if (unread !== null) throw new Error(`not a row of the statistics: ${unread[0]}`)
  return `[${buckets.slice(0, -1)}]`
}
