// What one task asks for at one moment, read off its folded state.
import { expect, test } from 'vitest'
import type { TaskEvent } from '../../src/domain/task/events.ts'
import { plan } from '../../src/scheduler/plan.ts'
import { runId } from '../support/definitions.ts'
import { added, at, given, paused, task, triggered, withPolicy } from '../domain/task/story.ts'

const fresh = {
  startedAt: at(0),
  inHand: () => false,
  calling: () => false,
  isOurs: () => false,
}
const planAt = (seconds: number, ...past: readonly TaskEvent[]) =>
  plan(task, given(...past).state, { ...fresh, now: at(seconds) })

test('nothing before the first occurrence, a decision when it is due', () => {
  expect(planAt(9.999, added())).toEqual([])
  expect(planAt(10, added())).toEqual([{ type: 'DecideOccurrences' }])
})
test('a decided run is dispatched, unless it is in hand already', () => {
  const { state } = given(added(), triggered(runId(1), at(10)))
  expect(plan(task, state, { ...fresh, now: at(10) })).toMatchObject([
    { type: 'Dispatch', run: { runId: runId(1) } },
  ])
  expect(plan(task, state, { ...fresh, now: at(10), inHand: () => true })).toEqual([])
})
test('a run that an earlier process decided is taken over', () => {
  const { state } = given(added(), triggered(runId(1), at(10)))
  expect(plan(task, state, { ...fresh, now: at(15), startedAt: at(14) })).toEqual([
    { type: 'TakeOverRun', runId: runId(1) },
  ])
})
test('a run whose task was paused before it began is withdrawn', () => {
  expect(planAt(12, added(), triggered(runId(1), at(10)), paused(at(11)))).toEqual([
    { type: 'WithdrawRun', runId: runId(1) },
  ])
})
test('a run that waits for another starts when that one has ended', () => {
  const past: TaskEvent[] = [
    added(withPolicy({ overlap: 'queueOne' })),
    triggered(runId(1), at(10)),
    triggered(runId(2), at(20), { waitsFor: runId(1) }),
  ]
  const dispatched = (steps: ReturnType<typeof plan>) =>
    steps.map((step) => (step.type === 'Dispatch' ? step.run.runId : step.type))
  expect(dispatched(planAt(20, ...past))).toEqual([runId(1)])
  const ended: TaskEvent = {
    type: 'RecallSucceeded',
    runId: runId(1),
    attempt: 1,
    finishedAt: at(21),
    resultValue: null,
    report: null,
  }
  expect(dispatched(planAt(21, ...past, ended))).toEqual([runId(2)])
})
test('a timed pause ends by itself', () => {
  const until = { ...paused(at(5)), until: at(60) } as ReturnType<typeof paused>
  expect(planAt(59, added(), until)).toEqual([])
  expect(planAt(60, added(), until)).toEqual([{ type: 'ResumeTask' }])
})
