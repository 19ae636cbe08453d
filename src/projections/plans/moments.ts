// Where in the log does a past moment lie? An instant is a matter of time: what had happened is what
// was recorded at or before it. A position is a matter of the log's order alone, because many events
// are recorded within one millisecond, and clocks are set. Events are numbered in the log's order, so
// the place of a position is found by halving over the numbers.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import { Position } from '../../event-store/event-store.ts'
import { answering, instantParameter, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import type { QueryFault } from '../views.ts'

/** What had happened: all that was recorded by an instant, or all up to an event's number. */
export type Through =
  | { readonly type: 'instant'; readonly at: Instant }
  | { readonly type: 'seq'; readonly seq: number }

export interface Moment {
  readonly through: Through
  /** Of the newest event that had happened, and when it was recorded. */
  readonly position: Position
  readonly at: Instant
}

/** How far a clock is taken to be set back, at most. */
const setBackMaxMs = 86_400_000

/** Of a row of `plans` that is called `n`. */
export const hasHappened = ({ table }: Reading, through: Through): RawBuilder<unknown> => {
  if (through.type === 'seq') return sql`n.seq <= ${through.seq}::bigint`
  const { at } = through
  // The second condition only spares a walk over what is much newer.
  return sql`n.at <= ${instantParameter(at)} and n.seq < coalesce(
    (select seq from ${table('plans')} where at > ${instantParameter(at + setBackMaxMs)}
      order by at, seq limit 1), ${Number.MAX_SAFE_INTEGER}::bigint)`
}

const EventRow = t.type({ seq: t.number, position: Position, at: InstantFromNumber })
type EventRow = t.TypeOf<typeof EventRow>

/** The newest event recorded at or before an instant; null: there is none. */
export const readMoment = (
  { db, table }: Reading,
  at: Instant,
): TE.TaskEither<QueryFault, Moment | null> =>
  answering(async () => {
    // Changes of what is planned are always kept, other events for a while.
    const newestOf = (name: string) =>
      sql`(select seq, position, at from ${table(name)}
        where at <= ${instantParameter(at)} order by at desc, seq desc limit 1)`
    const [newest] = await selectRows(
      db,
      EventRow,
      sql`select * from (${newestOf('activity')} union ${newestOf('plans')}) newest
        order by at desc, seq desc limit 1`,
    )
    if (newest === undefined) return null
    return { through: { type: 'instant', at }, position: newest.position, at: newest.at }
  })

interface Place {
  readonly position: Position
  /** When the event after it was recorded; null: there is none. */
  readonly followedAt: Instant | null
  readonly isPast: (row: { readonly position: Position }) => boolean
  readonly now: Instant
}

/** Everything up to a position; null: nothing of a task had happened. */
export const readMomentOf = (
  reading: Reading,
  position: Position,
  compare: (a: Position, b: Position) => number,
  { now, followedAt }: Pick<Place, 'now' | 'followedAt'>,
): TE.TaskEither<QueryFault, Moment | null> =>
  answering(async () => {
    const isPast: Place['isPast'] = (row) => compare(row.position, position) <= 0
    const place = { position, isPast, now, followedAt }
    const plan = await newestPlan(reading, place)
    if (plan === null) return null
    const at = plan.position === position ? plan.at : await recordedAt(reading, place, plan)
    return { through: { type: 'seq', seq: plan.seq }, position, at }
  })

/** Only changes of what is planned matter to what was planned, and they are always kept. */
const newestPlan = async (reading: Reading, place: Place): Promise<EventRow | null> => {
  const { isPast } = place
  const nearby = await planNearby(reading, place)
  if (nearby !== null) return nearby
  const [newest] = await selectRows(
    reading.db,
    t.type({ seq: t.number }),
    sql`select seq from ${reading.table('plans')} order by seq desc limit 1`,
  )
  if (newest === undefined) return null
  return (await newestPast(reading, bySeq, [1, newest.seq + 1], isPast)).found
}

const NearbyRow = t.intersection([EventRow, t.type({ isBehind: t.boolean })])

/** Plans on either side of a guess that are looked at before halving begins. */
const aroundMax = 8

/** Among those recorded about when the following event was; null: it is not, or nobody can tell. */
const planNearby = async (
  { db, table }: Reading,
  { isPast, now, followedAt }: Place,
): Promise<EventRow | null> => {
  const plans = table('plans')
  const until = instantParameter(followedAt ?? now + setBackMaxMs)
  const rows = await selectRows(
    db,
    NearbyRow,
    sql`with guess as materialized (select seq from ${plans} where at <= ${until}
        order by at desc, seq desc limit 1)
      select * from (
        (select seq, position, at, false as "isBehind" from ${plans}
          where seq <= (select seq from guess) order by seq desc limit ${aroundMax})
        union all
        (select seq, position, at, true as "isBehind" from ${plans}
          where seq > (select seq from guess) order by seq limit ${aroundMax})
      ) around order by seq`,
  )
  const beyond = rows.findIndex((row) => !isPast(row))
  const isLast = rows.filter(({ isBehind }) => isBehind).length < aroundMax
  if (beyond < 0) return isLast ? (rows.at(-1) ?? null) : null
  return rows[beyond - 1] ?? null
}

/** Events of one moment may be recorded in another order than the log's, by this much. */
const disorderMs = 1_000

/** When the event at a position was, while it is kept; otherwise the newest before it that is. */
const recordedAt = async (reading: Reading, place: Place, plan: EventRow): Promise<Instant> =>
  (await foundNearby(reading, place, plan)) ?? foundByHalving(reading, place, plan)

/** Among the events recorded just before the one that follows; null: it is further away. */
const foundNearby = async (
  { db, table }: Reading,
  { position, now, followedAt }: Place,
  plan: EventRow,
): Promise<Instant | null> => {
  const [row] = await selectRows(
    db,
    t.type({ at: InstantFromNumber }),
    sql`select at from (
        select at, position from ${table('activity')}
        where at <= ${instantParameter(followedAt ?? now + setBackMaxMs)}
          and at >= ${instantParameter(plan.at - disorderMs)}
        order by at desc, seq desc limit ${nearbyMax}
      ) nearby where position = ${position} limit 1`,
  )
  return row?.at ?? null
}

const nearbyMax = 200

const foundByHalving = async (
  reading: Reading,
  { position, isPast, now }: Place,
  plan: EventRow,
): Promise<Instant> => {
  const range = [plan.at, now + setBackMaxMs] as const
  const { found, beyond } = await newestPast(reading, byTime, range, isPast)
  const at = found?.at ?? plan.at
  const [itself] = await selectRows(
    reading.db,
    t.type({ at: InstantFromNumber }),
    sql`select at from ${reading.table('activity')} where position = ${position}
      and at >= ${instantParameter(at - disorderMs)}
      and at <= ${instantParameter(beyond + disorderMs)} limit 1`,
  )
  return itself?.at ?? at
}

/** Rows in the order of a whole number. */
interface Order {
  readonly table: string
  readonly keyOf: (row: EventRow) => number
  /** The newest row at or below a number that is called `pivot`. */
  readonly isReached: RawBuilder<unknown>
  readonly newestFirst: RawBuilder<unknown>
}

const bySeq: Order = {
  table: 'plans',
  keyOf: ({ seq }) => seq,
  isReached: sql`seq <= pivot`,
  newestFirst: sql`seq desc`,
}
const byTime: Order = {
  table: 'activity',
  keyOf: ({ at }) => at,
  isReached: sql`at <= to_timestamp(pivot / 1000.0)`,
  newestFirst: sql`at desc, seq desc`,
}

const PivotRow = t.type({ pivot: t.number, event: nullable(EventRow) })

/** The newest row that is past, and the number from which on none is. */
const newestPast = async (
  { db, table }: Reading,
  order: Order,
  range: readonly [from: number, beyond: number],
  isPast: Place['isPast'],
): Promise<{ readonly found: EventRow | null; readonly beyond: number }> => {
  let found: EventRow | null = null
  let [from, beyond] = range
  while (from < beyond) {
    const pivots = sql`${sql.val(pivotsIn(from, beyond))}::int8[]`
    const rows = await selectRows(
      db,
      PivotRow,
      sql`select pivot, case when e.seq is not null then
          json_build_object('seq', e.seq, 'position', e.position,
            'at', (extract(epoch from e.at) * 1000)::int8) end as event
        from unnest(${pivots}) pivot left join lateral (
          select seq, position, at from ${table(order.table)} where ${order.isReached}
          order by ${order.newestFirst} limit 1) e on true
        order by pivot`,
    )
    for (const { pivot, event } of rows) {
      if (event !== null && !isPast(event)) {
        beyond = Math.min(pivot, order.keyOf(event))
        break
      }
      from = pivot + 1
      found = event ?? found
    }
  }
  return { found, beyond }
}

/** So many places are looked at by one statement. */
const pivotsMax = 16

/** The last of them is the last number of the range. */
const pivotsIn = (from: number, beyond: number): number[] => {
  const count = Math.min(pivotsMax, beyond - from)
  const stride = (beyond - from) / count
  return Array.from({ length: count }, (_, n) => from + Math.floor(stride * (n + 1)) - 1)
}
