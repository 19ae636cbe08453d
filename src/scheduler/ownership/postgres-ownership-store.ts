// Ownership in rows beside the agenda it protects; its time is the database's.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql, type Kysely } from 'kysely'
import { problemsOf } from '../../domain/problems.ts'
import { RunId } from '../../domain/task/ids.ts'
import { Position } from '../../event-store/event-store.ts'
import type { OwnershipStore, OwnershipUnavailable } from './ownership-store.ts'
import { succeedLease } from './succeed-lease.ts'

const orNull = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])

const SeenRow = t.type({
  members: t.array(
    t.type({
      node: t.string,
      place: t.string,
      pid: t.number,
      willing: t.boolean,
      mark: t.string,
      lapsed: t.boolean,
    }),
  ),
  shares: t.array(
    t.type({ share: t.number, holder: orNull(t.string), checkpoint: orNull(Position) }),
  ),
  calls: t.array(t.type({ runId: RunId, stream: t.string, node: t.string })),
})
const TakenRow = t.type({
  share: t.number,
  before: orNull(t.string),
  checkpoint: orNull(Position),
})

const attempted = <T>(work: () => Promise<T>): TE.TaskEither<OwnershipUnavailable, T> =>
  TE.tryCatch(work, (error) => ({
    type: 'OwnershipUnavailable',
    reason: error instanceof Error ? error.message : String(error),
  }))

const decoded = <A, O>(codec: t.Type<A, O>, row: unknown): A => {
  const result = codec.decode(row)
  if (E.isLeft(result)) throw new Error(`unexpected row: ${problemsOf(result.left).join('; ')}`)
  return result.right
}

export const createPostgresOwnershipStore = <Tables>(db: Kysely<Tables>): OwnershipStore => ({
  succeed: (hasEnded) => attempted(() => succeedLease(db, hasEnded)),
  beat: ({ node, place, pid }, willing, leaseMs) =>
    attempted(async () => {
      await sql`insert into carillon_agenda.member (node, place, pid, willing, ends_at)
        values (${node}, ${place}, ${pid}, ${willing}, clock_timestamp() + ${leaseMs} * interval '1 ms')
        on conflict (node) do update set willing = excluded.willing,
          ends_at = clock_timestamp() + ${leaseMs} * interval '1 ms'`.execute(db)
    }),
  look: ({ node }) =>
    attempted(async () => {
      const { rows } = await sql`select
        (select coalesce(json_agg(json_build_object('node', node, 'place', place, 'pid', pid,
            'willing', willing, 'mark', ends_at::text, 'lapsed', ends_at <= clock_timestamp())
            order by node), '[]')
          from carillon_agenda.member where node <> ${node}) as members,
        (select json_agg(json_build_object('share', share, 'holder', holder, 'checkpoint', checkpoint)
            order by share) from carillon_agenda.share) as shares,
        (select coalesce(json_agg(json_build_object('runId', run_id, 'stream', stream, 'node', node)), '[]')
          from carillon_agenda.call c where node <> ${node} and exists (select from carillon_agenda.member m
            where m.node = c.node)) as calls`.execute(db)
      return decoded(SeenRow, rows[0])
    }),
  take: ({ node }, shares) =>
    attempted(() =>
      db.transaction().execute(async (tx) => {
        // Locked first, so that the update is decided by what stands there once it is ours to change.
        await sql`select 1 from carillon_agenda.share where share = any(${shares}::smallint[])
          order by share for update`.execute(tx)
        const { rows } = await sql`update carillon_agenda.share s set holder = ${node},
            before = case when s.holder = ${node} then s.before else coalesce(s.holder, s.before) end
          where s.share = any(${shares}::smallint[])
            and (s.holder is null or s.holder = ${node} or not exists (
              select from carillon_agenda.member m where m.node = s.holder))
          returning s.share, s.before, s.checkpoint`.execute(tx)
        return rows.map((row) => decoded(TakenRow, row))
      }),
    ),
  release: ({ node }, shares, calls) =>
    attempted(() =>
      db.transaction().execute(async (tx) => {
        if (calls.length > 0)
          await sql`insert into carillon_agenda.call (run_id, stream, node)
            select run_id, stream, ${node} from unnest(${calls.map(({ runId }) => runId)}::text[],
              ${calls.map(({ stream }) => stream)}::text[]) as c (run_id, stream)
            on conflict (run_id) do update set node = excluded.node`.execute(tx)
        await sql`update carillon_agenda.share set holder = null, before = ${node}
          where share in (select share from carillon_agenda.share
            where share = any(${shares}::smallint[]) and holder = ${node}
            order by share for update)`.execute(tx)
      }),
    ),
  callsEnded: ({ node }, runIds) =>
    attempted(async () => {
      await sql`delete from carillon_agenda.call
        where run_id = any(${runIds}::text[]) and node = ${node}`.execute(db)
    }),
  forget: (dead) =>
    attempted(async () => {
      await sql`with gone as (
        delete from carillon_agenda.member m
          using unnest(${dead.map(({ node }) => node)}::text[],
            ${dead.map(({ mark }) => mark)}::text[]) as dead (node, mark)
          where m.node = dead.node and m.ends_at = dead.mark::timestamptz returning m.node)
        delete from carillon_agenda.call where node in (select node from gone)`.execute(db)
    }),
  leave: ({ node }) =>
    attempted(async () => {
      await sql`with gone as (delete from carillon_agenda.member where node = ${node})
        delete from carillon_agenda.call where node = ${node}`.execute(db)
    }),
})
