// Books carried forward: one event with the whole folded state, so that loading a task costs the
// same after a million fires as after ten. Definitions that several open runs share are held once.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../instant.ts'
import type { CarryForward } from './commands.ts'
import type { TaskDefinition } from './definition.ts'
import type { TaskEvent } from './events.ts'
import type { TaskState } from './state.ts'

/** A backwards read stops within about this many events. */
const carryEvery = 200
/** No store takes an event with more. */
const carriedRunsMax = 20_000

export const carryForward = (state: TaskState, carriedAtMs: number): TaskEvent | null =>
  // Many open runs make large books: then they are carried less often.
  state.status === 'Absent' ||
  state.runs.size > carriedRunsMax ||
  state.uncarried < carryEvery + state.runs.size
    ? null
    : booksOf(state, carriedAtMs)

/** So that what was before them may be forgotten. */
export const carryForwardNow = (
  { issuedAt }: CarryForward,
  state: TaskState,
): E.Either<never, readonly TaskEvent[]> =>
  E.right(state.status === 'Absent' || state.uncarried === 0 ? [] : [booksOf(state, issuedAt)])

const booksOf = (
  state: Exclude<TaskState, { status: 'Absent' }>,
  carriedAtMs: number,
): TaskEvent => {
  const definitions = [
    ...new Set([state.definition, ...[...state.runs.values()].map((run) => run.definition)]),
  ]
  const indexOf = (definition: TaskDefinition) => definitions.indexOf(definition)
  return {
    type: 'TaskCarriedForward',
    carriedAt: instantAt(carriedAtMs),
    status: state.status,
    definitions,
    definition: indexOf(state.definition),
    trigger: state.trigger,
    addedAt: state.addedAt,
    since: state.since,
    pausedUntil: state.status === 'Paused' ? state.until : null,
    sinceChange: state.sinceChange + 1,
    runs: [...state.runs.values()].map((run) => ({ ...run, definition: indexOf(run.definition) })),
  }
}
