// Everything a request can be refused with: what the domain says (TaskRejection), what the world
// says (Fault, QueryFault), and what this room says before either is asked. What each means to people stands in
// words.ts, what it means in HTTP in problem.ts; neither is decided anywhere else.
import type { Fault } from '../commands/faults.ts'
import type { ScheduleProblem } from '../domain/schedule/problem.ts'
import type { BulkRejection } from '../domain/bulk/decider.ts'
import type { Instant } from '../domain/instant.ts'
import type { RunId, TaskId } from '../domain/task/ids.ts'
import type { CalendarRejection } from '../domain/calendar/decider.ts'
import type { TaskRejection } from '../domain/task/rejections.ts'
import type { QueryFault } from '../projections/views.ts'

/** One sentence in both languages of the service. */
export interface Words {
  readonly en: string
  readonly zh: string
}

/** What is wrong with one part of a request, and which. */
export interface FieldProblem {
  readonly field: string
  /** Index of the character that is wrong, where one can be named. */
  readonly position?: number | null
  readonly message: Words
}

export type RequestRefusal =
  | { readonly type: 'RequestInvalid'; readonly problems: readonly FieldProblem[] }
  | { readonly type: 'BodyTooLarge'; readonly bytesMax: number }
  | { readonly type: 'BodyTooSlow'; readonly limitMs: number }
  | { readonly type: 'BodyCutShort' }
  | { readonly type: 'PathUnknown'; readonly path: string }
  | {
      readonly type: 'MethodNotAllowed'
      readonly method: string
      readonly allowed: readonly string[]
    }
  /** The key of an earlier request that asked for something else. */
  | { readonly type: 'IdempotencyKeyReused'; readonly key: string }
  /** The request under this key has no answer yet. */
  | { readonly type: 'IdempotencyKeyBusy'; readonly key: string }
  | { readonly type: 'RunUnknown'; readonly runId: RunId }
  /** Not known, and so old that it may be one of those that are no longer kept. */
  | { readonly type: 'RunForgotten'; readonly runId: RunId; readonly horizon: Instant }
  | { readonly type: 'ProjectionUnknown'; readonly name: string }
  /** A schedule that stands for itself, not for a task, cannot be read. */
  | { readonly type: 'ScheduleRefused'; readonly problem: ScheduleProblem }
  /** The read models did not reach the asked position in time. */
  | { readonly type: 'NotVisibleYet'; readonly waitedMs: number }
  | { readonly type: 'TooManyListeners'; readonly listenersMax: number }
  /** A question about a moment that has not come. */
  | { readonly type: 'MomentNotYet'; readonly asOf: string }
  /** The log no longer holds what the answer would rest on. */
  | { readonly type: 'MomentForgotten'; readonly horizon: Instant }
  | { readonly type: 'RevisionUnknown'; readonly taskId: TaskId; readonly revision: number }
  /** A bug of ours; what it was stands in the log under the request id. */
  | { readonly type: 'InternalError'; readonly requestId: string }

export type Refusal =
  TaskRejection | CalendarRejection | BulkRejection | Fault | QueryFault | RequestRefusal

export const invalid = (problems: readonly FieldProblem[]): RequestRefusal => ({
  type: 'RequestInvalid',
  problems,
})
