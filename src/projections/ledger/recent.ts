// The newest verdicts of some tasks at once, for a strip in each row of their list: for each task the
// same branches as the ledger's, each walking its index no further than the strip is long.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql } from 'kysely'
import { SkipVerdict } from '../../domain/task/events.ts'
import { TaskId } from '../../domain/task/ids.ts'
import { answering, unionAll, type Reading } from '../reading.ts'
import { nullable, selectRows } from '../rows.ts'
import { OpenOutcome } from '../runs/stored.ts'
import { FinalOutcome } from '../tasks/stored.ts'
import type { QueryFault } from '../views.ts'
import { branchesOf } from './queries.ts'

const Row = t.intersection([
  TaskId,
  t.type({
    verdict: t.union([t.literal('fired'), SkipVerdict]),
    outcome: nullable(t.union([OpenOutcome, FinalOutcome])),
  }),
])
/** One of a task's newest verdicts; a span of skipped instants is one. */
export type RecentVerdict = t.TypeOf<typeof Row>

/** Of each task at most so many, newest first. */
export const recentVerdicts = (
  reading: Reading,
  taskIds: readonly TaskId[],
  each: number,
): TE.TaskEither<QueryFault, readonly RecentVerdict[]> =>
  answering(async () => {
    const branches = branchesOf(reading, {}).map(
      ({ select, at }) => sql`${select} where r.task_no = t.task_no
        order by r.${at} desc, r.seq desc limit ${each}`,
    )
    return selectRows(
      reading.db,
      Row,
      sql`select t.tenant, t.task_group as "group", t.job, v.verdict, v.outcome
        from json_to_recordset(${JSON.stringify(taskIds)}::json)
            as wanted (tenant text, "group" text, job text)
          join ${reading.table('tasks')} t
            on (t.tenant, t.task_group, t.job) = (wanted.tenant, wanted."group", wanted.job)
          cross join lateral (select * from (${unionAll(branches)}) each
            order by decided_at desc, seq desc limit ${each}) v
        order by t.task_no, v.decided_at desc, v.seq desc`,
    )
  })
