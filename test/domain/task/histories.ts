// Histories at random: commands of every kind, one after the other, as the decider answers them.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskCommand } from '../../../src/domain/task/commands.ts'
import { taskDecider } from '../../../src/domain/task/decider.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import type { TaskState } from '../../../src/domain/task/state.ts'
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

/** One accepted command: the state before it and what it added. */
interface Step {
  readonly before: TaskState
  readonly events: readonly TaskEvent[]
  readonly after: TaskState
}

const definitions = fc.constantFrom(
  withPolicy({ overlap: 'skip' }),
  withPolicy({ overlap: 'queueOne' }),
  definitionOf(cron('0/5 * * * * ?')),
  definitionOf(cron('0/7 * * * * ?', { misfire: 'doNothing' })),
  definitionOf(cron('0/10 * * * * ?', { misfire: 'ignore', catchUpMax: 2 })),
  definitionOf(every(4_000, { startAt: at(3), repeatCount: 30, misfire: 'nowExisting' })),
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

export const histories = fc.array(draws, { minLength: 1, maxLength: 40 }).map((steps) => {
  let state: TaskState = taskDecider.initialState
  let seconds = 0
  const events: TaskEvent[] = []
  const made: Step[] = []
  steps.forEach((draw, n) => {
    seconds += draw.afterMs / 1000
    const decision = taskDecider.decide(commandFrom(draw, seconds, n, state), state)
    if (E.isLeft(decision)) return
    const before = state
    state = decision.right.reduce(taskDecider.evolve, state)
    made.push({ before, events: decision.right, after: state })
    events.push(...decision.right)
  })
  return { events, steps: made, state, seconds }
})
