// What a task's owner may do, and what each act settles.
import { describe, expect, test } from 'vitest'
import { cron, definitionOf, every, runId } from '../../support/definitions.ts'
import {
  add,
  added,
  at,
  decided,
  decide,
  deleted,
  given,
  pause,
  paused,
  remove,
  resume,
  runNow,
  skipped,
  task,
  tenSeconds,
  triggered,
} from './story.ts'

describe('adding a task', () => {
  test('registers it with its trigger before the first occurrence', () => {
    given()
      .when(add(at(0)))
      .then(added())
  })
  test('refuses a second task of the same name', () => {
    given(added())
      .when(add(at(1)))
      .thenRefused({ type: 'TaskAlreadyExists', taskId: task })
  })
  test('replaces when asked to, and settles what the old schedule still planned', () => {
    const faster = definitionOf(every(1_000, { startAt: at(0) }))
    given(added(), triggered(runId(1), at(10)))
      .when(add(at(25), faster, true))
      .then(
        skipped('replaced', at(20), at(20), 1, { decidedAt: at(25), trigger: decided(at(25), 1) }),
        {
          type: 'TaskReplaced',
          replacedAt: at(25),
          definition: faster,
          trigger: { decidedThrough: at(25), startAt: at(0), repeatCount: -1, timesTriggered: 0 },
        },
      )
  })
  test('after the clock was set back, a new schedule begins where decisions had come to', () => {
    const faster = definitionOf(every(1_000, { startAt: at(0) }))
    const replaced = given(added(), triggered(runId(1), at(10)))
      .when(add(at(7), faster, true))
      .events()
    expect(replaced).toMatchObject([
      { type: 'TaskReplaced', replacedAt: at(7), trigger: { decidedThrough: at(10) } },
    ])
    const again = given(added(), triggered(runId(1), at(10)), deleted(at(5)))
      .when(add(at(7), faster))
      .events()
    expect(again).toMatchObject([
      { type: 'TaskAdded', addedAt: at(7), trigger: { decidedThrough: at(10) } },
    ])
  })
  test('a counted task added again runs its full count from now, not into the settled past', () => {
    const twice = definitionOf(every(5_000, { startAt: at(3), repeatCount: 1 }))
    const events = given(added(), deleted(at(50)))
      .when(add(at(60), twice))
      .events()
    expect(events).toEqual([
      {
        type: 'TaskAdded',
        addedAt: at(60),
        definition: twice,
        trigger: { decidedThrough: at(50), startAt: at(60.001), repeatCount: 1, timesTriggered: 0 },
      },
    ])
  })
  test('refuses a schedule with no occurrence left', () => {
    given()
      .when(add(at(0), definitionOf(cron('0 0 12 * * ? 2020'))))
      .thenRefused({ type: 'ScheduleNeverFires', taskId: task, asOf: at(0) })
  })
})

describe('pausing and resuming', () => {
  test('a pause settles what was due and not yet decided', () => {
    given(added())
      .when(pause(at(12)))
      .then(
        skipped('paused', at(10), at(10), 1, { decidedAt: at(12), trigger: decided(at(12)) }),
        paused(at(12)),
      )
  })
  test('a paused task stays paused when paused again', () => {
    given(added(), paused(at(5)))
      .when(pause(at(6)))
      .then()
  })
  test('nothing is decided while a task is paused', () => {
    given(added(), paused(at(5)))
      .when(decide(at(100)))
      .then()
  })
  test('resuming skips the pause as one span, whatever its length', () => {
    given(added(), paused(at(5)))
      .when(resume(at(95)))
      .then(
        skipped('paused', at(10), at(90), 9, { decidedAt: at(95), trigger: decided(at(95), 9) }),
        { type: 'TaskResumed', resumedAt: at(95), trigger: decided(at(95), 9) },
      )
  })
  test('a cron task fires once for all that a pause swallowed', () => {
    const minutely = definitionOf(cron('0 * * * * ?'))
    const events = given(added(minutely), paused(at(5)))
      .when(resume(at(600.5)))
      .events()
    expect(events.map((event) => event.type)).toEqual([
      'OccurrencesSkipped',
      'TaskResumed',
      'TaskTriggered',
    ])
    expect(events[2]).toMatchObject({ cause: 'catch-up', scheduledFor: at(600.5), runId: runId(9) })
  })
  test('the end of an earlier pause does not end one that was made meanwhile', () => {
    const end = { ...resume(at(60)), onlyIfOver: true } as const
    given(added(), paused(at(5)))
      .when(end)
      .then()
    const pausedUntil = (until: number) => ({ ...paused(at(5)), until: at(until) })
    given(added(), pausedUntil(61)).when(end).then()
    expect(given(added(), pausedUntil(60)).when(end).events()).toContainEqual(
      expect.objectContaining({ type: 'TaskResumed', resumedAt: at(60) }),
    )
  })

  test('a completed task can be neither paused nor resumed', () => {
    const past = [added(), { type: 'TaskCompleted', completedAt: at(40) }] as const
    given(...past)
      .when(pause(at(50)))
      .thenRefused({ type: 'TaskAlreadyCompleted', taskId: task })
    given(...past)
      .when(resume(at(50)))
      .thenRefused({ type: 'TaskAlreadyCompleted', taskId: task })
  })
})

describe('deleting', () => {
  test('an absent or deleted task is not found', () => {
    given()
      .when(remove(at(1)))
      .thenRefused({ type: 'TaskNotFound', taskId: task })
    given(added(), deleted(at(1)))
      .when(remove(at(2)))
      .thenRefused({ type: 'TaskNotFound', taskId: task })
  })
  test('withdraws runs that wait for a retry, and leaves those under way to end', () => {
    const waiting = {
      type: 'RecallFailed',
      runId: runId(1),
      attempt: 1,
      finishedAt: at(11),
      reason: 'refused',
      retryAt: at(30),
      terminal: false,
      resultValue: null,
      report: null,
    } as const
    given(added(), triggered(runId(1), at(10)), waiting, triggered(runId(2), at(20)))
      .when(remove(at(21)))
      .then(
        { type: 'RunCancelled', runId: runId(1), cancelledAt: at(21), because: 'deleted' },
        deleted(at(21)),
      )
  })
})

describe('running now', () => {
  test('fires outside the schedule and leaves the trigger alone, also when paused', () => {
    given(added(), paused(at(5)))
      .when(runNow(at(6)))
      .then(
        triggered(runId(7), at(6), {
          cause: 'manual',
          scheduledFor: null,
          decidedAt: at(6),
          trigger: decided(at(5)),
        }),
      )
  })
  test('an unknown task is not found', () => {
    given()
      .when(runNow(at(6)))
      .thenRefused({ type: 'TaskNotFound', taskId: task })
  })
})

test('a run keeps the definition it was fired with when its task is replaced', () => {
  const other = definitionOf(every(1_000, { startAt: at(0) }))
  const replaced = {
    type: 'TaskReplaced',
    replacedAt: at(12),
    definition: other,
    trigger: decided(at(12)),
  } as const
  const { state } = given(added(), triggered(runId(1), at(10)), replaced)
  expect(state.runs.get(runId(1))?.definition).toBe(tenSeconds)
})
