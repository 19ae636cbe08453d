// How did every task stand at a moment, and which versions has one gone through? A moment is a place
// in the order in which events were applied; what was recorded at or before an instant is a
// beginning of that order.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import { Schedule } from '../../domain/schedule/schedule.ts'
import { TaskId } from '../../domain/task/ids.ts'
import { Position } from '../../event-store/event-store.ts'
import { all, answering, instantParameter, readFreshness, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import type { Freshness, QueryFault } from '../views.ts'

const schedulesKept = new Map<string, Schedule>()
const schedulesMax = 100_000

/** Of JSON text; equal texts give one object, so that tasks on one schedule are found together. */
const SharedSchedule = new t.Type<Schedule, unknown>(
  'SharedSchedule',
  Schedule.is,
  (input, context) => {
    if (typeof input !== 'string') return t.failure(input, context)
    const known = schedulesKept.get(input)
    if (known !== undefined) return t.success(known)
    const decoded = Schedule.validate(JSON.parse(input), context)
    if (schedulesKept.size >= schedulesMax) schedulesKept.clear()
    if (E.isRight(decoded)) schedulesKept.set(input, decoded.right)
    return decoded
  },
  Schedule.encode,
)

/** How a task stands as far as its plan goes. */
const StandingRow = t.intersection([
  TaskId,
  t.type({
    seq: t.number,
    taskNo: t.number,
    status: t.keyof({ Active: null, Paused: null, Completed: null, Deleted: null }),
    pausedUntil: nullable(InstantFromNumber),
    startAt: nullable(InstantFromNumber),
    repeatCount: t.number,
    schedule: SharedSchedule,
  }),
])
export type StandingRow = t.TypeOf<typeof StandingRow>

const standing = sql`p.seq, p.task_no as "taskNo", t.tenant, t.task_group as "group", t.job,
  p.status, p.paused_until as "pausedUntil", p.start_at as "startAt",
  p.repeat_count as "repeatCount", d.schedule`

const joined = ({ table }: Reading): RawBuilder<unknown> =>
  sql`${table('plans')} p join ${table('tasks')} t using (task_no)
    join ${table('plans')} d on d.seq = p.defined_seq`

export interface Standings {
  readonly items: readonly StandingRow[]
  readonly freshness: Freshness
  /** Events applied so far: no row has a higher number. */
  readonly events: number
}

/** Changes after one of them, in the order in which they were made. */
export const readStandings = (
  reading: Reading,
  afterSeq: number,
  limit: number,
): TE.TaskEither<QueryFault, Standings> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const { db, table } = reading
    const [checkpoint] = await selectRows(
      db,
      t.type({ events: t.number }),
      sql`select events from ${table('checkpoint')}`,
    )
    const items = await selectRows(
      db,
      StandingRow,
      sql`select ${standing} from ${joined(reading)}
        where p.seq > ${afterSeq}::bigint order by p.seq limit ${limit}`,
    )
    return { items, freshness, events: checkpoint?.events ?? 0 }
  })

/** A place in the log: everything up to the event with this number has happened. */
export interface Moment {
  readonly seq: number
  readonly position: Position
  readonly at: Instant
}

const MomentRow = t.type({ seq: t.number, position: Position, at: InstantFromNumber })

/** The newest event recorded at or before an instant; null: there is none. */
export const readMoment = (
  reading: Reading,
  at: Instant,
): TE.TaskEither<QueryFault, Moment | null> =>
  answering(async () => {
    const condition = sql`at <= ${instantParameter(at)}`
    const [moment] = await selectMoments(reading, condition, sql`at desc, seq desc`, 1)
    return moment ?? null
  })

/** Of the events that are kept: changes of what is planned always are, others for a while. */
const selectMoments = (
  { db, table }: Reading,
  condition: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
): Promise<readonly Moment[]> => {
  const from = (name: string) =>
    sql`(select seq, position, at from ${table(name)}
      where ${condition} order by ${order} limit ${limit})`
  return selectRows(
    db,
    MomentRow,
    sql`select * from (${from('activity')} union ${from('plans')}) moments
      order by ${order} limit ${limit}`,
  )
}

/** The newest event at or before a position. Order of time and order of the log agree but for moments. */
export const readMomentOf = (
  reading: Reading,
  position: Position,
  compare: (a: Position, b: Position) => number,
  now: Instant,
): TE.TaskEither<QueryFault, Moment | null> =>
  answering(async () => {
    const isPast = (moment: Moment): boolean => compare(moment.position, position) <= 0
    let found: Moment | null = null
    let [low, high] = [0, Number(now) + 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const [moment] = await selectMoments(
        reading,
        sql`at <= ${instantParameter(middle)}`,
        sql`at desc, seq desc`,
        1,
      )
      if (moment === undefined) low = middle + 1
      else if (isPast(moment)) {
        found = moment
        low = middle + 1
      } else high = Math.min(middle, moment.at)
    }
    const after = found?.at ?? -1
    const next = await selectMoments(
      reading,
      sql`at > ${instantParameter(after)}`,
      sql`at, seq`,
      momentsMax,
    )
    return next.filter(isPast).at(-1) ?? found
  })

/** Events recorded within one millisecond, as far as they are looked at. */
const momentsMax = 5_000

/** Where what is kept begins, when some of the log had gone before it was read; null: it is whole. */
export const readHorizon = (
  { db, table }: Reading,
  tenant: string,
): TE.TaskEither<QueryFault, Instant | null> =>
  answering(async () => {
    const [row] = await selectRows(
      db,
      t.type({ horizon: nullable(InstantFromNumber) }),
      sql`select max(p.at) as horizon from ${table('plans')} p join ${table('tasks')} t using (task_no)
        where p.type = 'TaskCarriedForward' and t.tenant = ${tenant}`,
    )
    return row?.horizon ?? null
  })

/** Tasks of a tenant as they stood at a moment, in order of their numbers. */
export const readStandingsAt = (
  reading: Reading,
  { tenant }: { readonly tenant: string },
  seq: number,
  page: { readonly afterTaskNo: number; readonly limit: number },
): TE.TaskEither<QueryFault, readonly StandingRow[]> =>
  answering(() => {
    const { db, table } = reading
    const conditions = [sql`t.tenant = ${tenant}`, sql`t.task_no > ${page.afterTaskNo}`]
    return selectRows(
      db,
      StandingRow,
      sql`select ${standing} from ${table('tasks')} t
          cross join lateral (select * from ${table('plans')} n
            where n.task_no = t.task_no and n.seq <= ${seq}::bigint
            order by n.seq desc limit 1) p
          join ${table('plans')} d on d.seq = p.defined_seq
        where ${all(conditions)} order by t.task_no limit ${page.limit}`,
    )
  })
