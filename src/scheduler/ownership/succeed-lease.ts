// A database that a version with one lease for all tasks has used: its process is waited for, then
// its checkpoint becomes the one of every share, and its tables go. From then on such a version finds
// no lease to hold and schedules nothing.
import * as t from 'io-ts'
import * as E from 'fp-ts/lib/Either.js'
import { sql, type Kysely } from 'kysely'
import type { Member } from './ownership-store.ts'

const HolderRow = t.type({ node: t.string, place: t.string, pid: t.number, lasts: t.boolean })

/** Null: there is none, or none any more. Else the process that still schedules; nothing was done. */
export const succeedLease = <Tables>(
  db: Kysely<Tables>,
  hasEnded: (process: Member) => boolean,
): Promise<Member | null> =>
  db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('carillon_agenda'))`.execute(tx)
    const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables
      where schemaname = 'carillon_agenda' and tablename in ('checkpoint', 'lease')`.execute(tx)
    const names = rows.map(({ name }) => name)
    if (!names.includes('checkpoint')) return null
    const lease = names.includes('lease')
      ? await sql`select node, place, pid, ends_at > clock_timestamp() as lasts
          from carillon_agenda.lease for update`.execute(tx)
      : { rows: [] }
    const holder = HolderRow.decode(lease.rows[0])
    if (E.isRight(holder) && holder.right.lasts && !hasEnded(holder.right)) return holder.right
    const before = E.isRight(holder) ? holder.right.node : null
    await sql`update carillon_agenda.share set before = ${before},
      checkpoint = (select position from carillon_agenda.checkpoint)
      where checkpoint is null`.execute(tx)
    await sql`drop table if exists carillon_agenda.checkpoint, carillon_agenda.lease`.execute(tx)
    return null
  })
