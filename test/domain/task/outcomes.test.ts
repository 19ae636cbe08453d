// Every run ends exactly once, however often its callee answers.
import { describe, expect, test } from 'vitest'
import type { TaskCommand } from '../../../src/domain/task/commands.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import { runId } from '../../support/definitions.ts'
import {
  added,
  at,
  deleted,
  failed,
  given,
  paused,
  succeeded,
  task,
  triggered,
  withPolicy,
} from './story.ts'

const run = runId(1)
const retrying = withPolicy({
  retries: { max: 2, backoffMs: 1_000, factor: 3, backoffMaxMs: 2_500, jitter: 0 },
})
const failure = (change: Partial<Extract<TaskEvent, { type: 'RecallFailed' }>>): TaskEvent => ({
  type: 'RecallFailed',
  runId: run,
  attempt: 1,
  finishedAt: at(11),
  reason: 'refused',
  retryAt: null,
  terminal: true,
  resultValue: null,
  report: null,
  ...change,
})
const success = (attempt = 1, finishedAt = at(11)): TaskEvent => ({
  type: 'RecallSucceeded',
  runId: run,
  attempt,
  finishedAt,
  resultValue: 'ok',
  report: null,
})
const takenOver: TaskEvent = {
  type: 'RecallTakenOver',
  runId: run,
  attempt: 2,
  takenOverAt: at(20),
  from: null,
}
const withdraw: TaskCommand = { type: 'WithdrawRun', taskId: task, runId: run, issuedAt: at(12) }

test('a success ends the run', () => {
  const { state } = given(added(), triggered(run, at(10)), success())
  expect(state.runs.size).toBe(0)
})
test('whatever arrives after the end is kept as late', () => {
  given(added(), triggered(run, at(10)), success())
    .when(failed(run, at(13)))
    .then({
      type: 'RecallReportedLate',
      runId: run,
      attempt: 1,
      reportedAt: at(13),
      success: false,
      reason: 'refused',
      resultValue: null,
    })
})

describe('retries', () => {
  test('none by default: the first failure ends the run', () => {
    given(added(), triggered(run, at(10)))
      .when(failed(run, at(11)))
      .then(failure({}))
  })
  test('a failure is tried again after its back-off, which grows up to its limit', () => {
    const first = failure({ retryAt: at(12), terminal: false })
    given(added(retrying), triggered(run, at(10)))
      .when(failed(run, at(11)))
      .then(first)
    given(added(retrying), triggered(run, at(10)), first)
      .when(failed(run, at(13), 2))
      .then(failure({ attempt: 2, finishedAt: at(13), retryAt: at(15.5), terminal: false }))
  })
  test('the last allowed attempt ends the run', () => {
    const past = [
      failure({ retryAt: at(12), terminal: false }),
      failure({ attempt: 2, retryAt: at(15), terminal: false }),
    ]
    given(added(retrying), triggered(run, at(10)), ...past)
      .when(failed(run, at(16), 3))
      .then(failure({ attempt: 3, finishedAt: at(16) }))
  })
  test('a deleted task is not tried again', () => {
    given(added(retrying), triggered(run, at(10)), deleted(at(10.5)))
      .when(failed(run, at(11)))
      .then(failure({}))
  })
})

describe('a run that was taken over', () => {
  const past = [added(), triggered(run, at(10)), takenOver]
  test('is ended by the success of the superseded attempt', () => {
    given(...past)
      .when(succeeded(run, at(21)))
      .then(success(1, at(21)))
  })
  test('is not ended by the failure of the superseded attempt', () => {
    given(...past)
      .when(failed(run, at(21)))
      .then(failure({ finishedAt: at(21), retryAt: at(20), terminal: false }))
  })
})

describe('withdrawal', () => {
  test('a pause withdraws a run whose first attempt is not known to have begun', () => {
    given(added(), triggered(run, at(10)), paused(at(11)))
      .when(withdraw)
      .then({ type: 'RunCancelled', runId: run, cancelledAt: at(12), because: 'paused' })
  })
  test('a run a person asked for outlives a pause, but not a delete', () => {
    const manual = triggered(run, at(10), { cause: 'manual', scheduledFor: null })
    given(added(), manual, paused(at(11)))
      .when(withdraw)
      .then()
    given(added(), manual, deleted(at(11)))
      .when(withdraw)
      .then({ type: 'RunCancelled', runId: run, cancelledAt: at(12), because: 'deleted' })
  })
  test('without a pause there is nothing to withdraw', () => {
    given(added(), triggered(run, at(10)))
      .when(withdraw)
      .then()
  })
})

describe('an accepted run', () => {
  const accepted: TaskEvent = {
    type: 'RecallAccepted',
    runId: run,
    attempt: 1,
    acceptedAt: at(11),
    deadlineAt: at(100),
    resultValue: null,
    report: null,
  }
  const report = (success: boolean): TaskCommand => ({
    type: 'ReportRun',
    taskId: task,
    runId: run,
    success,
    resultValue: 'done',
    issuedAt: at(50),
    chance: 0,
  })
  const expire = (issuedAt = at(100)): TaskCommand => ({
    type: 'ExpireRun',
    taskId: task,
    runId: run,
    issuedAt,
  })

  test('uses up one retry when its callee reports one failure twice', () => {
    const reported = failure({ finishedAt: at(50), retryAt: at(60), terminal: false })
    given(added(retrying), triggered(run, at(10)), accepted, reported)
      .when(report(false))
      .then(
        failure({
          finishedAt: at(50),
          retryAt: at(60),
          terminal: false,
          reason: 'the callee reported failure',
          resultValue: 'done',
        }),
      )
  })
  test('is ended by the callee’s report, also when that overtakes the announcement', () => {
    const ended: TaskEvent = {
      type: 'RecallSucceeded',
      runId: run,
      attempt: 1,
      finishedAt: at(50),
      resultValue: 'done',
      report: null,
    }
    given(added(), triggered(run, at(10)), accepted)
      .when(report(true))
      .then(ended)
    given(added(), triggered(run, at(10)))
      .when(report(true))
      .then(ended)
  })
  test('times out at its deadline, not before', () => {
    given(added(), triggered(run, at(10)), accepted)
      .when(expire(at(99.999)))
      .then()
    given(added(), triggered(run, at(10)), accepted)
      .when(expire())
      .then({ type: 'RecallTimedOut', runId: run, attempt: 1, timedOutAt: at(100) })
  })
})
