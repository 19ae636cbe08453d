// How a run's row follows its events.
import { describe, expect, test } from 'vitest'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskEvent, TaskEventOf } from '../../src/domain/task/events.ts'
import { projectRun, startedRun } from '../../src/projections/runs/project.ts'
import type { EndedRun, OpenRun } from '../../src/projections/runs/table.ts'
import { unseenTask } from '../../src/projections/tasks/project.ts'
import { extractLengthMax } from '../../src/projections/views.ts'
import { runId, taskId } from '../support/definitions.ts'
import { reportAt } from './history.ts'

const id = runId(1)
const at = (ms: number) => instantAt(1_000_000 + ms)
const started = startedRun(
  { runId: id, cause: 'schedule', scheduledFor: at(0), decidedAt: at(1) },
  { ...unseenTask({ taskNo: 7, groupNo: 3, tenantNo: 1 }, taskId('nightly')), target: 'host:1' },
  { seq: 5, revision: 4 },
)

/** The run after these events; `null` events of it change nothing. */
const after = (...events: readonly TaskEvent[]): OpenRun | EndedRun =>
  events.reduce<OpenRun | EndedRun>((run, event) => {
    if ('run' in run) throw new Error('the run has ended')
    const projected = projectRun(run, event)
    if (projected === null) return run
    return projected.type === 'open' ? projected.run : projected
  }, started)

const failed = (change: Partial<TaskEventOf<'RecallFailed'>> = {}): TaskEvent => ({
  type: 'RecallFailed',
  runId: id,
  attempt: 1,
  finishedAt: at(300),
  reason: 'refused',
  retryAt: at(1_300),
  terminal: false,
  resultValue: null,
  report: reportAt(at(50)),
  ...change,
})
const succeeded = (change: Partial<TaskEventOf<'RecallSucceeded'>> = {}): TaskEvent => ({
  type: 'RecallSucceeded',
  runId: id,
  attempt: 1,
  finishedAt: at(100),
  resultValue: 'ok',
  report: reportAt(at(50)),
  ...change,
})
const takenOver = (attempt: number): TaskEvent => ({
  type: 'RecallTakenOver',
  runId: id,
  attempt,
  takenOverAt: at(200),
  from: 'n0',
})

describe('a run', () => {
  test('is running from its trigger on, and no attempt is known to have begun', () => {
    expect(started).toMatchObject({ outcome: 'running', attempts: 0, startedAt: null, seq: 5 })
  })

  test('that succeeds has begun with its first attempt', () => {
    expect(after(succeeded())).toMatchObject({
      outcome: 'succeeded',
      finishedAt: at(100),
      run: { attempts: 1, startedAt: at(50), statusCode: 200, resultValue: 'ok', reason: null },
    })
  })

  test('waits between attempts, and keeps the begin of the first', () => {
    expect(after(failed())).toMatchObject({ outcome: 'retrying', attempt: 2, retryAt: at(1_300) })
    const second = succeeded({ attempt: 2, finishedAt: at(1_500), report: reportAt(at(1_400)) })
    expect(after(failed(), second)).toMatchObject({
      outcome: 'succeeded',
      run: { attempts: 2, startedAt: at(50), reason: null },
    })
  })

  test('that fails for good keeps the reason and waits for nothing', () => {
    expect(after(failed(), failed({ attempt: 2, retryAt: null, terminal: true }))).toMatchObject({
      outcome: 'failed',
      run: { attempts: 2, reason: 'refused', retryAt: null },
    })
  })

  test('is not disturbed by the failure of an attempt that was superseded', () => {
    expect(after(takenOver(2), failed())).toEqual(after(takenOver(2)))
  })

  test('is ended by the success of an attempt that was superseded', () => {
    expect(after(takenOver(2), succeeded())).toMatchObject({ outcome: 'succeeded' })
  })

  test('that was accepted has a deadline, and times out without a report', () => {
    const accepted: TaskEvent = {
      type: 'RecallAccepted',
      runId: id,
      attempt: 1,
      acceptedAt: at(100),
      deadlineAt: at(9_000),
      resultValue: null,
      report: reportAt(at(50)),
    }
    const timedOut: TaskEvent = {
      type: 'RecallTimedOut',
      runId: id,
      attempt: 1,
      timedOutAt: at(9_000),
    }
    expect(after(accepted)).toMatchObject({ outcome: 'accepted', deadlineAt: at(9_000) })
    expect(after(accepted, timedOut)).toMatchObject({ outcome: 'timed-out', finishedAt: at(9_000) })
  })

  test('that is withdrawn says because of what', () => {
    const cancelled: TaskEvent = {
      type: 'RunCancelled',
      runId: id,
      cancelledAt: at(5),
      because: 'paused',
    }
    expect(after(cancelled)).toMatchObject({
      outcome: 'cancelled',
      run: { attempts: 0, startedAt: null, reason: 'paused' },
    })
  })

  test('keeps no more of a long result than an extract', () => {
    const long = 'x'.repeat(extractLengthMax + 1)
    expect(after(succeeded({ resultValue: long }))).toMatchObject({
      run: { resultValue: long.slice(1) },
    })
  })
})
