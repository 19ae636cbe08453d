// What a person may do to a task's runs: end one, or have the task run again because of one.
import { describe, expect, test } from 'vitest'
import { encodeTaskEvent } from '../../../src/domain/task/stored.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import { runId } from '../../support/definitions.ts'
import {
  added,
  at,
  cancel,
  decided,
  deleted,
  given,
  paused,
  rerun,
  succeeded,
  task,
  triggered,
} from './story.ts'

const cancelled: TaskEvent = {
  type: 'RunCancelled',
  runId: runId(1),
  cancelledAt: at(12),
  because: 'person',
}
const begun = [added(), triggered(runId(1), at(10))]

describe('cancelling a run', () => {
  test('ends it while it is called', () => {
    given(...begun)
      .when(cancel(runId(1), at(12)))
      .then(cancelled)
  })

  test('ends it while it waits for a retry, and while its callee owes a report', () => {
    const shared = { runId: runId(1), attempt: 1, resultValue: null, report: null }
    const waiting: TaskEvent = {
      type: 'RecallFailed',
      ...shared,
      finishedAt: at(11),
      reason: 'refused',
      retryAt: at(60),
      terminal: false,
    }
    const accepted: TaskEvent = {
      type: 'RecallAccepted',
      ...shared,
      acceptedAt: at(11),
      deadlineAt: at(600),
    }
    for (const event of [waiting, accepted])
      given(...begun, event)
        .when(cancel(runId(1), at(12)))
        .then(cancelled)
  })

  test('also when its task is gone', () => {
    given(...begun, deleted(at(11)))
      .when(cancel(runId(1), at(12)))
      .then(cancelled)
  })

  test('is refused when it has ended', () => {
    given(...begun, cancelled)
      .when(cancel(runId(1), at(13)))
      .thenRefused({ type: 'RunAlreadyEnded', taskId: task, runId: runId(1) })
  })

  test('is refused where there never was a task', () => {
    given()
      .when(cancel(runId(1), at(13)))
      .thenRefused({ type: 'RunNotFound', taskId: task, runId: runId(1) })
  })

  test('an answer that comes afterwards is kept as late', () => {
    const events = given(...begun, cancelled)
      .when(succeeded(runId(1), at(13)))
      .events()
    expect(events.map(encodeTaskEvent)).toMatchObject([
      { type: 'RecallReportedLate', data: { runId: runId(1), success: true } },
    ])
  })
})

describe('running a task again', () => {
  const again = (through = at(10), times = 1): TaskEvent =>
    triggered(runId(8), at(10), {
      cause: 'rerun',
      scheduledFor: null,
      decidedAt: at(12),
      trigger: decided(through, times),
      tzVersion: '2025c',
    })

  test('consumes no planned instant', () => {
    given(...begun)
      .when(rerun(at(12)))
      .then(again())
  })

  test('works while the task is paused, and is not withdrawn by a pause', () => {
    given(...begun, paused(at(11), 1))
      .when(rerun(at(12)))
      .then(again(at(11)))
    const { state } = given(...begun, again(), paused(at(13), 1))
    expect(state.runs.get(runId(8))?.withdraw).toBeNull()
  })

  test('is refused when the task is deleted', () => {
    given(...begun, deleted(at(11)))
      .when(rerun(at(12)))
      .thenRefused({ type: 'TaskNotFound', taskId: task })
  })
})
