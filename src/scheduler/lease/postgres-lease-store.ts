// The lease as one row beside the agenda it protects; its time is the database's.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { sql, type Kysely } from 'kysely'
import type { LeaseHeld, LeaseStore, LeaseUnavailable } from './lease.ts'

/** Part of the agenda's migration. */
export const createLeaseTable = sql`create table if not exists carillon_agenda.lease (
  one boolean primary key default true check (one),
  node text not null,
  place text not null,
  pid integer not null,
  before text,
  ends_at timestamptz not null
)`

interface LeaseRow {
  readonly node: string
  readonly place: string
  readonly pid: number
  readonly before: string | null
}

const heldBy = ({ node, place, pid, before }: LeaseRow): LeaseHeld => ({
  holder: { node, place, pid },
  before,
})

const attempted = <T>(work: () => Promise<T>): TE.TaskEither<LeaseUnavailable, T> =>
  TE.tryCatch(work, (error) => ({
    type: 'LeaseUnavailable',
    reason: error instanceof Error ? error.message : String(error),
  }))

export const createPostgresLeaseStore = <Tables>(db: Kysely<Tables>): LeaseStore => {
  const read = async (): Promise<LeaseHeld | null> => {
    const { rows } = await sql<LeaseRow>`
      select node, place, pid, before from carillon_agenda.lease`.execute(db)
    return rows[0] === undefined ? null : heldBy(rows[0])
  }
  return {
    look: () => attempted(read),
    hold: ({ node, place, pid }, leaseMs, instead) =>
      attempted(async () => {
        const { rows } = await sql<LeaseRow>`
          insert into carillon_agenda.lease as held (node, place, pid, ends_at)
          values (${node}, ${place}, ${pid}, clock_timestamp() + ${leaseMs} * interval '1 ms')
          on conflict (one) do update set
            node = excluded.node, place = excluded.place, pid = excluded.pid,
            before = case when held.node = excluded.node then held.before else held.node end,
            ends_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
          where held.node = excluded.node or held.ends_at <= clock_timestamp()
            or held.node = ${instead}
          returning node, place, pid, before`.execute(db)
        if (rows[0] !== undefined) return heldBy(rows[0])
        const other = await read()
        if (other === null) throw new Error('the lease is neither free nor held')
        return other
      }),
    release: ({ node }) =>
      attempted(async () => {
        await sql`update carillon_agenda.lease set ends_at = clock_timestamp()
          where node = ${node} and ends_at > clock_timestamp()`.execute(db)
      }),
  }
}
