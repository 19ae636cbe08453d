// A definition that is only tried: what would be stored, with every default filled in, beside what is
// stored now, and what speaks against it. Decided by the rules over the log itself; nothing is
// appended.
import * as E from 'fp-ts/lib/Either.js'
import { calendarCodec, calendarStream } from '../../commands/calendars.ts'
import { loadStream } from '../../commands/load.ts'
import { taskCodec, taskStream } from '../../commands/tasks.ts'
import { calendarDecider } from '../../domain/calendar/decider.ts'
import type { CalendarId } from '../../domain/calendar/ids.ts'
import { Instant } from '../../domain/instant.ts'
import { CalendarDefinition } from '../../domain/schedule/calendar.ts'
import { taskDecider } from '../../domain/task/decider.ts'
import { TaskDefinition } from '../../domain/task/definition.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { problemOf } from '../problem.ts'
import type { Refusal } from '../refusals.ts'
import { changeRevisionOf } from './preconditions.ts'

type Rehearsed = Promise<E.Either<Refusal, object>>

export const rehearseTask = async (
  { store, useCases }: ApiDeps,
  input: {
    readonly taskId: TaskId
    readonly definition: TaskDefinition
    readonly replace: boolean
  },
): Rehearsed => {
  const loaded = await loadStream(store, taskDecider, taskCodec, taskStream(input.taskId))
  if (E.isLeft(loaded)) return loaded
  const { state, revision } = loaded.right
  const decided = taskDecider.decide({ type: 'AddTask', issuedAt: useCases.now(), ...input }, state)
  const { group, job } = input.taskId
  const isThere = state.status !== 'Absent' && state.status !== 'Deleted'
  return E.right({
    dryRun: true,
    group,
    job,
    definition: TaskDefinition.encode(input.definition),
    problem: problemIn(decided),
    current: isThere
      ? {
          revision,
          changeRevision: changeRevisionOf(state, revision),
          status: state.status,
          pausedUntil: state.status === 'Paused' ? iso(state.until) : null,
          definition: TaskDefinition.encode(state.definition),
        }
      : null,
  })
}

export const rehearseCalendar = async (
  { store, useCases }: ApiDeps,
  input: {
    readonly calendarId: CalendarId
    readonly definition: CalendarDefinition
    readonly replace: boolean
  },
): Rehearsed => {
  const { calendarId, definition } = input
  const stream = calendarStream(calendarId)
  const loaded = await loadStream(store, calendarDecider, calendarCodec, stream)
  if (E.isLeft(loaded)) return loaded
  const { state, revision } = loaded.right
  const issuedAt = useCases.now()
  const command = { type: 'DefineCalendar', ...input, issuedAt } as const
  return E.right({
    dryRun: true,
    name: calendarId.name,
    definition: CalendarDefinition.encode(definition),
    problem: problemIn(calendarDecider.decide(command, state)),
    current:
      state.status === 'Defined'
        ? { revision, definition: CalendarDefinition.encode(state.definition) }
        : null,
  })
}

/** Null: nothing speaks against it. */
const problemIn = (decided: E.Either<Refusal, unknown>) =>
  E.isLeft(decided) ? problemOf(decided.left).problem : null

const iso = (at: Instant | null): string | null => (at === null ? null : Instant.encode(at))
