// Firing a past window again. All runs of a backfill are decided in one append, each with the instant
// at which it may begin, so that nothing has to be remembered elsewhere: the runs wait in the task's
// stream as runs that are tried again do, go on after any restart, and none of them is fired twice.
// The trigger stays as it is: no slot is consumed and no instant gets another verdict.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../instant.ts'
import type { BackfillTask, CancelBackfill } from './commands.ts'
import type { TaskEvent } from './events.ts'
import { runIdAfter } from './ids.ts'
import type { TaskRejection } from './rejections.ts'
import type { OpenRun, TaskState } from './state.ts'

type Decision = E.Either<TaskRejection, readonly TaskEvent[]>

export const backfillTask = (command: BackfillTask, state: TaskState): Decision => {
  const { taskId, runId, issuedAt, occurrences, startEveryMs, context } = command
  switch (state.status) {
    case 'Absent':
    case 'Deleted':
      return E.left({ type: 'TaskNotFound', taskId })
    case 'Active':
    case 'Paused':
    case 'Completed':
      return E.right(
        occurrences.map(({ scheduledFor, definition }, n) => ({
          type: 'TaskTriggered',
          runId: runIdAfter(runId, n),
          cause: 'backfill',
          scheduledFor,
          decidedAt: issuedAt,
          waitsFor: null,
          trigger: state.trigger,
          calendars: {},
          tzVersion: context.tzVersion,
          startAt: instantAt(issuedAt + n * startEveryMs),
          ...(definition === null ? {} : { definition }),
        })),
      )
  }
}

export const cancelBackfill = ({ taskId, issuedAt }: CancelBackfill, state: TaskState): Decision =>
  state.status === 'Absent'
    ? E.left({ type: 'TaskNotFound', taskId })
    : E.right(
        [...state.runs.values()].filter(isBackfillToCome).map(({ runId }) => ({
          type: 'RunCancelled',
          runId,
          cancelledAt: issuedAt,
          because: 'person',
        })),
      )

/** Decided, and not begun: it stands in nobody's way yet. */
export const isBackfillToCome = ({ cause, phase, attempt }: OpenRun): boolean =>
  cause === 'backfill' && phase === 'waiting' && attempt === 1
