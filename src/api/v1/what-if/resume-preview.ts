// What would resuming the task at this moment fire, and what would it leave out? Its own rules
// decide, as they would on a resume; nothing is appended.
import * as E from 'fp-ts/lib/Either.js'
import { Instant } from '../../../domain/instant.ts'
import { nextPlanned } from '../../../domain/schedule/settle.ts'
import { compileTimetable } from '../../../domain/schedule/timetable.ts'
import { taskDecider } from '../../../domain/task/decider.ts'
import type { TaskState } from '../../../domain/task/state.ts'
import type { ApiDeps } from '../../deps.ts'
import { stateAt } from '../past/stream-at.ts'
import { question, taskIdOf } from '../question.ts'

/** `GET …/resume-preview`. A task that is not paused has nothing to make up for. */
export const previewResume = (deps: ApiDeps) =>
  question(deps, {}, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const { now, newRunId, planningContext } = deps.useCases
    const loaded = await stateAt(deps, taskId.right, null)
    if (E.isLeft(loaded)) return loaded
    const { state } = loaded.right
    const issuedAt = now()
    const decided = taskDecider.decide(
      {
        type: 'ResumeTask',
        taskId: taskId.right,
        issuedAt,
        runId: newRunId(),
        context: planningContext(),
      },
      state,
    )
    if (E.isLeft(decided)) return decided
    const after = decided.right.reduce(taskDecider.evolve, state)
    return E.right({
      at: Instant.encode(issuedAt),
      status: state.status,
      fires: decided.right.flatMap((event) =>
        event.type === 'TaskTriggered' && event.scheduledFor !== null
          ? [{ scheduledFor: Instant.encode(event.scheduledFor), cause: event.cause }]
          : [],
      ),
      skipped: decided.right.flatMap((event) =>
        event.type === 'OccurrencesSkipped'
          ? [
              {
                verdict: event.verdict,
                first: Instant.encode(event.first),
                last: Instant.encode(event.last),
                count: event.count,
                countExact: event.countExact,
              },
            ]
          : [],
      ),
      next: nextOf(after),
    })
  })

const nextOf = (state: TaskState): string | null => {
  if (state.status !== 'Active') return null
  const timetable = compileTimetable(state.definition.schedule)
  const next = E.isLeft(timetable) ? null : nextPlanned(timetable.right, state.trigger)
  return next === null ? null : Instant.encode(next)
}
