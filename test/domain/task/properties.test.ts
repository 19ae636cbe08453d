// What holds for every history: stored events read back as they were, books carried forward fold to
// the same state, and a satisfied command adds nothing.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { TaskCommand } from '../../../src/domain/task/commands.ts'
import { taskDecider } from '../../../src/domain/task/decider.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import type { TaskState } from '../../../src/domain/task/state.ts'
import { decodeTaskEvent, encodeTaskEvent } from '../../../src/domain/task/stored.ts'
import { cron, definitionOf, every, runId } from '../../support/definitions.ts'
import {
  add,
  at,
  cancel,
  decide,
  failed,
  pause,
  remove,
  rerun,
  resume,
  runNow,
  succeeded,
  task,
  withPolicy,
} from './story.ts'

const definitions = fc.constantFrom(
  withPolicy({ overlap: 'skip' }),
  withPolicy({ overlap: 'queueOne' }),
  definitionOf(cron('0/5 * * * * ?')),
  definitionOf(every(3_000, { startAt: at(5), repeatCount: 4 })),
)
/** A command at a time and an index that picks one of the open runs where it needs one. */
const draws = fc.record({
  kind: fc.constantFrom(
    'add',
    'replace',
    'pause',
    'resume',
    'delete',
    'run',
    'decide',
    'ok',
    'fail',
    'takeOver',
    'cancel',
    'rerun',
  ),
  afterMs: fc.integer({ min: 0, max: 90_000 }),
  pick: fc.nat(5),
  definition: definitions,
})

const commandFrom = (
  draw: typeof draws extends fc.Arbitrary<infer D> ? D : never,
  seconds: number,
  n: number,
  state: TaskState,
): TaskCommand => {
  const fresh = runId(n * 1_000 + 1_000)
  const open = [...state.runs.values()][draw.pick % Math.max(1, state.runs.size)]
  const id = open?.runId ?? runId(1)
  const attempt = open?.attempt ?? 1
  switch (draw.kind) {
    case 'add':
      return add(at(seconds), draw.definition)
    case 'replace':
      return add(at(seconds), draw.definition, true)
    case 'pause':
      return pause(at(seconds))
    case 'resume':
      return resume(at(seconds), fresh)
    case 'delete':
      return remove(at(seconds))
    case 'run':
      return runNow(at(seconds), fresh)
    case 'cancel':
      return cancel(id, at(seconds))
    case 'rerun':
      return rerun(at(seconds), fresh)
    case 'ok':
      return succeeded(id, at(seconds), attempt)
    case 'fail':
      return failed(id, at(seconds), attempt)
    case 'takeOver':
      return { type: 'TakeOverRun', taskId: task, runId: id, issuedAt: at(seconds), from: 'n1' }
    case 'decide':
      return decide(at(seconds), fresh)
  }
}

const histories = fc.array(draws, { minLength: 1, maxLength: 40 }).map((steps) => {
  let state: TaskState = taskDecider.initialState
  let seconds = 0
  const events: TaskEvent[] = []
  steps.forEach((draw, n) => {
    seconds += draw.afterMs / 1000
    const decision = taskDecider.decide(commandFrom(draw, seconds, n, state), state)
    if (E.isLeft(decision)) return
    state = decision.right.reduce(taskDecider.evolve, state)
    events.push(...decision.right)
  })
  return { events, state, seconds }
})

describe('every history', () => {
  test('reads back from the log as it was written', () => {
    fc.assert(
      fc.property(histories, ({ events }) => {
        for (const event of events) {
          const stored = encodeTaskEvent(event)
          const json: unknown = JSON.parse(JSON.stringify(stored.data))
          expect(decodeTaskEvent({ type: stored.type, data: json })).toEqual(E.right(event))
        }
      }),
    )
  })

  test('folds to the same state from carried-forward books', () => {
    fc.assert(
      fc.property(histories, ({ state, seconds }) => {
        const carried = taskDecider.carryForward({ ...state, uncarried: 10_000 }, at(seconds))
        if (state.status === 'Absent') {
          expect(carried).toBeNull()
          return
        }
        const stored = encodeTaskEvent(carried!)
        const read = decodeTaskEvent({
          type: stored.type,
          data: JSON.parse(JSON.stringify(stored.data)),
        })
        if (E.isLeft(read)) throw new Error(read.left.join())
        expect(taskDecider.evolve(taskDecider.initialState, read.right)).toEqual({
          ...state,
          uncarried: 0,
        })
      }),
    )
  })

  test('a command repeated at the same instant adds nothing to pause, resume or decide', () => {
    fc.assert(
      fc.property(histories, ({ state, seconds }) => {
        for (const command of [
          pause(at(seconds)),
          resume(at(seconds), runId(77_000_000)),
          decide(at(seconds), runId(88_000_000)),
        ]) {
          const once = taskDecider.decide(command, state)
          if (E.isLeft(once)) continue
          const after = once.right.reduce(taskDecider.evolve, state)
          const twice = taskDecider.decide(command, after)
          // Resuming may complete a task, and a completed one refuses to be resumed or paused.
          if (E.isRight(twice)) expect(twice.right).toEqual([])
        }
      }),
    )
  })
})
