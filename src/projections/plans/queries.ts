// How does every task stand, and how did it at a moment?
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type RawBuilder } from 'kysely'
import { InstantFromNumber, type Instant } from '../../domain/instant.ts'
import { Schedule } from '../../domain/schedule/schedule.ts'
import { TaskId } from '../../domain/task/ids.ts'
import { all, answering, readProgress, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import type { Freshness, QueryFault } from '../views.ts'
import { hasHappened, type Through } from './moments.ts'

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

/** How far the standings have been read, and of which read models. */
export interface StandingsPlace {
  readonly version: number
  /** Of the newest change that was read. */
  readonly seq: number
  /** Events that had been applied when there was nothing more to read. */
  readonly events: number
}

export interface Standings extends Pick<StandingsPlace, 'version' | 'events'> {
  readonly items: readonly StandingRow[]
  readonly freshness: Freshness
}

/** Changes after a place, in the order in which they were made; of other read models, from the first. */
export const readStandings = (
  reading: Reading,
  place: StandingsPlace,
  limit: number,
): TE.TaskEither<QueryFault, Standings> =>
  answering(async () => {
    const { freshness, events, version } = await readProgress(reading)
    const isOther = version !== place.version || events < place.events
    if (events === place.events && !isOther) return { items: [], freshness, events, version }
    const seq = isOther ? 0 : place.seq
    const items = await selectRows(
      reading.db,
      StandingRow,
      sql`select ${standing} from ${joined(reading)}
        where p.seq > ${seq}::bigint order by p.seq limit ${limit}`,
    )
    return { items, freshness, events, version }
  })

export interface Horizon {
  readonly at: Instant
  /** Of the newest event with which what is kept of a task begins. */
  readonly seq: number
}

/** Where what is kept begins, when some of the log had gone before it was read; null: it is whole. */
export const readHorizon = (
  { db, table }: Reading,
  tenant: string,
): TE.TaskEither<QueryFault, Horizon | null> =>
  answering(async () => {
    const [row] = await selectRows(
      db,
      t.type({ at: nullable(InstantFromNumber), seq: nullable(t.number) }),
      sql`select max(p.at) as at, max(p.seq) as seq
        from ${table('plans')} p join ${table('tasks')} t using (task_no)
        where p.type = 'TaskCarriedForward' and t.tenant = ${tenant}`,
    )
    if (row === undefined || row.at === null || row.seq === null) return null
    return { at: row.at, seq: row.seq }
  })

/** Tasks of a tenant as they stood at a moment, in order of their numbers. */
export const readStandingsAt = (
  reading: Reading,
  { tenant }: { readonly tenant: string },
  through: Through,
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
            where n.task_no = t.task_no and ${hasHappened(reading, through)}
            order by n.seq desc limit 1) p
          join ${table('plans')} d on d.seq = p.defined_seq
        where ${all(conditions)} order by t.task_no limit ${page.limit}`,
    )
  })
