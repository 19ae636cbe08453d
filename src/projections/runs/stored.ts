// Open runs read back into memory, as they were when they were written.
import * as t from 'io-ts'
import { sql } from 'kysely'
import { InstantFromNumber } from '../../domain/instant.ts'
import { Cause } from '../../domain/task/events.ts'
import { RunId } from '../../domain/task/ids.ts'
import { unnested } from '../columns.ts'
import type { ReadDatabase } from '../database.ts'
import { nullable, runIdText, selectRows } from '../rows.ts'
import { runIdColumn, type OpenRun } from './table.ts'

export const OpenOutcome = t.keyof({ running: null, retrying: null, accepted: null })

const StoredOpenRun: t.Decoder<unknown, OpenRun> = t.type({
  runId: RunId,
  seq: t.number,
  revision: t.number,
  taskNo: t.number,
  groupNo: t.number,
  cause: Cause,
  scheduledFor: nullable(InstantFromNumber),
  triggeredAt: InstantFromNumber,
  target: t.string,
  outcome: OpenOutcome,
  attempt: t.number,
  attempts: t.number,
  startedAt: nullable(InstantFromNumber),
  retryAt: nullable(InstantFromNumber),
  deadlineAt: nullable(InstantFromNumber),
  statusCode: nullable(t.number),
  reason: nullable(t.string),
  resultValue: nullable(t.string),
})

export const readOpenRuns = (
  db: ReadDatabase,
  runIds: readonly RunId[],
): Promise<readonly OpenRun[]> =>
  selectRows(
    db,
    StoredOpenRun,
    sql`select ${runIdText('run_id')} as "runId", seq, revision, task_no as "taskNo",
        group_no as "groupNo", cause, scheduled_for as "scheduledFor",
        triggered_at as "triggeredAt", target, outcome, attempt, attempts,
        started_at as "startedAt", retry_at as "retryAt", deadline_at as "deadlineAt",
        status_code as "statusCode", reason, result_value as "resultValue"
      from open_runs join ${unnested([runIdColumn], runIds)} using (run_id)`,
  )
