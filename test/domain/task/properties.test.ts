// What holds for every history: stored events read back as they were, books carried forward fold to
// the same state, and a satisfied command adds nothing.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { taskDecider } from '../../../src/domain/task/decider.ts'
import { decodeTaskEvent, encodeTaskEvent } from '../../../src/domain/task/stored.ts'
import { runId } from '../../support/definitions.ts'
import { histories } from './histories.ts'
import { at, decide, pause, resume } from './story.ts'

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
          sinceChange: state.sinceChange + 1,
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
