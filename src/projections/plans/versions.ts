// The versions a task's definition has gone through, newest first, earlier lives included.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import { EventSource } from '../../event-store/envelope.ts'
import { Position } from '../../event-store/event-store.ts'
import { cursorsOf, pageOf, rowsOf } from '../cursor.ts'
import { answering, readFreshness, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import type { Listed, PageRequest, QueryFault } from '../views.ts'

const Row = t.type({
  seq: t.number,
  revision: t.number,
  position: Position,
  /** `TaskAdded`, `TaskReplaced`; `TaskCarriedForward` where the log before it is gone. */
  type: t.keyof({ TaskAdded: null, TaskReplaced: null, TaskCarriedForward: null }),
  at: InstantFromNumber,
  actor: nullable(t.string),
  reason: nullable(t.string),
  source: nullable(EventSource),
  definition: TaskDefinition,
})
type Row = t.TypeOf<typeof Row>

export type TaskVersion = Omit<Row, 'seq'>

export const listVersions = (
  reading: Reading,
  { tenant, group, job }: TaskId,
  page: PageRequest,
): TE.TaskEither<QueryFault, Listed<TaskVersion>> => {
  const cursors = cursorsOf('versions', t.number, { tenant, group, job })
  const before = cursors.read(page.cursor)
  if (E.isLeft(before)) return TE.left(before.left)
  return answering(async () => {
    const freshness = await readFreshness(reading)
    const { db, table } = reading
    const older = before.right === null ? sql`` : sql`and p.seq < ${before.right}::bigint`
    const rows = await selectRows(
      db,
      Row,
      sql`select p.seq, p.revision, p.position, p.type, p.since as at, p.actor, p.reason, p.source,
          p.definition
        from ${table('plans')} p join ${table('tasks')} t using (task_no)
        where t.tenant = ${tenant} and t.task_group = ${group} and t.job = ${job}
          and p.defined_seq = p.seq ${older}
        order by p.seq desc limit ${rowsOf(page.limit)}`,
    )
    return pageOf(rows, page.limit, versionOf, ({ seq }) => cursors.write(seq), freshness)
  })
}

const versionOf = ({ revision, position, type, at, actor, reason, source, definition }: Row) => ({
  ...{ revision, position, type, at },
  ...{ actor, reason, source },
  definition,
})
