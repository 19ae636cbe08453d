// What counts as a change of a task, told from what merely happens to it, however often its books are
// carried forward in between.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { changeTypes } from '../../../src/domain/task/changes.ts'
import { taskDecider } from '../../../src/domain/task/decider.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import { decodeTaskEvent, encodeTaskEvent } from '../../../src/domain/task/stored.ts'
import type { TaskState } from '../../../src/domain/task/state.ts'
import { runId } from '../../support/definitions.ts'
import { histories } from './histories.ts'
import {
  added,
  at,
  cancel,
  decide,
  given,
  paused,
  rerun,
  runNow,
  succeeded,
  triggered,
} from './story.ts'

test('to be added, replaced, paused, resumed or deleted is to be changed', () => {
  expect(changeTypes).toEqual([
    'TaskAdded',
    'TaskReplaced',
    'TaskPaused',
    'TaskResumed',
    'TaskDeleted',
  ])
})

const sinceChange = (...events: readonly TaskEvent[]): number => given(...events).state.sinceChange

describe('events since the newest change', () => {
  test('are fires, verdicts and outcomes, and what a person does to runs', () => {
    const commands = [
      decide(at(10), runId(1)),
      succeeded(runId(1), at(11)),
      runNow(at(12), runId(2)),
      cancel(runId(2), at(13)),
      rerun(at(14), runId(3)),
    ]
    let events: readonly TaskEvent[] = [added()]
    commands.forEach((command, n) => {
      expect(sinceChange(...events)).toBe(n)
      events = [
        ...events,
        ...given(...events)
          .when(command)
          .events(),
      ]
    })
    expect(events).toHaveLength(6)
    expect(sinceChange(...events, paused(at(15)))).toBe(0)
  })

  test('are none of earlier ones once books of an earlier version have come', () => {
    const events = [added(), triggered(runId(1), at(10))]
    const { state } = given(...events)
    const books = taskDecider.carryForward({ ...state, uncarried: 10_000 }, at(20))!
    expect(sinceChange(...events, books)).toBe(2)
    const { sinceChange: since, ...old } = books as Extract<
      TaskEvent,
      { type: 'TaskCarriedForward' }
    >
    expect(since).toBe(2)
    expect(sinceChange(...events, old)).toBe(0)
    expect(sinceChange(...events, old, triggered(runId(2), at(20)))).toBe(1)
  })
})

test('through every history, and from any books on, they are as many as there are', () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 1, max: 7 }), ({ steps, seconds }, every) => {
      const log: TaskEvent[] = []
      let state: TaskState = taskDecider.initialState
      steps.forEach(({ events }, n) => {
        const books =
          n % every === 0
            ? taskDecider.carryForward({ ...state, uncarried: 10_000 }, at(seconds))
            : null
        if (books !== null) {
          log.push(books)
          // Whoever loads it begins here.
          state = taskDecider.evolve(taskDecider.initialState, readBack(books))
        }
        log.push(...events)
        state = events.reduce(taskDecider.evolve, state)
        const newest = log.findLastIndex(({ type }) => changeTypes.includes(type))
        if (newest >= 0) expect(state.sinceChange).toBe(log.length - 1 - newest)
      })
    }),
  )
})

const readBack = (event: TaskEvent): TaskEvent => {
  const { type, data } = encodeTaskEvent(event)
  const read = decodeTaskEvent({ type, data: JSON.parse(JSON.stringify(data)) })
  if (E.isLeft(read)) throw new Error(read.left.join())
  return read.right
}
